"""What `%%track` adds to a cell, in a real kernel, by the kernel's own clock.

The cell's one line reads the clock. Before: from the execute request's arrival to that line, less
the same in an untracked cell. After: from that line to the execute reply. The cell that stands on
others reads a name that each of 50 cells changed. The hooks of a cell that is no run are timed from
within the kernel: once one of its cells was tracked, they write the ledger; what changed, from the
end of the cell to the message that shows it.
"""

from __future__ import annotations

import statistics
import tempfile
import time

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

from benchmarks.table import Row

ROUNDS = 15
SLICE = 50
_TIME_THE_HOOKS = """
import statistics, time
spent = []
ip = get_ipython()
def timed(callback, begins):
    def call(argument):
        began = time.perf_counter()
        callback(argument)
        took = time.perf_counter() - began
        if begins:
            spent.append(took)
        elif spent:
            spent[-1] += took
    return call
for event in ("pre_run_cell", "post_run_cell"):
    callbacks = ip.events.callbacks[event]
    callbacks[:] = [
        timed(one, event == "pre_run_cell") if "lightflow" in (one.__module__ or "") else one
        for one in callbacks
    ]
"""
_LINE = "print(__import__('time').time_ns())"


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory(dir=".", prefix="benchmark-") as folder:
        manager, client = start_new_kernel(kernel_name="python3")
        try:
            _run(client, f"import lightflow_jlab as lf\nlf.set_tracking_uri({folder!r})")
            client.execute_interactive(_TIME_THE_HOOKS, timeout=60)
            unwritten = _hooks_microseconds(client)
            plain = [_run(client, _LINE) for _ in range(ROUNDS)]
            tracked = [_run(client, f"%%track -q\n{_LINE}") for _ in range(ROUNDS)]
            _run(client, "n = 0")
            for _ in range(SLICE):
                _run(client, "n += 1")
            sliced = [_run(client, f"%%track -q\nn; {_LINE}") for _ in range(ROUNDS)]
            told = sorted(_told_milliseconds(client, number) for number in range(ROUNDS))
            written = _hooks_microseconds(client)
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=False)
    before = [_median(tracked, 0) - _median(plain, 0), tracked[0][0] - plain[0][0]]
    after = [_median(tracked, 1) - _median(plain, 1), tracked[0][1] - plain[0][1]]
    slice_before, slice_after = (_median(sliced, at) - _median(plain, at) for at in (0, 1))
    return [
        Row("`%%track` adds before an empty cell: median, first", _shown(before), "30 ms"),
        Row("`%%track` adds after an empty cell: median, first", _shown(after), "50 ms"),
        Row(f"`%%track` adds before a cell on {SLICE} others", f"{slice_before:.1f} ms", "30 ms"),
        Row(f"`%%track` adds after a cell on {SLICE} others", f"{slice_after:.1f} ms", "60 ms"),
        Row(
            "what changed is shown after a cell's end: median, slowest",
            f"{statistics.median(told):.0f} ms, {told[-1]:.0f} ms",
            "300 ms",
        ),
        Row(
            "the hooks take of a cell: median, in a kernel without runs and in one with",
            f"{unwritten:.0f} µs, {written:.0f} µs",
            "200 µs",
        ),
    ]


def _told_milliseconds(client: BlockingKernelClient, number: int) -> float:
    """Return the time from a cell's last line to the display that says what changed."""
    code = f"%%track\nscore = {number}\n{_LINE}"
    ended = shown = 0
    message = client.session.msg(
        "execute_request",
        {"code": code, "silent": False, "store_history": True, "user_expressions": {}},
    )
    message["metadata"] = {"cellId": "told"}
    client.shell_channel.send(message)
    wanted = "Since" if number else "stood"
    while not shown:
        found = client.get_iopub_msg(timeout=60)
        content = found["content"]
        if found["msg_type"] == "stream" and content["text"].strip().isdigit():
            ended = int(content["text"])
        elif wanted in str(content.get("data", {}).get("text/plain", "")):
            shown = time.time_ns()
    while client.get_shell_msg(timeout=60)["parent_header"]["msg_id"] != message["msg_id"]:
        pass
    return (shown - ended) / 1e6


def _hooks_microseconds(client: BlockingKernelClient) -> float:
    """Return what both hooks together take of a cell that records nothing."""
    found: list[float] = []

    def read(message: dict[str, object]) -> None:
        content = message["content"]
        if isinstance(content, dict) and "text" in content:
            found.append(float(content["text"]))

    client.execute_interactive("spent.clear()", timeout=60)
    for _ in range(ROUNDS):
        client.execute_interactive("pass", timeout=60)
    client.execute_interactive("print(statistics.median(spent[1:-1]) * 1e6)", output_hook=read)
    return found[-1]


def _run(client: BlockingKernelClient, code: str) -> tuple[float, float]:
    """Return milliseconds from the request to the cell's line, and from there to the reply."""
    inside: list[int] = []

    def read(message: dict[str, object]) -> None:
        content = message["content"]
        if isinstance(content, dict) and str(content.get("text", "")).strip().isdigit():
            inside.append(int(content["text"]))

    sent = time.time_ns()
    reply = client.execute_interactive(code, timeout=60, output_hook=read)
    got = time.time_ns()
    if reply["content"]["status"] != "ok":
        raise SystemExit(f"The cell failed: {reply['content']}")
    line = inside[0] if inside else sent
    return (line - sent) / 1e6, (got - line) / 1e6


def _median(rows: list[tuple[float, float]], column: int) -> float:
    return statistics.median(row[column] for row in rows)


def _shown(pair: list[float]) -> str:
    return f"{pair[0]:.1f} ms, {pair[1]:.1f} ms"
