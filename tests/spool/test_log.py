"""What is logged is read back, over segments, threads and folders."""

from __future__ import annotations

import math
import threading
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lightflow_jlab.config.notices import LightflowWarning
from lightflow_jlab.contract.records import Heartbeat, Tags
from lightflow_jlab.errors import SpoolError
from lightflow_jlab.spool import format as fmt
from lightflow_jlab.spool.format import RecordType
from lightflow_jlab.spool.reader import SegmentReader, list_segments
from lightflow_jlab.spool.writer import SpoolWriter
from lightflow_jlab.tracking.process import this_process

from .conftest import RUN, log_steps, read_log

Make = Callable[..., SpoolWriter]
INT64 = st.integers(-(2**63), 2**63 - 1)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), INT64, INT64, st.floats(allow_nan=True)), max_size=40
    ),
    st.integers(0, 3),
)
def test_points_are_read_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, points: list, rows: int
):
    folder = tmp_path_factory.mktemp("spool")
    writer = SpoolWriter([folder], this_process(), first_segment_bytes=8192, segment_bytes=8192)
    run = writer.define_run(RUN)
    for key, step, time_ms, value in points:
        writer.point(run, writer.define_key(key), step, time_ms, value)
        for _ in range(rows):
            writer.record(RecordType.TAGS, Tags(RUN, {key: str(step)}))
    writer.close()
    log = read_log(folder)
    assert [point[1:4] for point in log.points] == [point[:3] for point in points]
    assert [math.isnan(p[4]) or p[4] for p in log.points] == [
        math.isnan(p[3]) or p[3] for p in points
    ]
    assert len(log.records) == rows * len(points) + 1
    assert log.damaged_bytes == 0


def test_a_long_log_goes_on_in_new_segments_each_readable_alone(make_writer: Make, spool: Path):
    writer = make_writer(first_segment_bytes=16_384, segment_bytes=32_768)
    log_steps(writer, range(5_000))
    log_steps(writer, range(5_000), key="acc")
    writer.close()
    files = list_segments(spool)
    assert [file.segment for file in files] == list(range(1, len(files) + 1))
    assert len(files) > 10
    log = read_log(spool)
    assert [(p[1], p[2]) for p in log.points] == [
        (key, step) for key in ("loss", "acc") for step in range(5_000)
    ]
    first = [SegmentReader(file.path).header.first_seq for file in files]
    assert first == sorted(first) and len(set(first)) == len(first)
    assert all(file.path.stat().st_mode & 0o777 == 0o600 for file in files)


def test_files_are_cut_to_what_they_hold_when_they_end(make_writer: Make, spool: Path):
    writer = make_writer()
    log_steps(writer, range(10))
    writer.close()
    (path,) = spool.iterdir()
    assert path.stat().st_size < 2_000


def test_a_segment_opened_ahead_is_no_segment_yet(make_writer: Make, spool: Path):
    writer = make_writer(first_segment_bytes=65_536)
    log_steps(writer, range(900))
    writer.sync()
    writer.position()
    assert len(list_segments(spool)) == 1
    assert read_log(spool, final=False).steps == list(range(900))
    log_steps(writer, range(900, 2_000))
    assert len(list_segments(spool)) == 2
    assert read_log(spool, final=False).steps == list(range(2_000))


def test_a_record_larger_than_a_segment_gets_one_of_its_size(make_writer: Make, spool: Path):
    writer = make_writer(first_segment_bytes=16_384, segment_bytes=16_384)
    big = "x" * 300_000
    log_steps(writer, range(100))
    writer.record(RecordType.TAGS, Tags(RUN, {"big": big}))
    log_steps(writer, range(100, 200))
    writer.close()
    log = read_log(spool)
    assert log.steps == list(range(200))
    assert msgspec.msgpack.decode(log.records[0][1], type=Tags).tags == {"big": big}


def test_records_of_unknown_types_are_read_and_left_to_the_reader(spool: Path):
    spool.mkdir()
    writer_id = fmt.new_writer_id()
    frames = [fmt.pack_frame(0, 999, b"later"), fmt.pack_frame(1, RecordType.CLOSE, b"\0")]
    path = spool / fmt.segment_name(writer_id, 1)
    path.write_bytes(fmt.pack_header(writer_id, 1, 0, 0) + b"".join(frames))
    assert read_log(spool).records == [(999, b"later"), (RecordType.CLOSE, b"\0")]


