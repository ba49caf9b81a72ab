"""`jupyter lightflow import`: what another tracker recorded, into the store. Twice is as once."""

from __future__ import annotations

import argparse
import sqlite3
from pathlib import Path
from typing import Any

from lightflow_jlab.cli.import_files import list_files
from lightflow_jlab.cli.import_models import take_models
from lightflow_jlab.cli.import_own_tags import as_it_was
from lightflow_jlab.cli.import_sources import Source
from lightflow_jlab.cli.options import add_store_option, chosen_folder
from lightflow_jlab.cli.progress import Progress
from lightflow_jlab.config.locations import artifact_folder
from lightflow_jlab.contract.limits import RUN_ID
from lightflow_jlab.errors import InvalidValueError
from lightflow_jlab.importer.catch_up import catch_up
from lightflow_jlab.store import Store
from lightflow_jlab.store.adopt import FoundFile, FoundRun, adopt_experiment, adopt_runs

BATCH = 100
"""Runs in a transaction."""
_SQLITE = b"SQLite format 3\0"


def add(commands: Any) -> None:
    parser = commands.add_parser(
        "import",
        help="take in runs of MLflow (a SQLite file, an mlruns folder, a server's address), "
        "TensorBoard event files or a CSV file",
    )
    parser.add_argument("source", help="a file, a folder, or http(s)://… of an MLflow server")
    parser.add_argument(
        "--experiment", default="Imported", help="where runs go that name no experiment"
    )
    parser.add_argument(
        "--artifacts", type=Path, help="the folder that an MLflow server keeps its artifacts in"
    )
    parser.add_argument("--no-artifacts", action="store_true", help="leave files out")
    parser.add_argument(
        "--link",
        action="store_true",
        help="share files with the source instead of copying them, where both are on one disk",
    )
    add_store_option(parser)
    parser.set_defaults(run=import_runs)


def import_runs(args: argparse.Namespace) -> int:
    source = open_source(args.source, args.experiment, args.artifacts, link=args.link)
    try:
        return take(source, args)
    except sqlite3.DatabaseError as error:
        raise InvalidValueError(
            f"{source.name} can't be read further: {error}. What was read before is taken in. "
            "Where an older MLflow wrote the file, let `mlflow db upgrade` bring a copy up to date."
        ) from None


def take(source: Source, args: argparse.Namespace) -> int:
    """Take in what a source holds. Where it goes away meanwhile, what was read stays."""
    store = catch_up(chosen_folder(args))
    for experiment in source.experiments():
        store.change(adopt_experiment, experiment)
    progress, lines = Progress(source.run_count()), list[str]()
    with_artifacts = not args.no_artifacts
    count = new = 0
    batch: list[tuple[FoundRun, list[FoundFile]]] = []
    try:
        for count, run in enumerate(source.runs(), start=1):
            progress.show(count)
            if not RUN_ID.fullmatch(run.run_id):
                lines.append(f"run {run.run_id}: its id is not 32 hexadecimal digits")
                continue
            files = _files(store, source, run, lines) if with_artifacts else []
            batch.append((as_it_was(run), files))
            if len(batch) == BATCH:
                new += store.change(adopt_runs, batch)
                batch.clear()
    finally:
        # Also when a server goes away, or the person has to.
        new += store.change(adopt_runs, batch)
    progress.show(count, last=True)
    said = take_models(store, source, lines, with_artifacts=with_artifacts)
    print(f"{count} runs of {source.name}: {new} new, {count - new} known already.")
    for line in said:
        print(line)
    lines += source.left_out()
    if lines:
        print("Left out:")
        print("\n".join(f"  {line}" for line in lines))
    return 0


def open_source(
    source: str, experiment: str, artifacts: Path | None = None, *, link: bool = False
) -> Source:
    """Return what can read a source. Raises `InvalidValueError` where nothing can."""
    if source.startswith(("http://", "https://")):
        from lightflow_jlab.cli.import_mlflow_server import MlflowServer

        return MlflowServer(source)
    path = Path(source.removeprefix("sqlite:///")).expanduser()
    if _begins_with(path, _SQLITE):
        from lightflow_jlab.cli.import_mlflow_sqlite import MlflowSqlite

        return MlflowSqlite(path, artifacts, link=link)
    if path.is_file() and path.suffix.lower() == ".csv":
        from lightflow_jlab.cli.import_csv import CsvFile

        return CsvFile(path, experiment)
    if path.is_dir() or "tfevents" in path.name:
        from lightflow_jlab.cli.import_tensorboard import EventFiles, event_files

        if found := event_files(path):
            return EventFiles(path, found, experiment)
    if path.is_dir():
        from lightflow_jlab.cli.import_mlruns import Mlruns

        return Mlruns(path, link=link)
    raise InvalidValueError(
        f"{source!r} can't be imported. Expected MLflow's SQLite file, an mlruns folder, the "
        "address of an MLflow server, a folder of TensorBoard event files, or a CSV file."
    )


def _begins_with(path: Path, start: bytes) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(start)) == start


def _files(store: Store, source: Source, run: FoundRun, lines: list[str]) -> list[FoundFile]:
    """Fetch a run's files, before the run itself: so the next import completes a broken off one."""
    folder = artifact_folder(store.folder, run.run_id)
    lines += source.fetch_artifacts(run.run_id, folder)
    unfit: list[str] = []
    found = list_files(folder, unfit)
    lines += [f"run {run.run_id}: {line}" for line in unfit]
    return found
