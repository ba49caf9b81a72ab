"""The table: a row per measure, a column per tracker, each with its ratio to Lightflow."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from typing import NamedTuple

from benchmarks.peers.roster import Measure
from benchmarks.peers.session import Session
from benchmarks.table import grid


class Line(NamedTuple):
    what: str
    measure: Measure
    number: str
    shown: Callable[[float], str]
    more_is_better: bool = False
    asked: Callable[[Session], int | None] = lambda session: None
    """How many points, where trackers differ."""
    each: bool = False
    """Whether the ratio is that of one point, since the numbers of points differ."""


def _time(seconds: float) -> str:
    for unit, factor in (("s", 1.0), ("ms", 1e3)):
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e6:.3g} µs"


def _rate(points: float) -> str:
    return f"{points:,.0f}/s"


def _bytes(size: float) -> str:
    return f"{size:.1f}"


LINES = (
    Line("import, fresh process", "start", "import", _time),
    Line("import → first logged point", "start", "start", _time),
    Line("a call: p50", "calls", "p50", _time),
    Line("a call: p99", "calls", "p99", _time),
    Line("beside a busy thread: p50", "calls", "beside_p50", _time),
    Line("beside a busy thread: p99", "calls", "beside_p99", _time),
    Line(
        "points per second, first call → all in the store",
        "durable",
        "points_per_second",
        _rate,
        more_is_better=True,
        asked=lambda session: session.scaled(session.peer.points),
    ),
    Line("bytes per point, the store", "durable", "index_bytes", _bytes),
    Line("bytes per point, all files", "durable", "bytes", _bytes),
    Line(
        "history of one metric (ratio per point)",
        "history",
        "history",
        _time,
        asked=lambda session: session.scaled(session.peer.history),
        each=True,
    ),
    Line("filtered, sorted search, 100 runs", "search", "search_100", _time),
    Line("the same, 2,000 runs", "search", "search_2000", _time),
    Line("the same, 10,000 runs", "search", "search_10000", _time),
    Line("the same, 100,000 runs", "search", "search_100000", _time),
)


def table(sessions: Sequence[Session]) -> str:
    """Return the table in markdown; the first session is what the others are compared with."""
    header = ["what", *(session.peer.title for session in sessions)]
    rows = [
        [line.what, *(_cell(line, session, sessions[0]) for session in sessions)] for line in LINES
    ]
    return grid(header, rows)


def _cell(line: Line, session: Session, base: Session) -> str:
    if line.measure in session.peer.lacks:
        return session.peer.lacks[line.measure]
    if line.measure in session.failures:
        return session.failures[line.measure]
    values = session.numbers.get(line.number)
    if not values:
        return "not measured"
    value = statistics.median(values)
    shown = line.shown(value)
    asked = line.asked(session)
    if asked is not None:
        shown += f" of {asked:,}"
    own = statistics.median(base.numbers.get(line.number, [0.0]))
    if session is base or own <= 0 or value <= 0:
        return shown
    ratio = value / own
    if line.each:
        ratio *= (line.asked(base) or 1) / (asked or 1)
    return f"{shown} (×{_ratio(1 / ratio if line.more_is_better else ratio)})"


def _ratio(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"
