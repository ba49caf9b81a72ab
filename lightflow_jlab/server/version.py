"""Which Lightflow this is."""

from __future__ import annotations

from importlib import import_module


def version() -> str:
    """Return the version that the build wrote; `0` in a tree that was never built."""
    try:
        return str(import_module("lightflow_jlab._version").__version__)
    except ModuleNotFoundError:
        return "0"
