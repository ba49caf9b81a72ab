"""What becomes of files that can't be read, of imported logs, of records and runs that are gone."""

from __future__ import annotations

import os
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import delete

from lightflow_jlab.config.locations import spool_folder
from lightflow_jlab.config.notices import LightflowWarning
from lightflow_jlab.contract.records import Process, RunStart, Tags
from lightflow_jlab.errors import InvalidValueError, NotFoundError
from lightflow_jlab.importer import Importer
from lightflow_jlab.importer.left_behind import UNBEGUN_SECONDS
from lightflow_jlab.importer.retention import days_to_keep, kept_segments, take_out
from lightflow_jlab.spool import format as fmt
from lightflow_jlab.spool.format import RecordType
from lightflow_jlab.store import RunQuery, Store, schema

from .conftest import RUN, START, Writer, this_process

WriterOf = Callable[[Process], Writer]


def _age(path: Path, seconds: float) -> None:
    os.utime(path, (time.time() - seconds,) * 2)


def _file(store: Store, content: bytes, age: float) -> Path:
    path = spool_folder(store.folder) / fmt.segment_name(fmt.new_writer_id(), 1)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    _age(path, age)
    return path


def test_a_file_with_a_damaged_head_is_set_aside_and_told_of(
    store: Store, importer: Importer
) -> None:
    head = bytearray(fmt.pack_header(fmt.new_writer_id(), 1, 0, 0))
    head[20] ^= 0xFF
    fresh = _file(store, bytes(head), 0)
    path = _file(store, bytes(head), 3_600)
    importer.run_once()
    with pytest.warns(LightflowWarning, match="What it held is not in the store") as told:
        importer.close_logs_of_the_dead()
    importer.close_logs_of_the_dead()
    assert len(told) == 1
    assert (path.exists(), fresh.exists()) == (False, True)
    assert (path.parent / "damaged" / path.name).read_bytes() == head


def test_a_file_of_a_newer_format_waits_for_an_upgrade(store: Store, importer: Importer) -> None:
    head = fmt.HEADER.pack(fmt.MAGIC, fmt.VERSION + 1, 64, 1, b"w" * 16, 0, 0)
    crc = zlib.crc32(head).to_bytes(4, "little")
    path = _file(store, head + crc + bytes(100), 3_600)
    importer.run_once()
    importer.close_logs_of_the_dead()
    assert path.exists()


def test_a_file_that_a_killed_fork_never_began_is_removed_after_a_day(
    store: Store, importer: Importer, writer_of: WriterOf
) -> None:
    old = _file(store, bytes(4_096), UNBEGUN_SECONDS + 60)
    young = _file(store, bytes(4_096), 60)
    writer = writer_of(this_process())
    writer.start()
    ahead = spool_folder(store.folder) / fmt.segment_name(writer.spool.writer_id, 2)
    ahead.write_bytes(bytes(4_096))
    _age(ahead, UNBEGUN_SECONDS + 60)
    importer.run_once()
    importer.close_logs_of_the_dead()
    assert [path.exists() for path in (old, young, ahead)] == [False, True, True]
    ahead.unlink()


def test_a_file_that_a_writer_opened_ahead_goes_when_its_process_is_gone(
    store: Store, importer: Importer, writer_of: WriterOf
) -> None:
    # As after an importer that was killed between putting away the last segment and this one.
    alive = writer_of(this_process())
    gone = Writer(store, msgspec.structs.replace(this_process(), start_ticks=1), "cd" * 16)
    for writer in (alive, gone):
        writer.start()
        writer.spool.close()
    importer.run_once()
    folder = spool_folder(store.folder)
    assert list(folder.glob("*.lf")) == []
    kept, removed = (
        folder / fmt.segment_name(writer.spool.writer_id, 2) for writer in (alive, gone)
    )
    for path in (kept, removed):
        path.write_bytes(bytes(4_096))
        _age(path, UNBEGUN_SECONDS + 60)
    importer.close_logs_of_the_dead()
    assert [path.exists() for path in (kept, removed)] == [True, False]


def test_what_a_newer_version_logged_is_applied_after_the_upgrade(
    store: Store, writer_of: WriterOf
) -> None:
    writer = writer_of(this_process())
    writer.start()
    writer_id = writer.spool.writer_id
    importer = Importer.acquire(store)
    assert importer is not None
    importer.run_once()
    importer.close()
    with store.ingest() as ingest:
        for seq, (kind, payload) in enumerate(
            [
                (RecordType.TAGS, msgspec.msgpack.encode(Tags(RUN, {"later": "yes"}))),
                (RecordType.TAGS, b"\xc1"),
                (999, b"of the far future"),
            ]
        ):
            ingest.keep_unknown(writer_id, 1, 100 + seq, kind, payload)
    upgraded = Importer.acquire(store)
    assert upgraded is not None
    upgraded.run_once()
    upgraded.close()
    assert store.run(RUN).tags["later"] == "yes"
    with store.ingest() as ingest:
        left = ingest.unknown([RecordType.TAGS, 999])
    assert [record.payload for record in left] == [b"\xc1", b"of the far future"]


def test_a_run_that_was_deleted_for_good_stays_so_when_its_log_is_read_again(
    store: Store, writer_of: WriterOf
) -> None:
    importer = Importer.acquire(store)
    assert importer is not None
    writer = writer_of(this_process())
    writer.start()
    writer.point()
    writer.end("FINISHED", at=START + 10)
    writer.spool.close()
    importer.run_once()
    importer.close()
    store.delete_run(RUN)
    assert store.empty_trash().runs == []

    for kept in kept_segments(spool_folder(store.folder)):
        take_out(kept)
    store.change(lambda connection: connection.execute(delete(schema.spool_segments)))
    late = writer_of(this_process())
    late.point()
    late.spool.record(
        RecordType.RUN_START, RunStart(RUN, "Default", "again", START, "ada", late.process)
    )
    again = Importer.acquire(store)
    assert again is not None
    assert again.run_once() > 0
    again.close()
    with pytest.raises(NotFoundError):
        store.run(RUN)
    assert store.runs(RunQuery(view="all")).total == 0


@pytest.mark.parametrize(("keep_days", "kept"), [(0.0, 0), (30.0, 1)])
def test_imported_logs_are_kept_as_long_as_is_set(
    store: Store, writer_of: WriterOf, keep_days: float, kept: int
) -> None:
    importer = Importer(store, keep_days=keep_days)
    assert importer.take_lease()
    old = spool_folder(store.folder) / "imported" / f"{fmt.segment_name('0' * 32, 1)}.zst"
    old.parent.mkdir(parents=True)
    old.write_bytes(b"")
    _age(old, 31 * 86_400)
    with store.ingest() as ingest:
        ingest.set_offset("0" * 32, 1, 0, finished=True)
    writer = writer_of(this_process())
    writer.start()
    writer.spool.close()
    importer.run_once()
    importer.close()
    names = [path.name for path in kept_segments(spool_folder(store.folder))]
    assert names == [f"{fmt.segment_name(writer.spool.writer_id, 1)}.zst"][:kept]
    assert [path.name for path in spool_folder(store.folder).glob("*.lf")] == []


def test_how_long_logs_are_kept_must_be_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIGHTFLOW_KEEP_LOG_DAYS", "2.5")
    assert days_to_keep() == 2.5
    for wrong in ("-1", "soon", "nan"):
        monkeypatch.setenv("LIGHTFLOW_KEEP_LOG_DAYS", wrong)
        with pytest.raises(InvalidValueError, match="number of days"):
            days_to_keep()
