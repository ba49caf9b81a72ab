"""SwanLab, offline. What it wrote is read by its server only: no reader, no search."""

from __future__ import annotations

from collections.abc import Callable

import swanlab

from benchmarks.peers.protocol import RUN_NAME


def start(folder: str) -> Callable[[str, float, int], object]:
    run = swanlab.init(project="benchmark", name=RUN_NAME, mode="offline", log_dir=folder)
    return lambda key, value, step: run.log({key: value}, step=step)


def finish() -> None:
    swanlab.finish()
