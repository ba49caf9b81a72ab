"""DVCLive without DVC experiments: a TSV file, read by its own parser. DVC searches, over Git."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from dvclive import Live

from benchmarks.peers.protocol import KEY

_live: list[Live] = []


def start(folder: str) -> Callable[[str, float, int], object]:
    live = Live(folder, save_dvc_exp=False, report=None, dvcyaml=None)
    _live.append(live)

    def log(key: str, value: float, step: int) -> None:
        live.step = step
        live.log_metric(key, value)

    return log


def finish() -> None:
    _live.pop().end()


def reader(folder: str) -> Callable[[], int]:
    from dvclive.utils import parse_tsv

    path = Path(folder) / "plots" / "metrics" / f"{KEY}.tsv"
    return lambda: len([float(row[KEY]) for row in parse_tsv(path)])
