"""How the source of a cell is known again."""

from __future__ import annotations

import hashlib


def digest_of(source: str) -> str:
    """Return the digest of a cell's source, white space around it left aside.

    JupyterLab's side computes the same (`src/model/sourceDigest.ts`), to tell whether a cell was
    edited since it ran: hence BLAKE2s, which is made of 32-bit words.
    """
    content = source.strip(" \t\r\n").encode("utf-8", "replace")
    return hashlib.blake2s(content, digest_size=16).hexdigest()
