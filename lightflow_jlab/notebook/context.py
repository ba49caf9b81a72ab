"""What the tracked cells of one shell share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lightflow_jlab.notebook.card import CardFactory
    from lightflow_jlab.notebook.streams import StreamCapture


@dataclass
class CellContext:
    shell: Any
    streams: StreamCapture
    card_factory: Callable[[], CardFactory | None]
    """Finds the factory when a card is first needed: it may load libraries."""