def test_a_newer_format_is_refused_with_the_remedy(spool: Path):
    spool.mkdir()
    head = bytearray(fmt.pack_header(fmt.new_writer_id(), 1, 0, 0))
    head[8:10] = (fmt.VERSION + 1).to_bytes(2, "little")
    head[fmt.HEADER.size : fmt.HEADER.size + 4] = zlib.crc32(head[: fmt.HEADER.size]).to_bytes(
        4, "little"
    )
    path = spool / fmt.segment_name("0" * 32, 1)
    path.write_bytes(head)
    with pytest.raises(SpoolError, match="Upgrade"):
        SegmentReader(path)


def test_threads_log_side_by_side_over_segments(make_writer: Make, spool: Path):
    writer = make_writer(first_segment_bytes=32_768, segment_bytes=65_536)
    threads = [
        threading.Thread(target=log_steps, args=(writer, range(4_000), f"m{n}")) for n in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.close()
    points = read_log(spool).points
    assert len(points) == 24_000
    for n in range(6):
        assert [p[2] for p in points if p[1] == f"m{n}"] == list(range(4_000))


def test_a_folder_that_cannot_be_written_is_replaced_by_the_next(make_writer: Make, tmp_path: Path):
    blocked, other = tmp_path / "blocked", tmp_path / "other"
    blocked.write_text("a file where the folder should be")
    writer = make_writer(blocked, other)
    with pytest.warns(LightflowWarning, match="kept in") as told:
        log_steps(writer, range(100))
    assert len(told) == 1
    assert read_log(other, final=False).steps == list(range(100))


def test_what_no_folder_takes_waits_in_memory_and_then_is_counted(
    make_writer: Make, tmp_path: Path
):
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be")
    writer = make_writer(blocked)
    with pytest.warns(LightflowWarning, match="lost until there is space"):
        log_steps(writer, range(1))
    log_steps(writer, range(1, 1_000))
    assert writer.dropped == 0
    with pytest.raises(SpoolError, match="wait in memory"):
        writer.sync()
    blocked.unlink()
    writer.sync()
    assert read_log(blocked, final=False).steps == list(range(1_000))


def test_memory_for_what_waits_is_bounded_and_what_a_run_needs_comes_first(
    make_writer: Make, tmp_path: Path
):
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be")
    writer = make_writer(blocked)
    with pytest.warns(LightflowWarning, match="lost until there is space"):
        log_steps(writer, range(200_000))
    lost = writer.dropped
    assert lost > 10_000
    writer.record(RecordType.TAGS, Tags(RUN, {"kept": "yes"}))
    assert writer.dropped == lost
    blocked.unlink()
    with pytest.raises(SpoolError, match="were dropped"):
        writer.sync()
    writer.sync()
    log = read_log(blocked, final=False)
    assert log.steps == list(range(200_000 - lost))
    assert [kind for kind, _ in log.records] == [RecordType.TAGS]


def test_what_is_logged_after_the_end_is_counted(make_writer: Make, spool: Path):
    writer = make_writer()
    log_steps(writer, range(10))
    writer.close()
    log_steps(writer, range(10, 15))
    assert writer.dropped == 5
    assert read_log(spool).steps == list(range(10))


def test_an_open_run_beats_when_nothing_is_logged(make_writer: Make, spool: Path):
    now = [100.0]
    writer = make_writer(clock=lambda: now[0])
    writer.record(RecordType.RUN_START, Tags(RUN, {}))
    now[0] += 60
    deadline = time.monotonic() + 10
    while len(read_log(spool, final=False).records) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    writer.record(RecordType.RUN_END, Tags(RUN, {}))
    log = read_log(spool, final=False)
    kinds = [kind for kind, _ in log.records]
    assert kinds == [RecordType.RUN_START, RecordType.HEARTBEAT, RecordType.RUN_END]
    assert msgspec.msgpack.decode(log.records[1][1], type=Heartbeat).dropped == 0
