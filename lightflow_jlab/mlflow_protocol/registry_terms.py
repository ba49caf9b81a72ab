"""The words of the registry that clients send: names, versions, stages, aliases, tags."""

from __future__ import annotations

import posixpath
import re

from lightflow_jlab.errors import InvalidValueError
from lightflow_jlab.mlflow_protocol import limits, requests
from lightflow_jlab.store.model_versions import STAGES

MAX_NAME = 256
MAX_ALIAS = 255
MAX_DESCRIPTION = 100_000

_ALIAS = re.compile(r"[\w\-]+")
_STAGES = {stage.lower(): stage for stage in STAGES}


def name(given: str, what: str = "name") -> str:
    if not given.strip():
        raise InvalidValueError(f"Missing value for required parameter '{what}'.")
    if any(character in given for character in "/:"):
        raise InvalidValueError(
            f"Invalid model name '{given[:80]}'. Names cannot contain '/' or ':'."
        )
    if posixpath.normpath(given) != given or given in (".", ".."):
        raise InvalidValueError(f"Invalid value {given[:80]!r} for parameter '{what}' supplied.")
    return limits.text(what, given, MAX_NAME)


def description(text: str | None) -> str | None:
    return None if text is None else limits.text("description", text, MAX_DESCRIPTION)


def tags(given: list[requests.KeyValue] | None) -> dict[str, str]:
    return dict(limits.tag(limits.MAX_MODEL_TAG_LENGTH, one.key, one.value) for one in given or ())


def number(version: str) -> int:
    if re.fullmatch(r"[0-9]{1,9}", version):
        return int(version)
    raise InvalidValueError(f"Parameter 'version' must be an integer, got '{version[:80]}'.")


def stage(text: str) -> str:
    found = _STAGES.get(text.lower())
    if found is None:
        raise InvalidValueError(
            f"Invalid Model Version stage: {text[:80]}. Value must be one of {', '.join(STAGES)}."
        )
    return found


def alias(text: str) -> str:
    if not _ALIAS.fullmatch(text):
        raise InvalidValueError(
            f"Invalid alias name: '{text[:80]}'. Names may only contain alphanumerics, "
            "underscores (_), and dashes (-)."
        )
    return limits.text("Registered model alias name", text, MAX_ALIAS)
