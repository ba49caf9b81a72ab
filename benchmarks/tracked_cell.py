"""What `%%track` adds to an empty cell, in a real kernel, by the kernel's own clock.

The cell's one line reads the clock. Before: from the execute request's arrival to that line, less
the same in an untracked cell. After: from that line to the execute reply.
"""

from __future__ import annotations

import statistics
import tempfile
import time

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

from benchmarks.table import Row

ROUNDS = 15
_LINE = "print(__import__('time').time_ns())"


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory(dir=".", prefix="benchmark-") as folder:
        manager, client = start_new_kernel(kernel_name="python3")
        try:
            _run(client, f"import lightflow_jlab as lf\nlf.set_tracking_uri({folder!r})")
            plain = [_run(client, _LINE) for _ in range(ROUNDS)]
            tracked = [_run(client, f"%%track -q\n{_LINE}") for _ in range(ROUNDS)]
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=False)
    before = [_median(tracked, 0) - _median(plain, 0), tracked[0][0] - plain[0][0]]
    after = [_median(tracked, 1) - _median(plain, 1), tracked[0][1] - plain[0][1]]
    return [
        Row("`%%track` adds before an empty cell: median, first", _shown(before), "30 ms"),
        Row("`%%track` adds after an empty cell: median, first", _shown(after), "50 ms"),
    ]


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
