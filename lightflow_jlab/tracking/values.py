"""What the user gives, as what is recorded: numbers, typed params, tags. Mistakes raise here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from lightflow_jlab.contract.limits import (
    MAX_PARAM_VALUE_LENGTH,
    MAX_TAG_VALUE_LENGTH,
    check_key,
    storable_text,
)
from lightflow_jlab.contract.records import ParamRecord
from lightflow_jlab.contract.scalars import Origin, ParamType, ParamValue
from lightflow_jlab.errors import InvalidTypeError, InvalidValueError

_INT64 = range(-(2**63), 2**63)


def as_number(key: str, value: object) -> float:
    """Return `value` as a float: any real number, NumPy scalar or tensor of one element."""
    if isinstance(value, str | bytes | bytearray) or value is None:
        raise InvalidTypeError(
            f"The metric {key!r} was given {_shown(value)}, which is not a number. "
            "Expected a number; log text with log_param or set_tag."
        )
    try:
        # Arrays and tensors of one element, of any number of dimensions, give it by item().
        item = getattr(value, "item", None)
        return float(item() if callable(item) else value)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise InvalidTypeError(
            f"The metric {key!r} was given {_shown(value)}, which is not one number. "
            "Expected a number; reduce an array first, for example with .mean()."
        ) from error
    except OverflowError as error:
        raise InvalidValueError(
            f"The metric {key!r} was given an integer too large for a float. "
            "Expected a number below 1.8e308."
        ) from error


def as_step(step: object) -> int:
    """Return `step` as an integer of 64 bits."""
    return _as_int64("step", step, "an integer")


def as_timestamp(timestamp: object) -> int:
    """Return milliseconds since the epoch as an integer of 64 bits."""
    return _as_int64("timestamp", timestamp, "milliseconds since the epoch, as an integer")


def _as_int64(what: str, value: object, expected: str) -> int:
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        else:
            raise InvalidTypeError(f"The {what} is {_shown(value)}. Expected {expected}.")
    number = int(value)
    if number not in _INT64:
        raise InvalidValueError(f"The {what} {number} is too large. Expected 64 bits at most.")
    return number


def param_records(params: Mapping[str, object], origin: Origin) -> list[ParamRecord]:
    """Return typed params; nested mappings become keys joined with a dot."""
    if not isinstance(params, Mapping):
        raise InvalidTypeError(
            f"The params are {_shown(params)}. Expected a dict, for example {{'lr': 0.1}}."
        )
    records = []
    for key, value in _flatten("", params):
        text, kind = _typed(value)
        if isinstance(text, str) and len(text) > MAX_PARAM_VALUE_LENGTH:
            raise InvalidValueError(
                f"The param {key!r} has {len(text):,} characters; at most "
                f"{MAX_PARAM_VALUE_LENGTH:,} are allowed. Keep long values with "
                f"log_text(value, '{key}.txt') or log_dict."
            )
        records.append(ParamRecord(check_key("param", key), text, kind, origin))
    return records


def tag_values(tags: Mapping[str, object]) -> dict[str, str | None]:
    """Return tags as text; MLflow's `mlflow.note.content` may be longer than others."""
    if not isinstance(tags, Mapping):
        raise InvalidTypeError(
            f"The tags are {_shown(tags)}. Expected a dict, for example {{'team': 'vision'}}."
        )
    checked: dict[str, str | None] = {}
    for key, value in tags.items():
        text = storable_text(str(value))
        if len(text) > MAX_TAG_VALUE_LENGTH and key != "mlflow.note.content":
            raise InvalidValueError(
                f"The tag {key!r} has {len(text):,} characters; at most "
                f"{MAX_TAG_VALUE_LENGTH:,} are allowed. Keep long texts with log_text."
            )
        checked[check_key("tag", key)] = text
    return checked


def _flatten(prefix: str, params: Mapping[Any, object]) -> Iterator[tuple[str, object]]:
    for key, value in params.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping) and value:
            yield from _flatten(f"{name}.", value)
        else:
            yield name, value


def _typed(value: object) -> tuple[ParamValue, ParamType]:
    if value is None:
        return None, "none"
    if isinstance(value, bool):
        return value, "bool"
    if type(value) is int:
        return (value, "int") if value in _INT64 else (str(value), "int")
    if type(value) is float:
        return value, "float"
    if isinstance(value, str):
        return storable_text(str(value)), "str"
    if callable(item := getattr(value, "item", None)) and getattr(value, "ndim", None) == 0:
        return _typed(item())
    if isinstance(value, list | tuple | Mapping):
        try:
            return storable_text(json.dumps(value, default=str, ensure_ascii=False)), "json"
        except (TypeError, ValueError):
            return storable_text(str(value)), "str"
    if isinstance(value, int):
        return _typed(int(value))
    if isinstance(value, float):
        return float(value), "float"
    return storable_text(str(value)), "str"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}... ({type(value).__name__})"
