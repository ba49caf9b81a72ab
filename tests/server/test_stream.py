"""What a process logs reaches a watching browser, also across a restart of the server."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import to_builtins
from tornado.httpclient import HTTPClientError
from tornado.websocket import WebSocketClientConnection

from lightflow_jlab.server.service import StoreService

from .conftest import OTHER_RUN, RUN, Lab

DEADLINE_SECONDS = 20
LIVE_RUN = "ab" * 16

CHILD = """
import os, sys, time
from pathlib import Path
from lightflow_jlab.contract.records import Process, RunEnd, RunStart
from lightflow_jlab.spool.format import RecordType
from lightflow_jlab.spool.writer import SpoolWriter
import psutil

me = Process(host=os.uname().nodename, boot_id="", pid=os.getpid(),
             start_time=psutil.Process().create_time())
spool = SpoolWriter([Path(sys.argv[1]) / "spool"], me)
now = lambda: int(time.time() * 1000)
run = key = None
step = 0
for line in sys.stdin:
    word, _, count = line.strip().partition(" ")
    if word == "start":
        start = RunStart(run_id=sys.argv[2], experiment_name="live", run_name="live-run",
                         start_time=now(), user_id="ada", process=me)
        spool.record(RecordType.RUN_START, start)
        run, key = spool.define_run(sys.argv[2]), spool.define_key("loss")
    elif word == "points":
        for _ in range(int(count)):
            spool.point(run, key, step, now(), 1 / (step + 1))
            step += 1
    elif word == "end":
        spool.record(RecordType.RUN_END, RunEnd(sys.argv[2], "FINISHED", now()))
        spool.close()
    print("done", flush=True)
