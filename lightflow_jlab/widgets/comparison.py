"""`lf.compare`: runs side by side in the notebook."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lightflow_jlab.store import Store
from lightflow_jlab.widgets.bundle import mime_bundle
from lightflow_jlab.widgets.choose import choose_runs
from lightflow_jlab.widgets.details import with_details
from lightflow_jlab.widgets.document import MAX_POINTS, View, charted_keys, view_run

if TYPE_CHECKING:
    from anywidget import AnyWidget

_STATIC = Path(__file__).parent.parent / "static"
_VSCODE_VARIABLE = "__vsc_ipynb_file__"


class Comparison:
    """An interactive comparison; its output also holds a picture and tables that stay.

    JupyterLab draws the document itself, also without a kernel. Front ends that don't know the
    document, VS Code and Colab, get a widget.
    """

    def __init__(self, view: View) -> None:
        self.view = view

    def widget(self) -> AnyWidget:
        """Return the comparison as a widget, to put it among other widgets."""
        import anywidget
        import traitlets

        class ComparisonWidget(anywidget.AnyWidget):
            _esm = _STATIC / "widget.js"
            _css = _STATIC / "widget.css"
            document = traitlets.Dict().tag(sync=True)

        return ComparisonWidget(document=self.view.as_json())

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data = mime_bundle(self.view, final=True)
        if not _front_end_needs_widget():
            return data, {}
        widget_data, metadata = self.widget()._repr_mimebundle_(**kwargs) or ({}, {})
        return {**widget_data, **data}, metadata


def comparison_view(store: Store, runs: Any, metrics: Sequence[str] | None) -> View:
    """Return the view of the runs that a user named, see `choose_runs`."""
    chosen = choose_runs(store, runs, default=2)
    shown = with_details(store, [view_run(run) for run in chosen])
    keys = list(metrics) if metrics is not None else charted_keys(shown)
    run_ids = [run.run_id for run in chosen]
    series = [
        one
        for key in keys
        for one in store.series(run_ids, key, max_points=MAX_POINTS)
        if one.steps
    ]
    return View(version=1, kind="comparison", runs=shown, series=series)


def _front_end_needs_widget() -> bool:
    if "google.colab" in sys.modules:
        return True
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and _VSCODE_VARIABLE in shell.user_ns
