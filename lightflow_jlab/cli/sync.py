"""`jupyter lightflow sync`: import now what programs have logged, and say what that was."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from lightflow_jlab.cli.options import add_store_option, chosen_folder, tell_of_damage


def add(commands: Any) -> None:
    parser = commands.add_parser(
        "sync", help="import what programs have logged; no server needs to run"
    )
    parser.add_argument(
        "--adopt",
        metavar="NAME",
        help="first take over a log that a store left in the state folder when it was moved",
    )
    add_store_option(parser)
    parser.set_defaults(run=sync)


def sync(args: argparse.Namespace) -> int:
    from lightflow_jlab.errors import NotFoundError
    from lightflow_jlab.importer.importer import Importer
    from lightflow_jlab.importer.lease import last_holder
    from lightflow_jlab.store import Store

    folder = chosen_folder(args)
    if not folder.is_dir():
        raise NotFoundError(f"There is no store at {folder}. Name one with --store.")
    if args.adopt:
        _adopt(args.adopt, folder)
    store = Store.open(folder)
    importer = Importer(store)
    if not importer.take_lease():
        holder = last_holder(folder) or "Another process"
        sys.stdout.write(f"{holder} imports into {folder} already: nothing is left to do here.\n")
        return 0
    try:
        total = 0
        while count := importer.run_once():
            total += count
            sys.stdout.write(f"{total:,} records and points imported\n")
        ended = importer.check_liveness()
        importer.close_logs_of_the_dead()
    finally:
        importer.close()
        store.close()
    tell_of_damage(folder)
    sys.stdout.write(f"{folder} holds all that was logged ({total:,} new).\n")
    if ended:
        sys.stdout.write(f"{ended} runs of programs that are gone were ended.\n")
    return 0


def _adopt(name: str, folder: Path) -> None:
    from lightflow_jlab.importer.orphans import adopt

    moved = adopt(name, folder)
    sys.stdout.write(f"{moved} log files taken over.\n")