"""


class Training:
    """A process that logs what it is told to."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(folder), LIVE_RUN],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    async def do(self, command: str) -> None:
        """Return when the process has done it."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        line = asyncio.to_thread(self.process.stdout.readline)
        assert (await asyncio.wait_for(line, DEADLINE_SECONDS)).strip() == "done"


@pytest.fixture
def training(folder: Path) -> Iterator[Training]:
    training = Training(folder)
    yield training
    training.process.kill()
    training.process.communicate(timeout=10)


async def receive(stream: WebSocketClientConnection) -> dict[str, Any]:
    text = await asyncio.wait_for(stream.read_message(), DEADLINE_SECONDS)
    assert text is not None, f"closed: {stream.close_code} {stream.close_reason}"
    return json.loads(text)


async def receive_until(
    stream: WebSocketClientConnection, enough: Callable[[dict[str, Any]], bool]
) -> list[dict[str, Any]]:
    """Return messages up to the first for which `enough` holds."""
    messages = [await receive(stream)]
    while not enough(messages[-1]):
        messages.append(await receive(stream))
    return messages


def has_run(run_id: str, **fields: Any) -> Callable[[dict[str, Any]], bool]:
    def holds(message: dict[str, Any]) -> bool:
        return any(
            run["run_id"] == run_id and all(run[name] == value for name, value in fields.items())
            for run in message.get("runs", ())
        )

    return holds


def subscription(run_id: str, start: int) -> str:
    series = [{"run_id": run_id, "key": "loss", "start": start}]
    return json.dumps({"type": "subscribe", "series": series})


async def test_the_first_message_says_which_store_this_is(lab: Lab) -> None:
    stream = await lab.stream()
    status = await lab.get("status")
    assert await receive(stream) == {
        "type": "hello",
        "store_id": status["store_id"],
        "seq": status["seq"],
        "version": status["version"],
    }


async def test_from_the_beginning_everything_is_sent_as_the_lists_show_it(lab: Lab) -> None:
    stream = await lab.stream(since=0)
    await receive(stream)
    changes = await receive(stream)
    runs = {run["run_id"]: run for run in changes["runs"]}
    listed = {run["run_id"]: run for run in (await lab.get("runs"))["runs"]}
    assert runs == listed
    assert runs.keys() == {RUN, OTHER_RUN}


async def test_what_a_process_logs_arrives_while_it_logs(lab: Lab, training: Training) -> None:
    stream = await lab.stream()
    await training.do("start")
    await receive_until(stream, has_run(LIVE_RUN, status="RUNNING"))

    await stream.write_message(subscription(LIVE_RUN, 0))
    values: list[float] = []
    for count in (3, 5):
        await training.do(f"points {count}")
        while len(values) < (3 if count == 3 else 8):
            message = await receive(stream)
            if message["type"] == "points":
                (delta,) = message["series"]
                assert delta["start"] == len(values)
                assert delta["steps"] == [*range(len(values), len(values) + len(delta["steps"]))]
                values += delta["values"]
    assert values == [1 / (step + 1) for step in range(8)]

    await training.do("end")
    *_, last = await receive_until(stream, has_run(LIVE_RUN, status="FINISHED"))
    (run,) = [run for run in last["runs"] if run["run_id"] == LIVE_RUN]
    assert run["metrics"][0]["last"] == 1 / 8


async def test_a_series_that_grew_too_much_is_stale(lab: Lab, training: Training) -> None:
    stream = await lab.stream()
    await training.do("start")
    await receive_until(stream, has_run(LIVE_RUN))
    await training.do("points 5000")
    await training.do("end")
    await receive_until(stream, has_run(LIVE_RUN, status="FINISHED"))

    await stream.write_message(subscription(LIVE_RUN, 0))
    *_, points = await receive_until(stream, lambda message: message["type"] == "points")
    assert points["series"] == []
    assert [series["run_id"] for series in points["stale"]] == [LIVE_RUN]


async def test_what_another_client_renames_arrives_as_a_change(lab: Lab) -> None:
    stream = await lab.stream()
    await receive(stream)
    answer = await lab.call("PATCH", f"runs/{RUN}", {"run_name": "best"})
    message = await receive(stream)
    assert message["runs"] == [answer.json]


async def test_a_reconnect_brings_what_was_missed(lab: Lab) -> None:
    stream = await lab.stream()
    cursor = (await receive(stream))["seq"]
    stream.close()
    await lab.call("PATCH", f"runs/{RUN}", {"note": "seen by nobody"})
    await lab.call("POST", "experiments", {"name": "letters"})

    again = await lab.stream(since=cursor)
    await receive(again)
    changes = await receive(again)
    assert [run["note"] for run in changes["runs"]] == ["seen by nobody"]
    assert "letters" in [experiment["name"] for experiment in changes["experiments"]]


async def test_a_cursor_of_another_store_means_load_again(lab: Lab) -> None:
    stream = await lab.stream(since=10**12)
    hello = await receive(stream)
    assert await receive(stream) == {"type": "reset", "seq": hello["seq"]}


async def test_what_is_logged_without_a_server_is_there_after_its_start(
    lab: Lab, training: Training, folder: Path
) -> None:
    stream = await lab.stream()
    cursor = (await receive(stream))["seq"]
    await lab.service.close()
    assert await stream.read_message() is None
    assert stream.close_code == 1001

    for command in ("start", "points 10", "end"):
        await training.do(command)

    heard = asyncio.Event()
    restarted = StoreService(folder)
    restarted.listen(Ear(heard))
    store = await restarted.store()
    while not has_run(LIVE_RUN, status="FINISHED")(to_builtins(store.changes(cursor))):
        await asyncio.wait_for(heard.wait(), DEADLINE_SECONDS)
        heard.clear()
    await restarted.close()


class Ear:
    def __init__(self, heard: asyncio.Event) -> None:
        self._heard = heard

    def changed(self) -> None:
        self._heard.set()

    def stopped(self) -> None: ...


@pytest.mark.parametrize(
    "message",
    [
        "",
        "{}",
        '{"type": "shout"}',
        '{"type": "subscribe", "series": 1}',
        '{"type": "subscribe", "series": [{"run_id": "../x", "key": "loss", "start": 0}]}',
        subscription(RUN, 0).replace("loss", "../loss"),
        subscription(RUN, -1),
        "[" * 100_000,
        b"\xff\xfe",
    ],
)
async def test_a_bad_message_closes_its_connection_only(lab: Lab, message: str | bytes) -> None:
    other = await lab.stream()
    await receive(other)
    stream = await lab.stream()
    await receive(stream)
    await stream.write_message(message, binary=isinstance(message, bytes))
    assert await asyncio.wait_for(stream.read_message(), DEADLINE_SECONDS) is None
    assert stream.close_code == 1008

    await lab.call("PATCH", f"runs/{RUN}", {"note": "still here"})
    assert has_run(RUN, note="still here")(await receive(other))


async def test_a_bad_cursor_is_refused_before_the_stream_opens(lab: Lab) -> None:
    for since in ("-1", "x", "9" * 30):
        with pytest.raises(HTTPClientError) as refused:
            await lab.stream(since=since)
        assert refused.value.code == 400
