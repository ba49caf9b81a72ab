"""Servers beside the local store whose runs the panel shows."""

from __future__ import annotations

from msgspec import Struct


class Source(Struct, frozen=True):
    name: str
    """What its addresses begin with: `sources/<name>/…`."""
    uri: str
    """Where the Jupyter server reads from; the browser never asks there."""


class SourceList(Struct, frozen=True):
    sources: list[Source]
