"""From the log into the store.

Loaded when first used: who only follows a log needs neither the store nor its database.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lightflow_jlab.importer.importer import Importer
    from lightflow_jlab.importer.service import ImporterService

__all__ = ["Importer", "ImporterService"]

_HOMES = {"Importer": "importer", "ImporterService": "service"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
