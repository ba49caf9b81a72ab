"""`jupyter lightflow export`: runs, and their histories on request, as CSV, JSON or Parquet."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lightflow_jlab.cli.export_tables import FORMATS, write_table
from lightflow_jlab.cli.options import add_store_option, open_chosen_store

if TYPE_CHECKING:
    from lightflow_jlab.store import Store

ATTRIBUTES = (
    "run_id run_name experiment_id status start_time end_time user_id source_name note".split()
)
_MOST_RUNS = 1_000_000


def add(commands: Any) -> None:
    parser = commands.add_parser("export", help="write runs into a file for other programs")
    parser.add_argument("out", metavar="OUT", type=Path, help="the file to write; it must be new")
    parser.add_argument(
        "--format", choices=FORMATS, default="csv", help="csv by default; parquet needs pyarrow"
    )
    parser.add_argument("--filter", default="", help='only these runs: "metrics.loss < 0.1"')
    parser.add_argument(
        "--histories",
        action="store_true",
        help="also write all points of all metrics, into OUT with '.points' before its ending",
    )
    add_store_option(parser)
    parser.set_defaults(run=export)


def export(args: argparse.Namespace) -> int:
    from lightflow_jlab.store import RunQuery

    store = open_chosen_store(args)
    found = store.run_columns(RunQuery(filter=args.filter, limit=_MOST_RUNS))
    columns: dict[str, Sequence[Any]] = {name: found.attributes[name] for name in ATTRIBUTES}
    columns |= {f"metrics.{key}": values.tolist() for key, values in found.metrics.items()}
    columns |= {f"params.{key}": values for key, values in found.params.items()}
    columns |= {f"tags.{key}": values for key, values in found.tags.items()}
    write_table(args.out, columns, args.format)
    run_ids = found.attributes["run_id"]
    sys.stdout.write(f"{len(run_ids)} runs are in {args.out}.\n")
    if args.histories:
        points = _points(store, run_ids)
        out = args.out.with_name(f"{args.out.stem}.points{args.out.suffix}")
        write_table(out, points, args.format)
        sys.stdout.write(f"{len(points['step']):,} points are in {out}.\n")
    return 0


def _points(store: Store, run_ids: Sequence[str]) -> dict[str, Sequence[Any]]:
    columns: dict[str, list[Any]] = {
        name: [] for name in ("run_id", "key", "step", "value", "time")
    }
    for run_id in run_ids:
        for metric in store.run(run_id).metrics:
            history = store.history(run_id, metric.key)
            count = len(history.steps)
            columns["run_id"] += [run_id] * count
            columns["key"] += [metric.key] * count
            columns["step"] += history.steps.tolist()
            columns["value"] += history.values.tolist()
            columns["time"] += history.times.tolist()
    return dict(columns)
