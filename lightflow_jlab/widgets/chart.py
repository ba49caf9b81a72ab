"""`lf.chart`: one metric of some runs as an Altair chart."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import altair as alt
import pandas as pd

from lightflow_jlab.contract.contents import Series
from lightflow_jlab.contract.rest import Run
from lightflow_jlab.contract.scalars import decode_number
from lightflow_jlab.errors import InvalidValueError, NotFoundError
from lightflow_jlab.store import Store
from lightflow_jlab.widgets.bundle import mime_bundle
from lightflow_jlab.widgets.choose import choose_runs
from lightflow_jlab.widgets.document import View, view_run
from lightflow_jlab.widgets.palette import run_color

MAX_ROWS = 5_000
VEGALITE_MEDIA_TYPE = "application/vnd.vegalite.v5+json"
_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
_FAINT = 0.2
_THEME: dict[str, dict[str, Any]] = {
    "view": {"stroke": "transparent"},
    "axis": dict.fromkeys(
        ["domainColor", "gridColor", "labelColor", "tickColor", "titleColor"], "currentColor"
    )
    | {"gridOpacity": _FAINT},
    "legend": {"labelColor": "currentColor", "titleColor": "currentColor"},
    "title": {"color": "currentColor", "subtitleColor": "currentColor"},
}
"""The page's colours: SVG follows the theme when it is changed, a canvas stays as it was drawn."""
_EMBEDDING = {VEGALITE_MEDIA_TYPE: {"embed_options": {"renderer": "svg"}}}
_X = {"step": "step:Q", "time": "time:T", "relative": "seconds:Q"}


class MetricChart(alt.Chart):
    """An `altair.Chart` that JupyterLab shows offline, with a picture for where nothing runs.

    JupyterLab 4 brings Vega-Lite 5; Altair 6 announces version 6, which it would show as text.
    """

    def keep(self, pictured: View | None) -> None:
        """Remember what the picture shows; not a part of the specification."""
        # Altair takes every attribute that is set the usual way as a part of the chart.
        self.__dict__["_pictured"] = pictured

    def copy(
        self, deep: bool | Iterable[Any] = True, ignore: list[str] | None = None
    ) -> MetricChart:
        """Return a copy, as each of Altair's methods makes one."""
        copied: MetricChart = super().copy(deep, ignore)
        copied.keep(self.__dict__.get("_pictured"))
        return copied

    def _repr_mimebundle_(self, *args: Any, **kwargs: Any) -> Any:
        specification = self.to_dict()
        specification["$schema"] = _SCHEMA
        specification["config"] = _themed(specification.get("config", {}))
        bundle = {VEGALITE_MEDIA_TYPE: specification}
        pictured = self.__dict__.get("_pictured")
        if pictured is not None:
            forms = mime_bundle(pictured, final=True)
            # JupyterLab would show HTML before a chart that it can draw.
            bundle |= {kind: forms[kind] for kind in ("image/png", "text/plain")}
        return bundle, _EMBEDDING


def _themed(config: dict[str, Any]) -> dict[str, Any]:
    """Return a configuration in the page's colours; one with a background stays as it is."""
    if "background" in config:
        return config
    ours = {part: own | config.get(part, {}) for part, own in _THEME.items()}
    return config | ours | {"background": "transparent"}


def metric_chart(
    store: Store, key: str, runs: Any, *, smoothing: float, x: str, log_x: bool, log_y: bool
) -> MetricChart:
    """Return the chart. Raises `NotFoundError` where none of the runs has the metric."""
    if not 0 <= smoothing < 1:
        raise InvalidValueError(f"smoothing is {smoothing!r}. Expected 0 up to 0.99.")
    chosen = choose_runs(store, runs, default=10)
    each = MAX_ROWS // len(chosen)
    run_ids = [run.run_id for run in chosen]
    found = [one for one in store.series(run_ids, key, max_points=each) if one.steps]
    if not found:
        known = sorted({metric.key for run in chosen for metric in run.metrics})
        raise NotFoundError(
            f"None of these runs has the metric {key!r}. They have: {', '.join(known) or 'none'}."
        )
    named = {run.run_id: run for run in chosen}
    frames = [_frame(named[series.run_id], series, smoothing) for series in found]
    if x not in _X:
        frames = _along(store, chosen, frames, x)
    frame = pd.concat(frames)
    across = alt.X(_X[x]) if x in _X else alt.X("x:Q", title=x)
    if log_x:
        across = across.scale(type="log")
    value = alt.Y("value:Q", title=key)
    if log_y:
        value = value.scale(type="log")
    chart: MetricChart = (
        MetricChart(frame)
        .mark_line()
        .encode(
            x=across,
            y=value,
            color=alt.Color(
                "run:N",
                scale=alt.Scale(
                    domain=[_label(named[series.run_id], chosen) for series in found],
                    range=[run_color(series.run_id) for series in found],
                ),
            ),
            order="step:Q",
            tooltip=["run:N", "step:Q", "value:Q"],
        )
        .properties(width=480, height=260)
    )
    frame["run"] = [_label(named[run_id], chosen) for run_id in frame.pop("run_id")]
    chart.keep(View(1, "comparison", [view_run(run) for run in chosen], found))
    return chart


def _frame(run: Run, series: Series, smoothing: float) -> pd.DataFrame:
    values = pd.Series([decode_number(value) for value in series.values])
    if smoothing:
        values = values.ewm(alpha=1 - smoothing, adjust=True).mean()
    times = pd.Series(series.times)
    return pd.DataFrame(
        {
            "run_id": run.run_id,
            "step": series.steps,
            "value": values,
            "time": pd.to_datetime(times, unit="ms", utc=True),
            "seconds": (times - run.start_time) / 1000,
        }
    )


def _along(
    store: Store, runs: list[Run], frames: list[pd.DataFrame], key: str
) -> list[pd.DataFrame]:
    """Give each point the value that another metric had at its step: its last one until then."""
    placed = []
    for frame in frames:
        run_id = str(frame["run_id"].iloc[0])
        (series,) = store.series([run_id], key, max_points=MAX_ROWS)
        other = pd.DataFrame(
            {
                "step": pd.Series(series.steps, dtype="int64"),
                "x": pd.Series([decode_number(value) for value in series.values], dtype="float64"),
            }
        )
        placed.append(pd.merge_asof(frame, other, on="step").dropna(subset=["x"]))
    if all(frame.empty for frame in placed):
        known = sorted({metric.key for run in runs for metric in run.metrics})
        raise InvalidValueError(
            f"x is {key!r}. Expected 'step', 'time', 'relative', or a metric of these runs: "
            f"{', '.join(known)}."
        )
    return placed


def _label(run: Run, chosen: list[Run]) -> str:
    """Return the run's name, with its id where another has the same."""
    same = sum(other.run_name == run.run_name for other in chosen)
    return run.run_name if same == 1 else f"{run.run_name} ({run.run_id[:6]})"
