"""`jupyter lightflow gc`: empty the trash for good."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from lightflow_jlab.cli.options import add_store_option, open_chosen_store
from lightflow_jlab.errors import InvalidValueError


def add(commands: Any) -> None:
    parser = commands.add_parser("gc", help="remove the runs in the trash, for good")
    parser.add_argument(
        "--older-than", metavar="AGE", default="0s", help="only what was deleted so long ago: 30d"
    )
    parser.add_argument("--dry-run", action="store_true", help="only tell what would go")
    add_store_option(parser)
    parser.set_defaults(run=collect)


def collect(args: argparse.Namespace) -> int:
    from lightflow_jlab.store.search import read_duration

    try:
        age = read_duration(args.older_than)
    except ValueError as error:
        raise InvalidValueError(f"--older-than: {error}") from None
    store = open_chosen_store(args)
    found = store.trash(older_than=age)
    going = [run for run in found.runs if not run.kept]
    for run in found.runs:
        told = "  kept: it still logs, or a registered model is its" if run.kept else ""
        size = run.artifact_bytes + run.point_bytes
        sys.stdout.write(f"{run.run_id}  {run.run_name}  {size:,} bytes{told}\n")
    if not args.dry_run:
        store.empty_trash(older_than=age)
    done = "would go" if args.dry_run else "are gone"
    sys.stdout.write(f"{len(going)} runs, {found.size_bytes:,} bytes {done}.\n")
    return 0
