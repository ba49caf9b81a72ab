"""A log that another machine sends is taken once, as it is; everything else is refused."""

from __future__ import annotations

import asyncio
import struct
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lightflow_jlab.config.locations import received_folder, spool_folder
from lightflow_jlab.contract import records
from lightflow_jlab.spool import format as fmt
from lightflow_jlab.spool.format import RecordType

from .conftest import Answer, Lab

SENT = "ab" * 16
NEW_RUN = "cd" * 16
START = 1_700_000_000_000
PROCESS = records.Process("elsewhere", "boot", 1, 0.0)
BEGIN = records.RunStart(NEW_RUN, "Default", "from afar", START, "ada", PROCESS)


def header(writer_id: str = SENT, segment: int = 1) -> bytes:
    return fmt.pack_header(writer_id, segment, 0, START * 1_000_000)


def frame(kind: RecordType, payload: bytes | msgspec.Struct) -> bytes:
    if not isinstance(payload, bytes):
        payload = msgspec.msgpack.encode(payload)
    return fmt.pack_frame(0, kind, payload)


def begin(run: str = NEW_RUN) -> bytes:
    """Return the frames that begin a run and name its metric."""
    return (
        frame(RecordType.WRITER, PROCESS)
        + frame(RecordType.RUN_START, BEGIN)
        + frame(RecordType.DEFINE_RUN, fmt.pack_definition(0, run))
        + frame(RecordType.DEFINE_KEY, fmt.pack_definition(0, "loss"))
    )


def point(step: int) -> bytes:
    return frame(RecordType.POINT, fmt.POINT_BODY.pack(0, 0, step, START + step, step / 2))


END = frame(RecordType.RUN_END, records.RunEnd(NEW_RUN, "FINISHED", START + 9)) + frame(
    RecordType.CLOSE, b"\0"
)


class Remote:
    """Sends bytes as another Lightflow does."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    async def send(
        self, body: bytes, offset: int = 0, *, writer: str = SENT, segment: Any = 1
    ) -> Answer:
        path = f"logs/{writer}/segments/{segment}?offset={offset}"
        media_type = {"Content-Type": "application/octet-stream"}
        token = {"Authorization": f"Bearer {self._lab.token}"}
        return await self._lab.call("POST", path, body, token | media_type)

    async def put(self, path: str, body: bytes) -> Answer:
        token = {"Authorization": f"Bearer {self._lab.token}"}
        media_type = {"Content-Type": "application/octet-stream"}
        return await self._lab.call("PUT", f"logs/{path}", body, token | media_type)

    async def size(self, segment: int = 1) -> int:
        state = await self._lab.get(f"logs/{SENT}")
        return next((s["size_bytes"] for s in state["segments"] if s["segment"] == segment), 0)


@pytest.fixture
def remote(lab: Lab) -> Remote:
    return Remote(lab)


async def steps(lab: Lab, wanted: int) -> list[int]:
    """Return the steps that the store has when it has at least so many."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        answer = await lab.call("GET", "series", run_id=NEW_RUN, key="loss")
        series = answer.json["series"] if answer.status == 200 else []
        if series and len(series[0]["steps"]) >= wanted:
            return list(series[0]["steps"])
    raise AssertionError(f"{wanted} points did not come")


async def test_what_is_sent_again_is_taken_once(lab: Lab, remote: Remote) -> None:
    first, second = header() + begin() + point(0), point(1) + point(2) + END
    assert (await remote.send(first)).status == 200
    again = await remote.send(first)
    assert again.status == 409 and str(len(first)) in again.json["message"]
    assert await remote.size() == len(first)
    assert (await remote.send(second, len(first) + 48)).status == 409
    assert (await remote.send(second, len(first))).status == 200
    assert await steps(lab, 3) == [0, 1, 2]
    assert (await lab.get(f"runs/{NEW_RUN}"))["run"]["status"] == "FINISHED"
    assert (await remote.send(second, len(first) + len(second))).status == 409


async def test_what_a_killed_server_left_half_written_is_written_over(
    lab: Lab, remote: Remote, folder: Path
) -> None:
    first = header() + begin() + point(0)
    await remote.send(first)
    file = received_folder(folder) / fmt.segment_name(SENT, 1)
    with file.open("ab") as torn:
        torn.write(point(1)[:-9])
    assert await remote.size() == len(first)
    assert (await remote.send(point(1) + END, len(first))).status == 200
    assert await steps(lab, 2) == [0, 1]


