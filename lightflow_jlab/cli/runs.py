"""`jupyter lightflow runs`: list, show, delete to the trash, restore."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from typing import Any

import msgspec

from lightflow_jlab.cli.options import add_format_option, add_store_option, open_chosen_store
from lightflow_jlab.cli.output import print_rows
from lightflow_jlab.contract.limits import check_run_id
from lightflow_jlab.contract.rest import Run

ATTRIBUTES = ("run_id", "run_name", "status", "start_time")


def add(commands: Any) -> None:
    parser = commands.add_parser("runs", help="list, show, delete and restore runs")
    verbs = parser.add_subparsers(metavar="VERB", required=True)

    listing = verbs.add_parser("list", help="list runs, newest first")
    listing.add_argument("--experiment", metavar="NAME", help="only this experiment's runs")
    listing.add_argument(
        "--filter", default="", help='for example "metrics.loss < 0.1 AND params.lr = 0.01"'
    )
    listing.add_argument(
        "--order-by", action="append", default=[], metavar="TERM", help="'metrics.loss DESC'"
    )
    listing.add_argument("--limit", type=int, default=50, help="at most so many (50)")
    listing.add_argument(
        "--view", choices=("active", "deleted", "all"), default="active", help="also the trash"
    )
    add_store_option(listing)
    add_format_option(listing)
    listing.set_defaults(run=list_runs)

    for name, run, told in (
        ("show", show_run, "print all that is known of a run, as JSON"),
        ("delete", delete_runs, "put runs into the trash"),
        ("restore", restore_runs, "take runs out of the trash"),
    ):
        verb = verbs.add_parser(name, help=told)
        verb.add_argument("run_ids", nargs=1 if name == "show" else "+", metavar="RUN_ID")
        add_store_option(verb)
        verb.set_defaults(run=run)


def list_runs(args: argparse.Namespace) -> int:
    from lightflow_jlab.errors import NotFoundError
    from lightflow_jlab.store import RunQuery

    store = open_chosen_store(args)
    experiment_ids = None
    if args.experiment is not None:
        experiment = store.experiment_by_name(args.experiment)
        if experiment is None:
            raise NotFoundError(f"There is no experiment named {args.experiment!r}.")
        experiment_ids = [experiment.experiment_id]
    query = RunQuery(
        experiment_ids=experiment_ids,
        filter=args.filter,
        order_by=args.order_by,
        view=args.view,
        limit=args.limit,
    )
    rows = [_row(run) for run in store.runs(query).runs]
    keys = sorted({name for row in rows for name in row if name not in ATTRIBUTES})
    print_rows(rows, [*ATTRIBUTES, *keys], args.format)
    return 0


def show_run(args: argparse.Namespace) -> int:
    detail = open_chosen_store(args).run_detail(check_run_id(args.run_ids[0]))
    shown = msgspec.json.format(msgspec.json.encode(detail), indent=2)
    sys.stdout.write(shown.decode() + "\n")
    return 0


def delete_runs(args: argparse.Namespace) -> int:
    store = open_chosen_store(args)
    for run_id in args.run_ids:
        run = store.delete_run(check_run_id(run_id))
        sys.stdout.write(f"{run.run_name} ({run_id}) is in the trash.\n")
    return 0


def restore_runs(args: argparse.Namespace) -> int:
    store = open_chosen_store(args)
    for run_id in args.run_ids:
        run = store.restore_run(check_run_id(run_id))
        sys.stdout.write(f"{run.run_name} ({run_id}) is back.\n")
    return 0


def _row(run: Run) -> dict[str, Any]:
    started = datetime.fromtimestamp(run.start_time / 1000).astimezone()
    return {
        "run_id": run.run_id,
        "run_name": run.run_name,
        "status": run.status,
        "start_time": started.isoformat(" ", "seconds"),
        **{f"params.{param.key}": param.value for param in run.params},
        **{f"metrics.{metric.key}": metric.last for metric in run.metrics},
    }
