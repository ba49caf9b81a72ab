"""The charts of a view as a PNG, in some milliseconds: Matplotlib would take half a second."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING

from lightflow_jlab.contract.contents import Series
from lightflow_jlab.contract.scalars import decode_number
from lightflow_jlab.widgets.document import View
from lightflow_jlab.widgets.palette import run_color
from lightflow_jlab.widgets.ticks import tick_texts, ticks

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

DENSITY = 1.5
"""Pixels of the picture per pixel on the page, for screens that have more of them."""
_SMOOTHED_BY = 2
_UNIT = DENSITY * _SMOOTHED_BY
_COLUMNS = 3
_TILE_WIDTH, _TILE_HEIGHT = 300, 190
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 10, 26, 22
_LEGEND_LINE = 20
_INK, _FAINT, _GRID, _PAPER = "#333333", "#707070", "#d4d4d4", "#ffffff"
_COLOURS = 64

_Point = tuple[float, float]


def load() -> None:
    """Import what `draw` needs, ahead of time."""
    from PIL import Image, ImageDraw, ImageFont  # noqa: F401


def draw(view: View) -> bytes | None:
    """Return the picture, None where no metric has two points."""
    by_key: dict[str, list[Series]] = {}
    for series in view.series:
        if len(series.steps) > 1:
            by_key.setdefault(series.key, []).append(series)
    if not by_key:
        return None
    from PIL import Image, ImageDraw

    columns = min(_COLUMNS, len(by_key))
    rows = math.ceil(len(by_key) / columns)
    width = columns * _TILE_WIDTH
    names = [(run.run_name, run_color(run.run_id)) for run in view.runs]
    legend = _LEGEND_LINE * len(names) if len(names) > 1 else 0
    size = (int(width * _UNIT), int((rows * _TILE_HEIGHT + legend) * _UNIT))
    image = Image.new("RGB", size, _PAPER)
    canvas = _Canvas(ImageDraw.Draw(image))
    for place, (key, lines) in enumerate(by_key.items()):
        row, column = divmod(place, columns)
        _draw_tile(canvas, key, lines, column * _TILE_WIDTH, row * _TILE_HEIGHT)
    if legend:
        for index, (name, color) in enumerate(names):
            y = rows * _TILE_HEIGHT + index * _LEGEND_LINE + _LEGEND_LINE / 2
            canvas.line([(_LEFT, y), (_LEFT + 18, y)], color, 2)
            canvas.text((_LEFT + 26, y), _clipped(name, width // 8), _INK, 11, "lm")
    buffer = io.BytesIO()
    reduced = image.reduce(_SMOOTHED_BY)
    reduced.quantize(_COLOURS, Image.Quantize.FASTOCTREE).save(buffer, "PNG")
    return buffer.getvalue()


class _Canvas:
    """Draws in pixels of the page."""

    def __init__(self, drawing: ImageDraw) -> None:
        self._drawing = drawing

    def line(self, points: list[_Point], color: str, width: float) -> None:
        scaled = [(x * _UNIT, y * _UNIT) for x, y in points]
        self._drawing.line(scaled, fill=color, width=round(width * _UNIT), joint="curve")

    def text(self, at: _Point, text: str, color: str, size: int, anchor: str) -> None:
        from PIL import ImageFont

        font = ImageFont.load_default(size * _UNIT)
        if not isinstance(font, ImageFont.FreeTypeFont):
            # Pillow built without FreeType: its bitmap font knows no anchors and only Latin-1.
            text, anchor = text.encode("latin-1", "replace").decode("latin-1"), ""
        self._drawing.text(
            (at[0] * _UNIT, at[1] * _UNIT), text, fill=color, font=font, anchor=anchor or None
        )


def _draw_tile(canvas: _Canvas, key: str, lines: list[Series], x: float, y: float) -> None:
    left, top = x + _LEFT, y + _TOP
    right, bottom = x + _TILE_WIDTH - _RIGHT, y + _TILE_HEIGHT - _BOTTOM
    canvas.text((left, y + _TOP / 2), _clipped(key, 40), _INK, 11, "lm")
    pieces = [(run_color(one.run_id), piece) for one in lines for piece in _pieces(one)]
    points = [point for _, piece in pieces for point in piece]
    if not points:
        return
    low_x, high_x = _range([step for step, _ in points])
    low_y, high_y = _range([value for _, value in points])

    def place(point: _Point) -> _Point:
        return (
            left + (point[0] - low_x) / (high_x - low_x) * (right - left),
            bottom - (point[1] - low_y) / (high_y - low_y) * (bottom - top),
        )

    heights = ticks(low_y, high_y, 5)
    for value, text in zip(heights, tick_texts(heights), strict=True):
        height = place((low_x, value))[1]
        canvas.line([(left, height), (right, height)], _GRID, 0.7)
        canvas.text((left - 5, height), text, _FAINT, 9, "rm")
    steps = ticks(low_x, high_x, 5)
    for step, text in zip(steps, tick_texts(steps), strict=True):
        canvas.text((place((step, low_y))[0], bottom + 5), text, _FAINT, 9, "mt")
    for color, piece in pieces:
        canvas.line([place(point) for point in piece], color, 1.4)


def _pieces(series: Series) -> list[list[_Point]]:
    """Return the line in pieces: what is not finite breaks it."""
    pieces: list[list[_Point]] = [[]]
    for step, encoded in zip(series.steps, series.values, strict=True):
        value = decode_number(encoded)
        if math.isfinite(value):
            pieces[-1].append((step, value))
        elif pieces[-1]:
            pieces.append([])
    return [piece for piece in pieces if len(piece) > 1]


def _range(numbers: list[float]) -> _Point:
    low, high = min(numbers), max(numbers)
    margin = (high - low) * 0.03 or abs(high) * 0.05 or 1.0
    return low - margin, high + margin


def _clipped(text: str, length: int) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= length else f"{plain[: length - 1]}…"
