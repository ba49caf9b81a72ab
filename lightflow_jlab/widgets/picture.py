"""The charts of a view as a PNG, drawn by Matplotlib without touching the user's pyplot."""

from __future__ import annotations

import io
import math

from lightflow_jlab.contract.scalars import decode_number
from lightflow_jlab.widgets.document import View
from lightflow_jlab.widgets.palette import run_color

_COLUMNS = 3
_TILE_INCHES = (3.1, 2.1)
_DPI = 100


def load() -> None:
    """Import what `draw` needs, ahead of time."""
    import matplotlib.backends.backend_agg
    import matplotlib.figure  # noqa: F401


def draw(view: View) -> bytes | None:
    """Return the picture, None where no metric has two points."""
    by_key: dict[str, list[int]] = {}
    for index, series in enumerate(view.series):
        if len(series.steps) > 1:
            by_key.setdefault(series.key, []).append(index)
    if not by_key:
        return None
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    names = {run.run_id: run.run_name for run in view.runs}
    columns = min(_COLUMNS, len(by_key))
    rows = math.ceil(len(by_key) / columns)
    figure = Figure(figsize=(_TILE_INCHES[0] * columns, _TILE_INCHES[1] * rows), dpi=_DPI)
    figure.set_layout_engine("constrained")
    canvas = FigureCanvasAgg(figure)
    for place, (key, indices) in enumerate(by_key.items(), start=1):
        axes = figure.add_subplot(rows, columns, place)
        axes.set_title(key, fontsize=9, parse_math=False)
        axes.tick_params(labelsize=7)
        axes.grid(visible=True, alpha=0.25)
        for index in indices:
            series = view.series[index]
            values = [decode_number(value) for value in series.values]
            finite = [value if math.isfinite(value) else math.nan for value in values]
            axes.plot(series.steps, finite, color=run_color(series.run_id), linewidth=1.3)
    if len(names) > 1:
        _legend(figure, names)
    buffer = io.BytesIO()
    canvas.print_png(buffer)  # type: ignore[no-untyped-call]
    return buffer.getvalue()


def _legend(figure: object, names: dict[str, str]) -> None:
    from matplotlib.lines import Line2D

    lines = [Line2D([], [], color=run_color(run_id), label=names[run_id]) for run_id in names]
    legend = figure.legend(  # type: ignore[attr-defined]
        handles=lines, loc="outside lower center", ncols=min(4, len(lines)), fontsize=8
    )
    for text in legend.get_texts():
        text.set_parse_math(False)
