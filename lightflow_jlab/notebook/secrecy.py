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
