"""Views as HTML that stays: no script, nothing fetched, the user's texts escaped."""

from __future__ import annotations

import base64
from html import escape

from lightflow_jlab.contract.contents import Series
from lightflow_jlab.contract.scalars import decode_number
from lightflow_jlab.widgets.code import code_changes
from lightflow_jlab.widgets.document import View, ViewRun
from lightflow_jlab.widgets.palette import run_color
from lightflow_jlab.widgets.picture import DENSITY
from lightflow_jlab.widgets.text import (
    SIGNS,
    beside_rows,
    differing,
    duration_text,
    rows_of,
    with_deltas,
)

_CELL = "padding:2px 10px 2px 0;text-align:left;vertical-align:top"
_LINE_WIDTH, _LINE_HEIGHT = 220, 48
_PNG_WIDTH = slice(16, 20)
"""Where a PNG says its width: in its first chunk, big-endian."""


def page(view: View, now_ms: int, *, png: bytes | None, lines: bool) -> str:
    """Return a view as HTML.

    Parameters
    ----------
    png
        The charts as a picture, embedded.
    lines
        Draw each metric as a small line where there is no picture.
    """
    parts = [_head(run, now_ms) for run in view.runs] if view.kind == "run" else []
    parts += [f'<div style="margin:2px 0">{escape(note)}</div>' for note in view.notes]
    params, metrics = rows_of(view.runs)
    if view.kind == "comparison":
        equal = len(params) - len(differing(params))
        parts.append(_table("Params that differ", view.runs, differing(params)))
        if equal:
            parts.append(f'<div style="opacity:.7">Equal params: {equal}</div>')
        parts.append(_table("Metrics (last)", view.runs, with_deltas(metrics, view.runs)))
        for title, rows in beside_rows(view.runs):
            parts.append(_table(title, view.runs, differing(rows)))
    else:
        parts.append(_table("", [], params + metrics))
    if png is not None:
        data = base64.b64encode(png).decode("ascii")
        width = int.from_bytes(png[_PNG_WIDTH], "big") / DENSITY
        parts.append(
            f'<img alt="Metrics" style="width:{width:.0f}px;max-width:100%" '
            f'src="data:image/png;base64,{data}">'
        )
    elif lines:
        parts += [_line(series) for series in view.series]
    if view.kind == "comparison":
        parts += [_code(view.runs[0], run) for run in view.runs[1:]]
    return f'<div class="jp-Lightflow-static">{"".join(parts)}</div>'


def _head(run: ViewRun, now_ms: int) -> str:
    error = ""
    if run.error is not None:
        text = escape(f"{run.error.type}: {run.error.message}")
        error = f'<pre style="margin:2px 0">{text}</pre>'
    return (
        f"<div><b>{SIGNS.get(run.status, '')} {escape(run.run_name)}</b> "
        f"{escape(run.status.lower())} · {duration_text(run, now_ms)} "
        f'<span style="opacity:.6">{escape(run.run_id)}</span></div>{error}'
    )


def _table(title: str, runs: list[ViewRun], rows: list[list[str]]) -> str:
    if not rows:
        return ""
    head = ""
    if runs:
        names = "".join(
            f'<th style="{_CELL}"><span style="color:{run_color(run.run_id)}">●</span> '
            f"{escape(run.run_name)}</th>"
            for run in runs
        )
        head = f'<tr><th style="{_CELL}">{escape(title)}</th>{names}</tr>'
    body = "".join(
        "<tr>" + "".join(f'<td style="{_CELL}">{escape(cell)}</td>' for cell in row) + "</tr>"
        for row in rows
    )
    return f"<table>{head}{body}</table>"


def _code(base: ViewRun, run: ViewRun) -> str:
    changed = code_changes(base, run)
    if not changed:
        return ""
    title = f"Code: {base.run_name} → {run.run_name}"
    return (
        f'<div style="margin-top:8px">{escape(title)}</div>'
        f'<pre style="margin:2px 0">{escape(chr(10).join(changed))}</pre>'
    )


def _line(series: Series) -> str:
    """Return a series as a line of SVG; a NaN breaks it."""
    values = [decode_number(value) for value in series.values]
    finite = [value for value in values if abs(value) != float("inf") and value == value]
    if len(finite) < 2:
        return ""
    low, high = min(finite), max(finite)
    first, last = series.steps[0], series.steps[-1]
    pieces: list[list[str]] = [[]]
    for step, value in zip(series.steps, values, strict=True):
        if value != value or abs(value) == float("inf"):
            pieces.append([])
            continue
        x = (step - first) / max(1, last - first) * _LINE_WIDTH
        y = _LINE_HEIGHT - (value - low) / ((high - low) or 1) * (_LINE_HEIGHT - 4) - 2
        pieces[-1].append(f"{x:.1f},{y:.1f}")
    drawn = "".join(
        f'<polyline points="{" ".join(piece)}" fill="none" stroke-width="1.5" '
        f'stroke="{run_color(series.run_id)}"/>'
        for piece in pieces
        if len(piece) > 1
    )
    return (
        f'<figure style="display:inline-block;margin:4px 12px 4px 0"><figcaption>'
        f"{escape(series.key)}</figcaption>"
        f'<svg width="{_LINE_WIDTH}" height="{_LINE_HEIGHT}">{drawn}</svg></figure>'
    )
