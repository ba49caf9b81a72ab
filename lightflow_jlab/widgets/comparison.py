"""`lf.compare`: runs side by side in the notebook, alive where a widget can live."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from lightflow_jlab.store import Store
from lightflow_jlab.widgets.bundle import mime_bundle
from lightflow_jlab.widgets.choose import choose_runs
from lightflow_jlab.widgets.document import MAX_POINTS, View, charted_keys, view_run

_STATIC = Path(__file__).parent.parent / "static"


class Comparison(anywidget.AnyWidget):
    """An interactive comparison; its output also holds a picture and tables that stay."""

    _esm = _STATIC / "widget.js"
    _css = _STATIC / "widget.css"
    document = traitlets.Dict().tag(sync=True)

    def __init__(self, view: View) -> None:
        super().__init__(document=view.as_json())
        self.view = view

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        widget = super()._repr_mimebundle_(**kwargs) or ({}, {})
        return {**widget[0], **mime_bundle(self.view, final=True)}, widget[1]


def comparison_view(store: Store, runs: Any, metrics: Sequence[str] | None) -> View:
    """Return the view of the runs that a user named, see `choose_runs`."""
    chosen = choose_runs(store, runs, default=2)
    shown = [view_run(run) for run in chosen]
    keys = list(metrics) if metrics is not None else charted_keys(shown)
    run_ids = [run.run_id for run in chosen]
    series = [
        one
        for key in keys
        for one in store.series(run_ids, key, max_points=MAX_POINTS)
        if one.steps
    ]
    return View(version=1, kind="comparison", runs=shown, series=series)
