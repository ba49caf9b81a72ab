"""Runs that still wait for a server, their program gone, are shipped on by this one."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from lightflow_jlab.config.destinations import outbox_of
from lightflow_jlab.config.locations import spool_folder
from lightflow_jlab.contract.records import Process, RunStart
from lightflow_jlab.importer.lease import Lease
from lightflow_jlab.remote.left_over import left_over, ship_on
from lightflow_jlab.server import service
from lightflow_jlab.spool.format import RecordType
from lightflow_jlab.spool.writer import SpoolWriter

from .conftest import START, Answer, Lab

LEFT = "ab" * 16
TOKEN = "right"
SECONDS = 60


def leave_a_run(uri: str) -> Path:
    """Log a run for a server as a program does that ends while the server is away."""
    outbox = outbox_of(uri)
    process = Process(host="elsewhere", boot_id="", pid=1, start_time=0.0)
    spool = SpoolWriter([spool_folder(outbox)], process)
    spool.record(RecordType.RUN_START, RunStart(LEFT, "digits", "left", START, "ada", process))
    run, key = spool.define_run(LEFT), spool.define_key("loss")
    spool.point(run, key, 0, START, 0.5)
    spool.close()
    return outbox


@pytest.fixture
def jp_server_config(jp_server_config: dict[str, Any]) -> dict[str, Any]:
    return {**jp_server_config, "IdentityProvider": {"token": TOKEN}}


@pytest.fixture
def waiting_for(
    token: str, jp_http_port: int, jp_base_url: str, monkeypatch: pytest.MonkeyPatch
) -> str:
    """Leave a run for the lab, which is not there yet; return its address.

    Senders will show `token` to it.
    """
    monkeypatch.setenv("LIGHTFLOW_TRACKING_TOKEN", token)
    uri = f"http://localhost:{jp_http_port}{jp_base_url}"
    leave_a_run(uri)
    return uri


async def sender_ends(lab: Lab) -> None:
    """Wait until the sender that the server has started is gone."""
    deadline = time.monotonic() + SECONDS
    senders = lab.service.senders
    while not senders or any(sender.poll() is None for sender in senders.values()):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


async def it_arrives(lab: Lab) -> Answer:
    """Wait until the lab has the run, and return it."""
    deadline = time.monotonic() + SECONDS
    while (answer := await lab.call("GET", f"runs/{LEFT}")).status == 404:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)
    return answer


@pytest.mark.parametrize("token", [TOKEN])
async def test_they_arrive(waiting_for: str, lab: Lab) -> None:
    await sender_ends(lab)
    answer = await it_arrives(lab)
    assert answer.json["run"]["run_name"] == "left"
    assert (await lab.get("status"))["warnings"] == []


async def test_those_left_while_it_runs_arrive_too(
    lab: Lab, jp_http_port: int, jp_base_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIGHTFLOW_TRACKING_TOKEN", TOKEN)
    monkeypatch.setattr(service, "SHIP_SECONDS", 0.2)
    await lab.get("status")
    leave_a_run(f"http://localhost:{jp_http_port}{jp_base_url}")
    await it_arrives(lab)
    await sender_ends(lab)


@pytest.mark.parametrize("token", ["wrong"])
async def test_those_that_can_not_be_sent_are_told(waiting_for: str, lab: Lab) -> None:
    await sender_ends(lab)
    (warning,) = (await lab.get("status"))["warnings"]
    assert warning.startswith(f"1 run waits to be sent to {waiting_for.rstrip('/')}.")
    assert "Set LIGHTFLOW_TRACKING_TOKEN" in warning
    assert warning.endswith("`jupyter lightflow sync` sends them now.")


def test_what_is_being_sent_is_not_sent_twice() -> None:
    outbox = leave_a_run("http://127.0.0.1:9")
    started = list[Path]()
    lease = Lease(outbox)
    assert lease.take()
    ship_on(started.append)
    assert started == []
    assert [one.is_sending for one in left_over()] == [True]
    lease.release()
    ship_on(started.append)
    assert started == [outbox]
