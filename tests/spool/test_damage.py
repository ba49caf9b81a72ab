"""A torn or corrupted segment costs the damaged block at most, and never a traceback."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lightflow_jlab.contract.records import Tags
from lightflow_jlab.errors import SpoolError
from lightflow_jlab.spool import format as fmt
from lightflow_jlab.spool.format import RecordType
from lightflow_jlab.spool.reader import SegmentReader
from lightflow_jlab.spool.writer import SpoolWriter
from lightflow_jlab.tracking.process import this_process

from .conftest import RUN, Log, log_steps

POINTS = 3_000
FRAME = fmt.POINT_BYTES


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A segment of 3,000 points with other records among them."""
    folder = tmp_path_factory.mktemp("spool")
    writer = SpoolWriter([folder], this_process())
    for start in range(0, POINTS, 500):
        log_steps(writer, range(start, start + 500))
        writer.record(RecordType.TAGS, Tags(RUN, {"block": str(start)}))
    writer.close()
    (path,) = folder.iterdir()
    return path.read_bytes()


@pytest.fixture
def read(tmp_path: Path) -> Callable[[bytes], Log]:
    def read(data: bytes) -> Log:
        return _read(data, tmp_path)

    return read


def _read(data: bytes, folder: Path) -> Log:
    path = folder / fmt.segment_name("0" * 32, 1)
    path.write_bytes(data)
    log = Log()
    log.take(path)
    return log


def _check(log: Log, lost_most: int) -> None:
    """Nothing is there that was not logged, in no other order, and few are missing."""
    steps = log.steps
    assert all(
        point == (RUN, "loss", s, 1_700_000_000_000 + s, s / 2)
        for point, s in zip(log.points, steps, strict=True)
    )
    assert steps == sorted(set(steps))
    assert len(steps) >= POINTS - lost_most


def _flip(data: bytes, position: int, mask: int = 0xFF) -> bytes:
    return data[:position] + bytes([data[position] ^ mask]) + data[position + 1 :]


MIDDLE = 70_000 // 8 * 8


@pytest.mark.parametrize(
    ("damage", "lost_most"),
    [
        pytest.param(lambda data: _flip(data, MIDDLE), 1, id="a flipped byte"),
        pytest.param(lambda data: data[: MIDDLE - 11], POINTS, id="a cut"),
        pytest.param(
            lambda data: data[:MIDDLE] + bytes(4096) + data[MIDDLE + 4096 :], 87, id="a zeroed page"
        ),
        pytest.param(
            lambda data: data[:MIDDLE] + random.Random(1).randbytes(4096) + data[MIDDLE + 4096 :],
            87,
            id="a page of garbage",
        ),
        pytest.param(
            lambda data: data[:MIDDLE] + data[MIDDLE + 4096 :], 87, id="a page that is missing"
        ),
        pytest.param(
            lambda data: data[:MIDDLE] + data[8192 : 8192 + 4096] + data[MIDDLE + 4096 :],
            87,
            id="a page written to the wrong place",
        ),
        pytest.param(lambda data: data + b"\xff" * 999, 0, id="garbage behind the end"),
        pytest.param(
            lambda data: data[: 48 * 1000] + b"\xff\xff\xff\x03" + data[48 * 1000 + 4 :],
            2,
            id="a length that is huge",
        ),
    ],
)
def test_damage_costs_its_block_only(
    whole: bytes, read: Callable[[bytes], Log], damage: Callable[[bytes], bytes], lost_most: int
):
    log = read(damage(whole))
    if lost_most == 87:
        # Points of another place may stand there a second time; the store takes what is read.
        log.points = list(dict.fromkeys(log.points))
        log.points.sort(key=lambda point: point[2])
    _check(log, lost_most)


def test_a_damaged_header_is_told_and_nothing_is_guessed(whole: bytes, tmp_path: Path):
    path = tmp_path / fmt.segment_name("0" * 32, 1)
    for data in (b"", whole[:20], bytes(200), _flip(whole, 20), b"PK" + whole[2:]):
        path.write_bytes(data)
        with pytest.raises(SpoolError):
            SegmentReader(path)


def test_a_record_still_being_written_ends_what_is_read(whole: bytes, tmp_path: Path):
    path = tmp_path / fmt.segment_name("0" * 32, 1)
    torn = MIDDLE // FRAME * FRAME
    path.write_bytes(whole[: torn + 20] + bytes(len(whole) - torn - 20))
    reader = SegmentReader(path)
    batch = reader.read(reader.start, len(whole))
    path.write_bytes(whole)
    rest = reader.read(batch.end, len(whole))
    assert batch.damaged_bytes == rest.damaged_bytes == 0
    assert len(batch.points) + len(rest.points) == POINTS * fmt.POINT_BODY.size
    assert rest.finished


@settings(max_examples=250, deadline=None)
@given(
    flips=st.lists(
        st.tuples(st.integers(fmt.HEADER_BYTES, 2**20), st.integers(1, 255)), max_size=4
    ),
    cut=st.none() | st.integers(fmt.HEADER_BYTES, 2**20),
)
def test_random_flips_and_cuts_lose_what_they_hit(
    whole: bytes, tmp_path_factory: pytest.TempPathFactory, flips: list, cut: int | None
):
    data = whole
    for place, mask in flips:
        data = _flip(data, max(fmt.HEADER_BYTES + 400, place % len(whole)), mask)
    if cut is not None:
        data = data[: max(fmt.HEADER_BYTES, cut % len(data))]
    log = _read(data, tmp_path_factory.getbasetemp())
    behind = 0 if cut is None else (len(whole) - len(data)) // FRAME + 2
    _check(log, len(flips) + behind)
