"""One round of measures of one tracker: its folders, its processes, what they print."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import defaultdict
from contextlib import suppress
from pathlib import Path

from benchmarks.import_time import byte_code_kept
from benchmarks.peers.environments import ROOT
from benchmarks.peers.roster import Measure, Peer

LIMIT_SECONDS = 300
CALLS = 20_000


class Session:
    """Holds the folder of one tracker and all that was measured in it."""

    def __init__(self, peer: Peer, python: str, folder: Path, scale: float) -> None:
        self.peer = peer
        self.numbers: dict[str, list[float]] = defaultdict(list)
        self.failures: dict[str, str] = {}
        self._python = python
        self._folder = folder
        self._scale = scale
        self._filled: dict[str, Path] = {}

    def warm_up(self) -> None:
        """Run once, unmeasured: byte code is compiled, files come into the cache."""
        with suppress(subprocess.SubprocessError):
            self._run("start", self._new("warm"), 1)

    def measure(self, measure: Measure) -> None:
        """Measure once more; what fails is kept as the reason, and the others go on."""
        if measure in self.peer.lacks or measure in self.failures:
            return
        began = time.monotonic()
        try:
            getattr(self, f"_{measure}")()
        except (subprocess.SubprocessError, ValueError) as error:
            self.failures[measure] = "failed"
            said = getattr(error, "stderr", None) or str(error)
            print(f"{self.peer.title}, {measure}: {said[-2000:]}", file=sys.stderr)
        took = time.monotonic() - began
        print(f"{measure:8} {self.peer.title:13} {took:5.1f} s", file=sys.stderr)

    def scaled(self, count: int) -> int:
        return max(100, int(count * self._scale))

    def _start(self) -> None:
        self._keep(self._run("start", self._new("start"), 1))

    def _calls(self) -> None:
        self._keep(self._run("calls", self._new("calls"), self.scaled(CALLS)))

    def _durable(self) -> None:
        empty, folder = self._new("one"), self._new("durable")
        self._run("durable", empty, 1)
        count = self.scaled(self.peer.points)
        self._keep(self._run("durable", folder, count))
        self._filled[f"durable-{count}"] = folder
        patterns = {"bytes": "**/*", "index_bytes": self.peer.index or "**/*"}
        self._keep(
            {
                name: (_size(folder, pattern) - _size(empty, pattern)) / (count - 1)
                for name, pattern in patterns.items()
            }
        )

    def _history(self) -> None:
        count = self.scaled(self.peer.history)
        filler = "fill_history" if self.peer.history_by_batches else "durable"
        self._keep(self._run("history", self._once(filler, count), count))

    def _search(self) -> None:
        for runs in self.peer.runs:
            count = self.scaled(runs)
            found = self._run("search", self._once("fill_runs", count), count)
            self._keep({f"search_{runs}": found["search"]})

    def _once(self, filler: str, count: int) -> Path:
        name = f"{filler}-{count}"
        if name not in self._filled:
            folder = self._new(name)
            self._run(filler, folder, count)
            self._filled[name] = folder
        return self._filled[name]

    def _new(self, name: str) -> Path:
        folder = self._folder / f"{name}-{len(list(self._folder.iterdir()))}"
        folder.mkdir()
        return folder

    def _keep(self, numbers: dict[str, float]) -> None:
        for name, value in numbers.items():
            self.numbers[name].append(value)

    def _run(self, command: str, folder: Path, count: int) -> dict[str, float]:
        """Run a command of worker.py in a process of its own, in the tracker's folder."""
        variables = {key: text.format(folder=folder) for key, text in self.peer.variables.items()}
        arguments = (self.peer.module, command, str(folder), str(count))
        done = subprocess.run(
            [self._python, "-m", "benchmarks.peers.worker", *arguments],
            cwd=folder,
            env={**byte_code_kept(), **variables, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
            timeout=LIMIT_SECONDS,
        )
        numbers: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
        return numbers


def _size(folder: Path, pattern: str) -> int:
    return sum(path.stat().st_size for path in folder.glob(pattern) if path.is_file())
