"""Makes the old store of a revision: `python tests/store/old_stores/make.py 0001`.

Each is a whole folder as a program of that revision left it: the database, and a log that was not
imported yet, with a record of a kind that is still to be invented. Once a release has been made,
its store is never made again: it shows that what people have on their disks can be read.
"""

from __future__ import annotations

import hashlib
import math
import os
import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import numpy as np
import zstandard
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData, create_engine, insert

import lightflow_jlab.store
from lightflow_jlab.contract.records import Process, RunEnd, RunStart
from lightflow_jlab.contract.source_digest import digest_of
from lightflow_jlab.spool import format as fmt
from lightflow_jlab.spool.format import RecordType
from lightflow_jlab.store.chunks import Columns, encode

FOLDER = Path(__file__).parent
START = 1_700_000_000_000
RUN, DELETED, LOGGED = "ab" * 16, "cd" * 16, "ef" * 16
WRITER, OTHER_WRITER = "0f" * 16, "1f" * 16
OF_THE_FUTURE = 99
VALUES = [2.0, math.nan, 0.5, math.inf]
SOURCE = b"print('hello')\n"
_PROCESS = Process(host="elsewhere", boot_id="", pid=1, start_time=0.0)


def make(revision: str, archive: Path) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        _make_database(folder / "lightflow.db", revision)
        (folder / "spool").mkdir()
        (folder / "spool" / f"{OTHER_WRITER}-0{fmt.SUFFIX}").write_bytes(_log())
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
            for file in sorted(path for path in folder.rglob("*") if path.is_file()):
                out.write(file, file.relative_to(folder))


def _make_database(database: Path, revision: str) -> None:
    engine = create_engine(f"sqlite:///{database}")
    config = Config()
    migrations = Path(os.fspath(lightflow_jlab.store.__file__)).parent / "migrations"
    config.set_main_option("script_location", str(migrations))
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys = ON")
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        _fill(connection, revision)
    engine.dispose()


def _fill(connection: Connection, revision: str) -> None:
    metadata = MetaData()
    metadata.reflect(connection)

    def add(table: str, **values: Any) -> None:
        connection.execute(insert(metadata.tables[table]).values(values))

    add("meta", key="store_id", value="77" * 16)
    add("counter", id=1, seq=9)
    times = {"creation_time": START, "last_update_time": START}
    for number, name in enumerate(("Default", "digits")):
        stage = {"description": "", "lifecycle_stage": "active", "seq": number + 1}
        add("experiments", experiment_id=number, name=name, **stage, **times)
    add("experiment_tags", experiment_id=1, key="team", value="blue")
    process = {"host": "elsewhere", "boot_id": "", "pid": 1, "process_start": 0.0}
    add("writers", writer_id=WRITER, kernel_id="", **process)
    for number, run_id, stage_name in ((1, RUN, "active"), (2, DELETED, "deleted")):
        add(
            "runs",
            id=number,
            run_id=run_id,
            experiment_id=number % 2,
            run_name=f"run-{number}",
            status="FINISHED",
            lifecycle_stage=stage_name,
            start_time=START,
            end_time=START + 5000,
            deleted_time=START + 9000 if stage_name == "deleted" else None,
            user_id="ada",
            source_type="NOTEBOOK",
            source_name="a.ipynb",
            cell_id="c1",
            attempt=number,
            note="kept **by hand**",
            dropped=0,
            writer_id=WRITER,
            seq=2 + number,
        )
    add("params", run=1, key="lr", text="0.1", number=0.1, type="float", origin="user")
    add("params", run=1, key="model", text="net", number=None, type="str", origin="user")
    add("tags", run=1, key="reviewed", value="yes")
    add("artifacts", run=1, path="a.txt", size_bytes=4, media_type="text/plain", time=START)
    least = {"first": 2.0, "first_step": 0, "first_time": START, "min": 0.5, "min_step": 2}
    greatest = {"last": math.inf, "last_step": 3, "last_time": START + 3}
    peak = {"max": math.inf, "max_step": 3, "count": 4}
    add("metrics", id=1, run=1, key="loss", origin="user", **least, **greatest, **peak)
    steps = np.arange(4, dtype=np.int64)
    points = encode(Columns(steps, np.array(VALUES), START + steps))
    ends = {"start_index": 0, "count": 4, "first_step": 0, "last_step": 3}
    add("chunks", metric=1, points=points, **ends)
    digest = hashlib.sha256(SOURCE).hexdigest()
    content = zstandard.ZstdCompressor().compress(SOURCE)
    add("documents", digest=digest, content=content, size_bytes=len(SOURCE))
    add("run_documents", run=1, kind="source", media_type="text/x-python", digest=digest)
    add("spool_segments", writer_id=WRITER, segment=0, offset=4096, finished=True)
    if revision >= "0002":
        add("registered_models", name="net", description="", next_version=1, seq=7, **times)
    if revision >= "0003":
        for run in (1, 2):
            ended = {"joined": START, "ended": START + 5000, "status": "FINISHED"}
            add("run_writers", run=run, writer_id=WRITER, dropped=0, **ended)
    if revision >= "0006":
        done = {"execution_count": 1, "time": START, "succeeded": True}
        cell = {"source_name": "a.ipynb", "cell_id": "c1", "digest": digest_of(SOURCE.decode())}
        add("executions", writer_id=WRITER, number=0, **cell, **done)
        packed = {"content": content, "size_bytes": len(SOURCE)}
        add("cell_sources", digest=cell["digest"], **packed)


def _log() -> bytes:
    """Return a segment of format 1, byte by byte as its writer laid it out."""
    start = RunStart(
        run_id=LOGGED,
        experiment_name="digits",
        run_name="logged",
        start_time=START,
        user_id="ada",
        process=_PROCESS,
    )
    records = [
        (RecordType.WRITER, msgspec.msgpack.encode(_PROCESS)),
        (RecordType.DEFINE_RUN, fmt.pack_definition(0, LOGGED)),
        (RecordType.DEFINE_KEY, fmt.pack_definition(0, "loss")),
        (RecordType.RUN_START, msgspec.msgpack.encode(start)),
        *(
            (RecordType.POINT, fmt.POINT_BODY.pack(0, 0, step, START + step, value))
            for step, value in enumerate(VALUES)
        ),
        (OF_THE_FUTURE, b"not known yet"),
        (RecordType.RUN_END, msgspec.msgpack.encode(RunEnd(LOGGED, "FINISHED", START + 5000))),
        (RecordType.CLOSE, b"\0"),
    ]
    frames = (fmt.pack_frame(seq, kind, payload) for seq, (kind, payload) in enumerate(records))
    return fmt.pack_header(OTHER_WRITER, 0, 0, START * 1_000_000) + b"".join(frames)


if __name__ == "__main__":
    make(sys.argv[1], FOLDER / f"{sys.argv[1]}.zip")
