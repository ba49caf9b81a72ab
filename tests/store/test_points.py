"""Points through chunks and back, their summaries, and what a chart gets of them."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lightflow_jlab.contract.scalars import decode_number
from lightflow_jlab.store import Store, chunks
from lightflow_jlab.store.chunks import Columns
from lightflow_jlab.store.downsample import downsample
from lightflow_jlab.store.recent_points import LEAST_POINTS, RecentPoints, SeriesKey

from .recorded import blank_store, columns, record, run_id

_int64 = st.integers(-(2**63), 2**63 - 1)
_values = st.one_of(st.floats(width=64), st.sampled_from((math.nan, math.inf, -math.inf, -0.0)))
_points = st.lists(st.tuples(_int64, _values, _int64), min_size=1, max_size=60)
_some = st.lists(
    st.tuples(st.integers(-3, 6), st.sampled_from((-1.5, 0.0, 2.0, math.nan, math.inf))),
    min_size=1,
    max_size=9,
)


def as_columns(points: list[tuple[int, float, int]]) -> Columns:
    steps, values, times = zip(*points, strict=True)
    return columns(values, steps, times)


def same(one: Columns, other: Columns) -> bool:
    return all(a.tobytes() == b.tobytes() for a, b in zip(one, other, strict=True))


@given(_points)
@settings(deadline=None)
def test_every_bit_of_a_point_survives_its_chunk(points: list[tuple[int, float, int]]) -> None:
    written = as_columns(points)
    assert same(chunks.decode(chunks.encode(written)), written)


@given(st.lists(_some, min_size=1, max_size=5))
@settings(deadline=None, max_examples=25)
def test_a_summary_and_a_history_say_what_all_points_say(
    batches: list[list[tuple[int, float]]],
) -> None:
    with blank_store() as store:
        for batch in batches:
            with store.ingest() as ingest:
                steps, values = zip(*batch, strict=True)
                ingest.add_points(run_id(1), "loss", columns(values, steps, [7] * len(batch)))
        points = [point for batch in batches for point in batch]
        ordered = sorted(points, key=lambda point: point[0])
        history = store.history(run_id(1), "loss")
        assert repr(
            list(zip(history.steps.tolist(), history.values.tolist(), strict=True))
        ) == repr(ordered)
        (metric,) = store.run(run_id(1)).metrics
        real = [value for _, value in points if not math.isnan(value)]
        assert metric.count == len(points)
        assert repr((decode_number(metric.first), decode_number(metric.last))) == repr(
            (ordered[0][1], ordered[-1][1])
        )
        assert metric.min == (None if not real else "Infinity" if min(real) > 9 else min(real))
        assert metric.max == (None if not real else "Infinity" if max(real) > 9 else max(real))


@given(
    st.lists(st.sampled_from((0.0, 1.0, -2.0, 5.0, math.nan, math.inf)), min_size=1, max_size=400),
    st.integers(4, 60),
)
@example([0.0, 0.0, 0.0, 0.0, 1.0, math.inf], 4)
@example([0.0, 1.0, math.inf, math.nan, 0.0, -2.0, 0.0], 4)
@settings(deadline=None)
def test_a_chart_keeps_the_ends_the_extremes_and_the_gaps(
    values: list[float], max_points: int
) -> None:
    every = columns(values)
    few = downsample(every, max_points)
    kept = set(few.steps.tolist())
    assert len(kept) <= max_points + 4
    assert {0, len(values) - 1} <= kept
    finite = [value for value in values if math.isfinite(value)]
    if finite:
        shown = few.values[np.isfinite(few.values)]
        assert (shown.min(), shown.max()) == (min(finite), max(finite))
    assert bool(np.isnan(few.values).any()) == bool(np.isnan(every.values).any())


def test_a_peak_far_from_the_other_steps_is_kept() -> None:
    steps = [*range(100), 5_000, *range(9_900, 10_000)]
    values = [0.0] * 100 + [7.0] + [1.0] * 100
    few = downsample(columns(values, steps), 20)
    assert few.values.max() == 7.0
    assert len(few.steps) <= 20


def test_points_arriving_one_by_one_are_kept_in_few_chunks(store: Store) -> None:
    for step in range(300):
        with store.ingest() as ingest:
            ingest.add_points(run_id(1), "loss", columns([float(step)], [step], [step]))
    history = store.history(run_id(1), "loss")
    assert history.values.tolist() == [float(step) for step in range(300)]
    count = store.ask(lambda c: c.exec_driver_sql("SELECT count(*) FROM chunks").scalar_one())
    assert count <= 12


def test_a_window_holds_the_asked_steps_and_tells_how_many_there_are(store: Store) -> None:
    record(store, 1, metrics={"loss": [float(step % 7) for step in range(1000)]})
    (whole,) = store.series([run_id(1)], "loss", max_points=50)
    assert (whole.count, whole.total, whole.downsampled) == (1000, 1000, True)
    (part,) = store.series([run_id(1)], "loss", start_step=10, end_step=19)
    assert (part.steps, part.count, part.total) == (list(range(10, 20)), 10, 1000)
    (nothing,) = store.series([run_id(1)], "other")
    assert (nothing.steps, nothing.total) == ([], 0)


def test_a_long_series_is_drawn_from_memory_until_more_points_come(store: Store) -> None:
    long = [float(step % 11) for step in range(30_000)]
    record(store, 1, metrics={"loss": long})
    first, again = (store.series([run_id(1)], "loss", max_points=100) for _ in range(2))
    assert first == again
    (zoomed,) = store.series([run_id(1)], "loss", start_step=5, end_step=9)
    assert zoomed.values == long[5:10]
    with store.ingest() as ingest:
        ingest.add_points(run_id(1), "loss", columns([99.0], [30_000], [1]))
    (more,) = store.series([run_id(1)], "loss", max_points=100)
    assert (more.total, more.values[-1]) == (30_001, 99.0)


def test_memory_for_series_is_bounded() -> None:
    points = columns([0.0] * LEAST_POINTS)
    recent = RecentPoints(max_bytes=2 * 24 * LEAST_POINTS)
    keys = [SeriesKey(run_id(number), "loss", LEAST_POINTS) for number in range(3)]
    for key in keys:
        recent.put(key, points)
    assert [recent.get(key) is not None for key in keys] == [False, True, True]
