"""The points of a batch come by run and metric, whole and in order of arrival."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lightflow_jlab.importer.gather import gather_points
from lightflow_jlab.spool.format import RecordType
from lightflow_jlab.spool.reader import Batch, Record, SegmentReader, list_segments
from lightflow_jlab.spool.writer import SpoolWriter
from lightflow_jlab.tracking.process import this_process

RUNS = ("a" * 32, "b" * 32)
INT64 = st.integers(-(2**63), 2**63 - 1)
SINGLE = st.tuples(st.sampled_from(RUNS), st.sampled_from("xyz"), INT64, st.floats(allow_nan=False))
ROW = st.tuples(
    st.sampled_from(RUNS),
    st.lists(st.sampled_from("xyz"), unique=True, max_size=3),
    INT64,
    st.floats(allow_nan=False),
)


def _batch(folder: Path, writer: SpoolWriter) -> Batch:
    writer.close()
    (file,) = list_segments(folder)
    reader = SegmentReader(file.path)
    return reader.read(reader.start, 2**24, final=True)


def _gathered(batch: Batch) -> dict[tuple[int, int], list[tuple[int, float, int]]]:
    rows = [record for record in batch.records if record.type == RecordType.POINTS]
    return {
        (run, key): list(
            zip(points.steps.tolist(), points.values.tolist(), points.times.tolist(), strict=True)
        )
        for run, key, points in gather_points(batch, rows)
    }


@settings(max_examples=80, deadline=None)
@given(rows=st.lists(ROW, max_size=30), singles=st.lists(SINGLE, max_size=300))
def test_rows_come_first_then_single_points_each_in_order(
    tmp_path_factory: pytest.TempPathFactory, rows: list, singles: list
):
    folder = tmp_path_factory.mktemp("spool")
    writer = SpoolWriter([folder], this_process())
    expected = defaultdict(list)
    for time_ms, (run_id, keys, step, value) in enumerate(rows):
        run, numbers = writer.define_run(run_id), [writer.define_key(key) for key in keys]
        values = [value + index for index in range(len(keys))]
        writer.points(run, step, time_ms, numbers, values)
        for number, single in zip(numbers, values, strict=True):
            expected[run, number].append((step, single, time_ms))
    for time_ms, (run_id, key, step, value) in enumerate(singles):
        run, number = writer.define_run(run_id), writer.define_key(key)
        writer.point(run, number, step, time_ms, value)
        expected[run, number].append((step, value, time_ms))
    if rows or singles:
        assert _gathered(_batch(folder, writer)) == expected


def test_a_row_that_is_none_costs_itself_only(tmp_path: Path):
    writer = SpoolWriter([tmp_path], this_process())
    run, key = writer.define_run(RUNS[0]), writer.define_key("x")
    writer.points(run, 1, 2, [key], [3.0])
    batch = _batch(tmp_path, writer)
    broken = [Record(RecordType.POINTS, 0, payload) for payload in (b"", b"\1" * 30, b"\0" * 24)]
    batch.records[:0] = broken
    assert _gathered(batch) == {(run, key): [(1, 3.0, 2)]}
