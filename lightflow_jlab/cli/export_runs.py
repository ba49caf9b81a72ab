"""`jupyter lightflow export`: runs into a CSV, JSON or Parquet file, or all to an MLflow server."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lightflow_jlab.cli.export_tables import FORMATS, write_table
from lightflow_jlab.cli.options import add_store_option, open_chosen_store
from lightflow_jlab.cli.progress import Progress
from lightflow_jlab.errors import InvalidValueError

if TYPE_CHECKING:
    from lightflow_jlab.store import Store

ATTRIBUTES = (
    "run_id run_name experiment_id status start_time end_time user_id source_name note".split()
)
_MOST_RUNS = 1_000_000


def add(commands: Any) -> None:
    parser = commands.add_parser(
        "export", help="write runs into a file for other programs, or send all to an MLflow server"
    )
    parser.add_argument(
        "out",
        metavar="OUT",
        help="the file to write, which must be new, or http(s)://… of an MLflow server",
    )
    parser.add_argument(
        "--format",
        choices=FORMATS,
        help="of a file: by default what its name ends in, else csv; parquet needs pyarrow",
    )
    parser.add_argument("--filter", default="", help='only these runs: "metrics.loss < 0.1"')
    parser.add_argument(
        "--histories",
        action="store_true",
        help="also write all points of all metrics, into OUT with '.points' before its ending",
    )
    parser.add_argument("--no-artifacts", action="store_true", help="send no files to a server")
    add_store_option(parser)
    parser.set_defaults(run=export)


def export(args: argparse.Namespace) -> int:
    if args.out.startswith(("http://", "https://")):
        return _to_server(args)
    if args.no_artifacts:
        raise InvalidValueError("--no-artifacts is for a server; a file holds no artifacts anyway.")
    out = Path(args.out)
    return _to_file(args, out, args.format or _style_of(out))


def _to_server(args: argparse.Namespace) -> int:
    from lightflow_jlab.mlflow_export.export import export_store

    if args.format or args.histories:
        raise InvalidValueError(
            "--format and --histories are for files; a server gets all that it has a place for."
        )
    bars: dict[int, Progress] = {}

    def show(done: int, total: int) -> None:
        bars.setdefault(total, Progress(total)).show(done, last=done == total)

    report = export_store(
        open_chosen_store(args),
        args.out,
        filter_string=args.filter,
        with_files=not args.no_artifacts,
        on_progress=show,
    )
    print(
        f"{report.runs} runs: {report.new_runs} new on {report.uri}, {report.unchanged_runs} "
        f"unchanged. Sent: {report.points:,} points, {report.files:,} files, "
        f"{report.new_models} logged models, {report.new_versions} versions."
    )
    if report.left_out:
        print("Left out:")
        print("\n".join(f"  {line}" for line in report.left_out))
    return 0


def _style_of(out: Path) -> str:
    ending = out.suffix.removeprefix(".").lower()
    return ending if ending in FORMATS else "csv"


def _to_file(args: argparse.Namespace, out: Path, style: str) -> int:
    from lightflow_jlab.store import RunQuery

    store = open_chosen_store(args)
    found = store.run_columns(RunQuery(filter=args.filter, limit=_MOST_RUNS))
    columns: dict[str, Sequence[Any]] = {name: found.attributes[name] for name in ATTRIBUTES}
    columns |= {f"metrics.{key}": values.tolist() for key, values in found.metrics.items()}
    columns |= {f"params.{key}": values for key, values in found.params.items()}
    columns |= {f"tags.{key}": values for key, values in found.tags.items()}
    write_table(out, columns, style)
    run_ids = found.attributes["run_id"]
    sys.stdout.write(f"{len(run_ids)} runs are in {out}.\n")
    if args.histories:
        points = _points(store, run_ids)
        beside = out.with_name(f"{out.stem}.points{out.suffix}")
        write_table(beside, points, style)
        sys.stdout.write(f"{len(points['step']):,} points are in {beside}.\n")
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
