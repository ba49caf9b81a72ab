"""Lightflow and its peers, measured in turn in one run, as one table with ratios."""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

from benchmarks.peers.environments import NotInstalledError, python_of
from benchmarks.peers.report import table
from benchmarks.peers.roster import LIGHTFLOW, PEERS, Measure
from benchmarks.peers.session import Session
from benchmarks.table import machine

MEASURES: tuple[Measure, ...] = ("start", "calls", "durable", "history", "search")
QUICK = 0.02


def main() -> None:
    names = [peer.module for peer in PEERS]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("peers", nargs="*", metavar="name", help=f"some of: {', '.join(names)}")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:.0%} of the points and runs")
    parser.add_argument("--repeats", type=int, default=3, help="rounds; the table shows medians")
    parser.add_argument(
        "--measure", choices=MEASURES, action="append", help="only this one; may be given again"
    )
    given = parser.parse_args()
    if unknown := [name for name in given.peers if name not in names]:
        parser.error(f"there is no peer {unknown[0]!r}; there are: {', '.join(names)}")
    chosen = [peer for peer in PEERS if not given.peers or peer.module in given.peers]
    began = time.monotonic()
    with tempfile.TemporaryDirectory(dir=".", prefix="benchmark-") as folder:
        sessions, notes, loads = [], [], [os.getloadavg()[0]]
        for peer in (LIGHTFLOW, *chosen):
            try:
                python = python_of(peer)
            except NotInstalledError as error:
                notes.append(f"{peer.title} doesn't install here: {error}")
                continue
            own = Path(folder).resolve() / peer.module
            own.mkdir()
            sessions.append(Session(peer, python, own, QUICK if given.quick else 1.0))
        try:
            for session in sessions:
                session.warm_up()
            for measure in tuple(given.measure or MEASURES) * given.repeats:
                for session in sessions:
                    loads.append(os.getloadavg()[0])
                    session.measure(measure)
        except KeyboardInterrupt:
            notes.append("Interrupted: the medians are of what was measured until then.")
        print(table(sessions))
    minutes = (time.monotonic() - began) / 60
    versions = ", ".join(peer.requirement.replace("==", " ") for peer in chosen)
    print(f"\n{given.repeats} rounds in turn, medians. Peers: {versions}.")
    print(f"{machine()}; while it ran {min(loads):.1f} … {max(loads):.1f}, {minutes:.0f} minutes.")
    if given.quick:
        notes.append(f"--quick: {QUICK:.0%} of all counts; sizes on disk mean little.")
    print("\n".join(notes))


main()
