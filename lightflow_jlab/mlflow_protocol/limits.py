"""MLflow's bounds on what a client sends, beyond what its structs say."""

from __future__ import annotations

import posixpath
import re
from typing import Any

from lightflow_jlab.contract.limits import (
    MAX_KEY_LENGTH,
    MAX_NAME_LENGTH,
    MAX_NOTE_LENGTH,
    MAX_PARAM_VALUE_LENGTH,
    MAX_TAG_VALUE_LENGTH,
    check_run_id,
    storable_text,
)
from lightflow_jlab.errors import InvalidValueError, NotFoundError
from lightflow_jlab.mlflow_protocol import requests
from lightflow_jlab.store.run_tags import NOTE_TAG

MAX_BATCH_METRICS = 1000
MAX_BATCH_PARAMS_TAGS = 100
MAX_BATCH = 1000
MAX_EXPERIMENT_TAG_LENGTH = 20_000
MAX_MODEL_TAG_LENGTH = 100_000

_KEY = re.compile(r"[/\w.\- :]*")
_RUN_ID = re.compile(r"[a-zA-Z0-9][\w\-]{0,255}")


def run_id(asked: requests.OfRun | requests.LogMetric | requests.LogParam) -> str:
    """Return the id of the run that is meant, by either of its names."""
    given = asked.run_id or asked.run_uuid
    if not given:
        raise InvalidValueError(
            "Missing value for required parameter 'run_id'. "
            "See the API docs for more information about request parameters."
        )
    if not _RUN_ID.fullmatch(given):
        raise InvalidValueError(f"Invalid run ID: '{given[:80]}'")
    try:
        return check_run_id(given)
    except InvalidValueError:
        # A well-formed id for MLflow, though none that we ever gave.
        raise NotFoundError(f"Run with id={given} not found") from None


def key(kind: str, name: str, path: str = "key") -> str:
    """Return the key of a metric, param or tag. Raises `InvalidValueError` as MLflow would."""
    return text(f"{kind} key", key_form(name, path), MAX_KEY_LENGTH)


def key_form(name: str, path: str = "key") -> str:
    """Return a key of any length: MLflow looks at no more where a tag is removed."""
    if not _KEY.fullmatch(name):
        raise InvalidValueError(
            f"Invalid value {name[:80]!r} for parameter '{path}' supplied: Names may only contain "
            "alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and "
            "slashes (/)."
        )
    plain = posixpath.normpath(name)
    if plain != name or plain == "." or plain.startswith(("..", "/")):
        raise InvalidValueError(
            f"Invalid value {name[:80]!r} for parameter '{path}' supplied: Names may be treated as "
            f"files in certain cases; as a file, this one would be {plain[:80]!r}."
        )
    return name


def text(what: str, value: str, limit: int) -> str:
    if len(value) > limit:
        raise InvalidValueError(f"'{what}' exceeds the maximum length of {limit} characters")
    return storable_text(value)


def params(given: list[requests.KeyValue], path: str = "params[{}].key") -> dict[str, str]:
    """Return params by key; long values are cut, as MLflow's server does by default."""
    found = {
        key("Param", one.key, path.format(index)): _cut(one.value, MAX_PARAM_VALUE_LENGTH)
        for index, one in enumerate(given)
    }
    if len(found) != len(given):
        raise InvalidValueError(
            "Duplicate parameter keys have been submitted. Expected one value for each key."
        )
    return found


def tags(given: list[requests.KeyValue], path: str = "tags[{}].key") -> dict[str, str | None]:
    """Return a run's tags by key, the last of a key; long values are cut."""
    return {
        key("Tag", one.key, path.format(index)): _cut(
            one.value, MAX_NOTE_LENGTH if one.key == NOTE_TAG else MAX_TAG_VALUE_LENGTH
        )
        for index, one in enumerate(given)
    }


def tag(kind_limit: int, name: str, value: str | None) -> tuple[str, str]:
    """Return a tag of an experiment or a model, whose long values are refused."""
    return key("Tag", name), text("value", value or "", kind_limit)


def batch(asked: requests.LogBatch) -> None:
    counts = {
        "metrics": (len(asked.metrics or ()), MAX_BATCH_METRICS),
        "params": (len(asked.params or ()), MAX_BATCH_PARAMS_TAGS),
        "tags": (len(asked.tags or ()), MAX_BATCH_PARAMS_TAGS),
    }
    counts["metrics, params, and tags"] = (sum(one for one, _ in counts.values()), MAX_BATCH)
    for what, (count, limit) in counts.items():
        if count > limit:
            raise InvalidValueError(
                f"A batch logging request can contain at most {limit} {what}. "
                f"Got {count} {what}. Please split up {what} across multiple requests and try "
                "again."
            )


def experiment_name(name: str) -> str:
    return text("name", name, MAX_NAME_LENGTH)


def results(given: int | None, default: int | None, most: int) -> int:
    """Return how many results a page may have."""
    count = default if given is None else given
    if count is None or not 1 <= count <= most:
        raise InvalidValueError(
            f"Invalid value for request parameter max_results. It must be a positive integer of at "
            f"most {most}, but got value {count}"
        )
    return count


def _cut(value: Any, limit: int) -> str:
    return storable_text((value or "")[:limit])