def flipped(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


def naming(kind: RecordType, payload: bytes | msgspec.Struct) -> bytes:
    return header() + begin() + frame(kind, payload)


OUTSIDE = "../" * 9 + "etc/x"
HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "no log": b"x" * 500,
    "a header that is cut": header()[:40],
    "a header of another writer": header("ff" * 16) + begin(),
    "a header of another segment": header(segment=2) + begin(),
    "a damaged header": header().replace(b"\xab", b"\xac") + begin(),
    "a wrong checksum": header() + flipped(begin()),
    "a frame that is cut": header() + begin()[:-8],
    "something behind the end": header() + begin() + END + point(0),
    "zeros": header() + bytes(4_096),
    "a length beyond all": header() + struct.pack("<IIIHH", 2**31, 0, 0, 16, 0) + bytes(64),
    "a run id that is a path": naming(RecordType.DEFINE_RUN, fmt.pack_definition(1, OUTSIDE)),
    "a definition that is cut": naming(RecordType.DEFINE_RUN, b"\0\0"),
    "a key that is no text": naming(RecordType.DEFINE_KEY, b"\0\0\0\0\xff\xfe"),
    "a run that is a path": naming(
        RecordType.RUN_START, msgspec.structs.replace(BEGIN, run_id=OUTSIDE)
    ),
    "a parent that is a path": naming(
        RecordType.RUN_START, msgspec.structs.replace(BEGIN, parent_run_id=OUTSIDE)
    ),
    "a time that no database holds": naming(
        RecordType.RUN_START, msgspec.structs.replace(BEGIN, start_time=2**63)
    ),
    "a process that no database holds": naming(
        RecordType.WRITER, msgspec.structs.replace(PROCESS, pid=2**64 - 1)
    ),
    "a file outside": naming(
        RecordType.ARTIFACT, records.ArtifactRecord(NEW_RUN, OUTSIDE, 1, "text/plain", START)
    ),
    "a record that is no struct": naming(RecordType.PARAMS, b"\xc1\xc1"),
    "a source under the digest of another": naming(
        RecordType.EXECUTION, records.Execution(0, "", "c", "ab" * 16, 1, START, True, "x = 1")
    ),
    "a document's kind that is a path": naming(
        RecordType.DOCUMENT, records.DocumentRecord(NEW_RUN, "../x", "text/plain", "x")
    ),
}


async def test_a_hostile_body_is_refused_and_nothing_is_kept(remote: Remote, folder: Path) -> None:
    for what, body in HOSTILE.items():
        answer = await remote.send(body)
        assert answer.status == 400 and answer.json["message"], (what, answer)
    assert await remote.size() == 0
    assert list(received_folder(folder).glob("*.lf")) == []


async def test_a_writers_id_names_no_place(remote: Remote, folder: Path) -> None:
    for writer in ("..", "x" * 32, "AB" * 16, "%2e%2e%2fspool", "ab" * 15):
        assert (await remote.send(header() + begin(), writer=writer)).status in (400, 404)
        assert (await remote.put(f"{writer}/artifacts/{NEW_RUN}/x.txt", b"x")).status in (400, 404)
    for segment in ("-1", "1.5", "9999999", "a"):
        assert (await remote.send(header() + begin(), segment=segment)).status == 400
    assert not received_folder(folder).exists()


async def test_the_log_of_a_process_of_this_machine_is_never_touched(
    lab: Lab, remote: Remote, folder: Path
) -> None:
    live, ended = "ee" * 16, "dd" * 16
    for writer, end in ((live, b""), (ended, END)):
        file = spool_folder(folder) / fmt.segment_name(writer, 1)
        file.write_bytes(header(writer) + begin() + end)
    while file.exists():
        await lab.get("status")
    for writer in (live, ended):
        answer = await remote.send(header(writer) + begin(), writer=writer)
        assert answer.status == 409 and "own machine" in answer.json["message"]
    file = spool_folder(folder) / fmt.segment_name(live, 1)
    assert file.read_bytes() == header(live) + begin()


async def test_a_body_beyond_the_bound_is_refused_before_it_comes(lab: Lab) -> None:
    for length in (100 * 1024**2, 1024**3):
        reader, writer = await asyncio.open_connection("127.0.0.1", lab.port)
        head = f"POST {lab.base}/logs/{SENT}/segments/1?offset=0 HTTP/1.1\r\nHost: localhost\r\n"
        head += f"Authorization: Bearer {lab.token}\r\nContent-Length: {length}\r\n"
        writer.write(f"{head}Content-Type: application/octet-stream\r\n\r\n".encode())
        answer = await asyncio.wait_for(reader.readline(), 20)
        assert b" 413 " in answer or b" 400 " in answer
        writer.close()


async def test_a_log_goes_on_only_in_its_last_segment(remote: Remote) -> None:
    first = header() + begin() + frame(RecordType.SEGMENT_END, struct.pack("<I", 2))
    second = header(segment=2) + begin()
    assert (await remote.send(first)).status == 200
    assert (await remote.send(second, segment=2)).status == 200
    late = await remote.send(point(1), len(first))
    assert late.status == 409


async def test_a_file_lies_with_its_run_and_nowhere_else(
    lab: Lab, remote: Remote, folder: Path
) -> None:
    assert (await remote.put(f"{SENT}/artifacts/{NEW_RUN}/plots/a%20b.png", b"png")).status == 204
    kept = folder / "artifacts" / NEW_RUN[:2] / NEW_RUN / "plots/a b.png"
    assert kept.read_bytes() == b"png"
    for path in ("%2e%2e/x", "a/%2e%2e/%2e%2e/x", "a%5Cb", "C:x", "%252e%252e/x"):
        assert (await remote.put(f"{SENT}/artifacts/{NEW_RUN}/{path}", b"x")).status == 400
    assert (await remote.put(f"{SENT}/artifacts/{OUTSIDE}/x", b"x")).status in (400, 404)
    kept.unlink()
    kept.symlink_to(folder / "lightflow.db")
    await remote.put(f"{SENT}/artifacts/{NEW_RUN}/plots/a%20b.png", b"png")
    assert not kept.is_symlink() and (folder / "lightflow.db").stat().st_size > 3


async def test_a_run_of_a_dead_program_ends_as_its_sender_says(lab: Lab, remote: Remote) -> None:
    gone = frame(RecordType.WRITER_GONE, records.WriterGone(START + 50))
    body = header() + begin() + point(0) + gone + frame(RecordType.CLOSE, b"\0")
    assert (await remote.send(body)).status == 200
    assert await steps(lab, 1) == [0]
    run = (await lab.get(f"runs/{NEW_RUN}"))["run"]
    assert (run["status"], run["end_time"]) == ("CRASHED", START + 50)
