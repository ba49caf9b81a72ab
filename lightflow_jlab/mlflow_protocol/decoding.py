"""A query or a JSON body as a request struct, with MLflow's words for what is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar, get_args, get_origin

import msgspec

from lightflow_jlab.errors import InvalidValueError

T = TypeVar("T", bound=msgspec.Struct)

_PLACE = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")
_MISSING = re.compile(r"Object missing required field `(?P<name>\w+)`")
_EMPTY = "of length >= 1"
_SEE = " See the API docs for more information about request parameters."


def list_fields(kind: type[msgspec.Struct]) -> frozenset[str]:
    """Return the names of the fields whose values may be repeated in a query."""
    return frozenset(
        field.name
        for field in msgspec.structs.fields(kind)
        if any(get_origin(part) is list for part in (field.type, *get_args(field.type)))
    )


def from_query(
    kind: type[T], lists: frozenset[str], names: Iterable[str], values: Callable[[str], list[str]]
) -> T:
    """Return a request whose fields stand in a query, all as texts, lists as repeated names."""
    found = {name: sent if name in lists else sent[0] for name in names if (sent := values(name))}
    return from_fields(kind, found)


def from_body(kind: type[T], body: bytes, path: dict[str, str]) -> T:
    """Return a request of a JSON body, with what the address itself says."""
    try:
        if not path:
            return msgspec.json.decode(body or b"{}", type=kind, strict=False)
        found = msgspec.json.decode(body or b"{}")
        if not isinstance(found, dict):
            raise InvalidValueError(f"The body is {_short(found)}. Expected a JSON object.{_SEE}")
    except msgspec.ValidationError as error:
        raise _explained(error, body) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidValueError(f"The body is no JSON: {error}.{_SEE}") from None
    except RecursionError:
        raise InvalidValueError(f"The body is nested too deeply.{_SEE}") from None
    return from_fields(kind, {**found, **path})


def from_fields(kind: type[T], found: dict[str, Any]) -> T:
    """Return a request of fields by name, whose values are JSON's or a query's texts."""
    try:
        return msgspec.convert(found, kind, strict=False)
    except msgspec.ValidationError as error:
        raise _explained(error, found) from None


def _explained(error: msgspec.ValidationError, given: bytes | dict[str, Any]) -> InvalidValueError:
    text = str(error)
    place = _PLACE.search(text)
    path = place["path"] if place else ""
    missing = _MISSING.match(text)
    if missing:
        path = f"{path}.{missing['name']}" if path else missing["name"]
    if missing or _EMPTY in text:
        return InvalidValueError(f"Missing value for required parameter '{path}'.{_SEE}")
    reason = text[: place.start()] if place else text
    return InvalidValueError(
        f"Invalid value {_short(_value_at(given, path))} for parameter '{path}' supplied: "
        f"{reason}.{_SEE}"
    )


def _value_at(given: bytes | dict[str, Any], path: str) -> Any:
    try:
        value: Any = msgspec.json.decode(given) if isinstance(given, bytes) else given
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        # Right up to the place that was found wrong, and no further.
        return None
    for part in re.findall(r"\w+", path):
        try:
            value = value[int(part)] if isinstance(value, list) else value[part]
        except (KeyError, ValueError, IndexError, TypeError):
            return None
    return value


def _short(value: Any) -> str:
    text = json.dumps(value, default=str)
    return text if len(text) <= 80 else text[:77] + "..."
