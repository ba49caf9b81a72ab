"""W&B, offline. What it wrote is read by its server only: no reader, no search."""

from __future__ import annotations

from collections.abc import Callable

import wandb

from benchmarks.peers.protocol import RUN_NAME


def start(folder: str) -> Callable[[str, float, int], object]:
    run = wandb.init(
        project="benchmark",
        name=RUN_NAME,
        dir=folder,
        mode="offline",
        settings=wandb.Settings(x_disable_stats=True),
    )
    return lambda key, value, step: run.log({key: value}, step=step)


def finish() -> None:
    wandb.finish()
