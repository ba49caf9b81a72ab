"""`jupyter lightflow sync`: send and import now what programs have logged, and say what it was."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from lightflow_jlab.cli.options import add_store_option, chosen_folder, tell_of_damage


def add(commands: Any) -> None:
    parser = commands.add_parser(
        "sync", help="send to servers, and import here, what programs have logged"
    )
    parser.add_argument(
        "--to", metavar="URI", help="only send what waits for this MLflow or Lightflow server"
    )
    parser.add_argument(
        "--adopt",
        metavar="NAME",
        help="first take over a log that a store left in the state folder when it was moved",
    )
    add_store_option(parser)
    parser.set_defaults(run=sync)


def sync(args: argparse.Namespace) -> int:
    from lightflow_jlab.cli.send import send_all, waiting_outboxes
    from lightflow_jlab.errors import NotFoundError

    outboxes = waiting_outboxes(args.to)
    failed = send_all(outboxes)
    if args.to or _records_to_a_server(args):
        if not outboxes:
            sys.stdout.write("Nothing waits to be sent.\n")
        return min(failed, 1)
    folder = chosen_folder(args)
    if not folder.is_dir():
        if outboxes:
            return min(failed, 1)
        raise NotFoundError(f"There is no store at {folder}. Name one with --store.")
    return max(min(failed, 1), _import(folder, args))


def _records_to_a_server(args: argparse.Namespace) -> bool:
    from lightflow_jlab.config.destinations import is_server
    from lightflow_jlab.config.locations import TRACKING_URI_VARIABLE

    return not args.store and is_server(os.environ.get(TRACKING_URI_VARIABLE, ""))


def _import(folder: Path, args: argparse.Namespace) -> int:
    from lightflow_jlab.importer.waiting import import_waiting

    if args.adopt:
        _adopt(args.adopt, folder)
    done = import_waiting(folder, lambda total: _say(f"{total:,} records and points imported"))
    if done.busy:
        _say(f"{done.busy} imports into {folder} already: nothing is left to do here.")
        return 0
    tell_of_damage(folder)
    _say(f"{folder} holds all that was logged ({done.records:,} new).")
    if done.ended:
        _say(f"{done.ended} runs of programs that are gone were ended.")
    return 0


def _adopt(name: str, folder: Path) -> None:
    from lightflow_jlab.importer.orphans import adopt

    _say(f"{adopt(name, folder)} log files taken over.")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
