"""The card under a tracked cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lightflow_jlab.tracking.run import ActiveRun
from lightflow_jlab.widgets import picture
from lightflow_jlab.widgets.bundle import mime_bundle
from lightflow_jlab.widgets.document import View, ViewRun, charted_keys
from lightflow_jlab.widgets.live import LiveRun


class RunCard:
    """Shows one run of this process, from its own log. Used by one thread at a time."""

    def __init__(self, run: ActiveRun) -> None:
        self._run = run
        self._live = LiveRun(run.info.run_id, run.spool_folders, run.writer_id)
        self._warm = False

    def mime_bundle(self, *, final: bool, notes: Sequence[str] = ()) -> dict[str, Any]:
        """Return the card as it is now; the final one holds a picture and needs no kernel."""
        if not final and not self._warm:
            # While the cell runs, so that its end is not held up by the import.
            picture.load()
            self._warm = True
        self._live.poll()
        return mime_bundle(self._view(notes), final=final)

    def _view(self, notes: Sequence[str]) -> View:
        info, live = self._run.info, self._live
        run = ViewRun(
            run_id=info.run_id,
            run_name=info.run_name,
            status=info.status,
            start_time=info.start_time,
            end_time=info.end_time,
            params=sorted(live.params.values(), key=lambda param: param.key),
            metrics=[live.metrics[key].summary(key) for key in sorted(live.metrics)],
            error=self._run.error,
        )
        series = [live.metrics[key].series(info.run_id, key) for key in charted_keys([run])]
        return View(version=1, kind="run", runs=[run], series=series, notes=list(notes))


def card_factory(run: ActiveRun) -> RunCard:
    """Return the card of a run; looked up by the notebook layer when it is first shown."""
    return RunCard(run)
