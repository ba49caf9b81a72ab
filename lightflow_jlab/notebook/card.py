"""The card under a running cell: shown by itself while the cell runs, left there as a picture."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from lightflow_jlab.notebook.harmless import harmless
from lightflow_jlab.tracking.run import ActiveRun

FIRST_SHOWN_AFTER_SECONDS = 0.3
INTERVAL_SECONDS = 0.5
_LONGEST_WAIT_SECONDS = 1.0


class CardView(Protocol):
    """What a card looks like; made for one run."""

    def mime_bundle(self, *, final: bool, notes: Sequence[str] = ()) -> dict[str, Any]:
        """Return the card as it is now, by media type; called by one thread at a time.

        `final` is the card that stays in the notebook: static, readable without a kernel. It is
        asked for when the run has ended, and should take no more than some milliseconds.
        `notes` are sentences on the run, each a line of its own.
        """


CardFactory = Callable[[ActiveRun], CardView]


class LiveCard:
    """Keeps one output of the cell up to date, at most twice a second.

    A cell that ends before the first showing gets its card at the end only. The view is made when
    it is first shown, which may load libraries: never before the cell's first line.
    """

    def __init__(
        self, shell: Any, make_view: Callable[[], CardView | None], request: Mapping[str, Any]
    ) -> None:
        self.display_id = uuid.uuid4().hex
        self._publisher = shell.display_pub
        self._make_view = make_view
        self._request = request
        self._lock = threading.Lock()
        """Held while the view is asked or its bundle is sent."""
        self._ended = threading.Event()
        self._view: CardView | None = None
        self._shown: dict[str, Any] | None = None
        self._thread = threading.Thread(target=self._live, name="lightflow-card", daemon=True)

    def start(self) -> None:
        self._thread.start()

    @harmless("show the card of a cell")
    def finish(self, notes: Sequence[str] = ()) -> None:
        """Show the card that stays; from the cell's own thread, before the kernel is idle."""
        self._ended.set()
        if self._lock.acquire(timeout=_LONGEST_WAIT_SECONDS):
            try:
                self._show(final=True, notes=notes)
            finally:
                self._lock.release()

    @harmless("add to the card of a cell")
    def amend(self, notes: Sequence[str]) -> None:
        """Show the card that stays anew, with what was found out since; from any thread."""
        self._speak_for_the_cell()
        with self._lock:
            self._show(final=True, notes=notes)

    def _live(self) -> None:
        seconds = FIRST_SHOWN_AFTER_SECONDS
        self._speak_for_the_cell()
        while not self._ended.wait(seconds):
            self._refresh()
            seconds = INTERVAL_SECONDS

    def _speak_for_the_cell(self) -> None:
        """Let what this thread publishes belong to the cell."""
        if hasattr(self._publisher, "set_thread_parent"):
            self._publisher.set_thread_parent(self._request)

    @harmless("refresh the card of a cell")
    def _refresh(self) -> None:
        with self._lock:
            self._show(final=False)

    def _show(self, *, final: bool, notes: Sequence[str] = ()) -> None:
        self._view = self._view or self._make_view()
        if self._view is None or (self._ended.is_set() and not final):
            return
        bundle = self._view.mime_bundle(final=final, notes=notes)
        if not bundle or bundle == self._shown or (self._ended.is_set() and not final):
            return
        self._publisher.publish(
            bundle,
            {},
            transient={"display_id": self.display_id},
            update=self._shown is not None,
        )
        self._shown = bundle
