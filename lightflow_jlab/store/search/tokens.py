"""A filter's text as tokens, in one pass."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Kind = Literal["space", "span", "number", "operator", "quoted", "key", "sign", "bad", "end"]

UNIT_MILLISECONDS = {
    "ms": 1,
    "s": 1_000,
    "m": 60_000,
    "h": 3_600_000,
    "d": 86_400_000,
    "w": 604_800_000,
}
_UNITS = "milliseconds?|ms|minutes?|mins?|m|seconds?|secs?|s|hours?|h|days?|d|weeks?|w"
_TOKEN = re.compile(
    rf"""(?P<space>\s+)
    |(?P<span>(?:\d+(?:\.\d+)?\s*(?i:{_UNITS})(?![^\W\d])\s*)+)
    |(?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w.]))
    |(?P<operator>>=|<=|!=|<>|==|=|>|<)
    |(?P<quoted>'(?:[^']|'')*'|"(?:[^"]|"")*")
    |(?P<key>(?:[^\W\d][\w:/-]*|`[^`]+`)(?:\.(?:`[^`]+`|"[^"]+"|[\w:/-]+))*)
    |(?P<sign>[(),])
    |(?P<bad>.)""",
    re.VERBOSE | re.DOTALL,
)
_SPAN_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+)")
_SEGMENT = re.compile(r'`([^`]+)`|"([^"]+)"|([\w:/-]+)')


class Token(NamedTuple):
    kind: Kind
    text: str
    start: int


def tokens(text: str) -> list[Token]:
    """Return the tokens, spaces left out, with one of kind `end` as the last."""
    found = []
    for match in _TOKEN.finditer(text):
        kind: Kind = match.lastgroup  # type: ignore[assignment]
        if kind != "space":
            found.append(Token(kind, match[0].rstrip(), match.start()))
    return [*found, Token("end", "", len(text))]


def unquoted(text: str) -> str:
    """Return what stands between quotes; a quote inside is written twice."""
    quote = text[0]
    return text[1:-1].replace(quote * 2, quote)


def segments(text: str) -> list[str]:
    """Return the parts of a key between its dots, without back ticks and quotes."""
    return [ticked or quoted or plain for ticked, quoted, plain in _SEGMENT.findall(text)]


def read_duration(text: str) -> float:
    """Return milliseconds. Raises ValueError."""
    found = tokens(text)
    if len(found) != 2 or found[0].kind != "span":
        raise ValueError(f"{text!r} is no duration. Expected for example '30d' or '1h30m'.")
    return span_milliseconds(text)


def span_milliseconds(text: str) -> float:
    """Return the length of `1h30m` or `2 days`."""
    total = 0.0
    for number, unit in _SPAN_PART.findall(text.lower()):
        short = unit if unit in UNIT_MILLISECONDS else "ms" if unit[:3] == "mil" else unit[0]
        total += float(number) * UNIT_MILLISECONDS[short]
    return total
