"""Bounds on what is recorded, MLflow's where MLflow has one, and the checks that enforce them."""

from __future__ import annotations

import re

from lightflow_jlab.errors import InvalidTypeError, InvalidValueError, LocationError

MAX_KEY_LENGTH = 250
MAX_NAME_LENGTH = 500
MAX_TAG_VALUE_LENGTH = 8_000
MAX_NOTE_LENGTH = 100_000
MAX_PARAM_VALUE_LENGTH = 6_000
MAX_DOCUMENT_BYTES = 4 * 1024 * 1024

RUN_ID = re.compile(r"[0-9a-f]{32}")
MODEL_ID = re.compile(r"m-[0-9a-f]{32}")
_KEY = re.compile(r"[\w\-./ :]+")


def check_run_id(run_id: object) -> str:
    if isinstance(run_id, str) and RUN_ID.fullmatch(run_id):
        return run_id
    raise InvalidValueError(
        f"{run_id!r} is not a run id. Expected 32 hexadecimal digits, as in `run.info.run_id`."
    )


def check_key(kind: str, key: object) -> str:
    """Return `key` if MLflow would take it as the key of a metric, param or tag (`kind`)."""
    if not isinstance(key, str):
        raise InvalidTypeError(f"A {kind}'s key is a string; given was {key!r}.")
    if not _KEY.fullmatch(key) or not is_plain_relative(key):
        raise InvalidValueError(
            f"{_short(key)} can't be the key of a {kind}. Expected letters, digits, '_', '-', '.', "
            "' ', ':' and '/' between parts, for example 'train/loss'."
        )
    if len(key) > MAX_KEY_LENGTH:
        raise InvalidValueError(
            f"The {kind} key {_short(key)} has {len(key)} characters; "
            f"at most {MAX_KEY_LENGTH} are allowed."
        )
    return key


def is_plain_relative(path: str) -> bool:
    """Tell whether `path` stays where it is put: no empty, `.` or `..` part, not absolute."""
    return all(part not in ("", ".", "..") for part in path.split("/"))


def check_name(kind: str, name: object) -> str:
    """Return the name of an experiment or run, stripped, as valid Unicode without control marks."""
    if not isinstance(name, str):
        raise InvalidTypeError(f"The {kind}'s name is a string; given was {name!r}.")
    stripped = name.strip()
    if not stripped:
        raise InvalidValueError(f"The {kind}'s name is empty. Give it at least one character.")
    if len(stripped) > MAX_NAME_LENGTH:
        raise InvalidValueError(
            f"The {kind}'s name {_short(stripped)} has {len(stripped)} characters; "
            f"at most {MAX_NAME_LENGTH} are allowed."
        )
    return storable_text(stripped)


def check_artifact_path(path: object) -> str:
    """Return a relative artifact path with `/`, or raise if it could lead anywhere else."""
    if not isinstance(path, str):
        raise InvalidTypeError(f"An artifact's path is a string; given was {path!r}.")
    bad = (
        not is_plain_relative(path)
        or any(character in path for character in '\\:\0<>|?*"')
        or any(ord(character) < 32 for character in path)
        # Bytes of a name that is no UTF-8: neither JSON nor the database can hold them.
        or storable_text(path) != path
        or "%2e" in path.lower()
        or "%2f" in path.lower()
        or "%5c" in path.lower()
        # To some servers, `..;x` is `..` with a parameter.
        or any(part.partition(";")[0] in (".", "..") for part in path.split("/"))
        or len(path) > 1_000
        or any(len(part.encode()) > 255 for part in path.split("/"))
    )
    if bad:
        raise LocationError(
            f"{_short(path)} can't be an artifact's path. Expected a relative path with '/', "
            "without '..', for example 'plots/confusion.png'."
        )
    return path


def storable_text(text: str) -> str:
    """Return `text` as valid Unicode: lone surrogates (non-UTF-8 names) become `?`."""
    return text.encode("utf-8", "replace").decode("utf-8") if not text.isascii() else text


def _short(text: str) -> str:
    return repr(text) if len(text) <= 80 else repr(text[:77] + "...")
