"""`jupyter lightflow merge`: take over another store's runs and models."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from lightflow_jlab.cli.options import chosen_folder
from lightflow_jlab.cli.progress import Progress

if TYPE_CHECKING:
    from lightflow_jlab.importer.merge import Merged


def add(commands: Any) -> None:
    parser = commands.add_parser(
        "merge", help="take over the runs and models of another store; what is there is kept"
    )
    parser.add_argument("other", metavar="OTHER_STORE", help="it is only read")
    parser.add_argument(
        "--into",
        dest="store",
        metavar="STORE",
        help="by default the one that LIGHTFLOW_TRACKING_URI names, else the nearest",
    )
    parser.add_argument("--dry-run", action="store_true", help="only tell what would come")
    parser.set_defaults(run=merge)


def merge(args: argparse.Namespace) -> int:
    from lightflow_jlab.config.locations import store_from_uri
    from lightflow_jlab.errors import InvalidValueError, NotFoundError
    from lightflow_jlab.importer import merge as merging
    from lightflow_jlab.importer.catch_up import catch_up

    other, into = store_from_uri(args.other), chosen_folder(args)
    if not other.is_dir():
        raise NotFoundError(f"There is no store at {other}.")
    if into.exists() and other.samefile(into):
        raise InvalidValueError(f"{other} can't be merged into itself. Name another with --into.")
    store = catch_up(into)
    if args.dry_run:
        _report(merging.rehearse(store, other), "would come")
        return 0
    store.check_writable()
    bars: dict[int, Progress] = {}

    def show(done: int, of: int) -> None:
        bars.setdefault(of, Progress(of)).show(done, last=done == of)

    _report(merging.merge(store, other, tell=show), "came")
    return 0


def _report(done: Merged, verb: str) -> None:
    lines = [
        f"{len(done.runs)} runs in {done.experiments} new experiments {verb}, "
        f"{done.artifact_bytes:,} bytes of artifacts.",
        f"{done.known} runs are here already, and were kept as they are.",
    ]
    if done.models:
        lines.append(f"Models that {verb}: {', '.join(done.models)}.")
    if done.removed:
        lines.append(f"{done.removed} runs were deleted here for good, and stay so.")
    if done.waiting:
        lines.append(
            f"{done.waiting} log files of the other store are not imported there: what they hold "
            "is left out. Run `jupyter lightflow sync` on it, and merge again."
        )
    if done.lost:
        lines.append(f"{done.lost} rows could not be taken over: they are damaged.")
    sys.stdout.write("\n".join(lines) + "\n")
