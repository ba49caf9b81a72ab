"""Page tokens: where the next page begins, in a wrapping that clients don't look into."""

from __future__ import annotations

import base64
import binascii
from typing import Generic, TypeVar

import msgspec
from msgspec import Struct

from lightflow_jlab.errors import InvalidValueError

T = TypeVar("T")


class _Place(Struct):
    offset: int


def offset(token: str | None) -> int:
    """Return where a page begins. Raises `InvalidValueError` for a token that is none of ours."""
    if not token:
        return 0
    try:
        place = msgspec.json.decode(base64.b64decode(token, validate=True), type=_Place)
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        raise InvalidValueError("Invalid page token, could not base64-decode") from None
    if not 0 <= place.offset < 2**63:
        raise InvalidValueError(f"Invalid page token, offset {place.offset}")
    return place.offset


class Page(Generic[T]):
    """Cuts what was found, one more than asked for, to a page and the token of the next."""

    def __init__(self, token: str | None, size: int) -> None:
        self.offset = offset(token)
        self.size = size

    @property
    def limit(self) -> int:
        return self.size + 1

    def cut(self, found: list[T]) -> tuple[list[T], str]:
        if len(found) <= self.size:
            return found, ""
        place = msgspec.json.encode(_Place(self.offset + self.size))
        return found[: self.size], base64.b64encode(place).decode()
