"""Names that look as if they held a secret: their values are never recorded by themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping

_ALWAYS = re.compile(
    "passwo?rd|passwd|passphrase|secret|credential|apikey|privatekey|accesskey|connectionstring"
)
_WORDS = frozenset(
    {"key", "keys", "token", "pwd", "pass", "auth", "authorization", "bearer", "cookie", "dsn"}
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_ASSIGNED_TEXT = re.compile(
    r"""(?<!\w)(?P<before>(?P<name>\w+)['"]?\]?\s*[:=]\s*)(?P<quote>['"]?)(?P<value>[^\s'"(){}\[\],]{8,})"""
    r"(?P=quote)(?=[\s,)}\]]|$)"
)
HIDDEN = "***"


def looks_secret(name: str, value: object = "") -> bool:
    """Tell whether `name` looks as if `value` were a secret.

    `key_dim=64` and `token_count=3` are not: a number under a name that goes on after the word.
    """
    words = [word.lower() for word in _WORD.findall(name)]
    joined = "".join(words)
    if _ALWAYS.search(joined):
        return True
    if _WORDS.isdisjoint(words):
        return False
    return words[-1] in _WORDS or not isinstance(value, int | float)


def without_secrets(value: object) -> object:
    """Return `value`; of a mapping, nested too, only what doesn't look secret."""
    if not isinstance(value, Mapping):
        return value
    return {
        key: without_secrets(item)
        for key, item in value.items()
        if not looks_secret(str(key), item)
    }


def hide_secrets(code: str) -> str:
    """Return `code` with the texts that are given to secret-looking names taken out.

    >>> hide_secrets('api_key = "sk-1234567890"')
    'api_key = "***"'
    """
    return _ASSIGNED_TEXT.sub(_hidden, code)


def _hidden(found: re.Match[str]) -> str:
    """Take out a quoted text; a bare word only where it can't be an expression: `%%track k=v`."""
    name, quote = found["name"], found["quote"]
    if name.lower() in ("key", "keys", "pass") or not looks_secret(name):
        return found[0]
    if not quote and not found.string.startswith("%%track", _line_start(found)):
        return found[0]
    return f"{found['before']}{quote}{HIDDEN}{quote}"


def _line_start(found: re.Match[str]) -> int:
    return found.string.rfind("\n", 0, found.start()) + 1
