"""`jupyter lightflow import`: what another tracker recorded, into the store. Twice is as once."""

from __future__ import annotations

import argparse
import mimetypes
from pathlib import Path
from typing import Any

from lightflow_jlab.cli.import_sources import Source
from lightflow_jlab.cli.options import add_store_option, chosen_folder
from lightflow_jlab.cli.progress import Progress
from lightflow_jlab.config.locations import artifact_folder, make_private_folder
from lightflow_jlab.contract.limits import RUN_ID, check_artifact_path
from lightflow_jlab.errors import InvalidValueError, LightflowError
from lightflow_jlab.importer.catch_up import catch_up
from lightflow_jlab.store import Store
from lightflow_jlab.store.adopt import FoundFile, FoundRun, adopt_experiment, adopt_files, adopt_run

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
    add_store_option(parser)
    parser.set_defaults(run=import_runs)


def import_runs(args: argparse.Namespace) -> int:
    source = open_source(args.source, args.experiment, args.artifacts)
    store = catch_up(chosen_folder(args))
    for experiment in source.experiments():
        store.change(adopt_experiment, experiment)
    progress, lines = Progress(source.run_count()), list[str]()
    count = new = 0
    for count, run in enumerate(source.runs(), start=1):
        progress.show(count)
        try:
            new += _take(store, source, run, lines, with_artifacts=not args.no_artifacts)
        except LightflowError as error:
            lines.append(f"run {run.run_id}: {error}")
    progress.show(count, last=True)
    print(f"{count} runs of {source.name}: {new} new, {count - new} known already.")
    lines += source.left_out()
    if lines:
        print("Left out:")
        print("\n".join(f"  {line}" for line in lines))
    return 0


def open_source(source: str, experiment: str, artifacts: Path | None = None) -> Source:
    """Return what can read a source. Raises `InvalidValueError` where nothing can."""
    if source.startswith(("http://", "https://")):
        from lightflow_jlab.cli.import_mlflow_server import MlflowServer

        return MlflowServer(source)
    path = Path(source.removeprefix("sqlite:///")).expanduser()
    if _begins_with(path, _SQLITE):
        from lightflow_jlab.cli.import_mlflow_sqlite import MlflowSqlite

        return MlflowSqlite(path, artifacts)
    if path.is_file() and path.suffix.lower() == ".csv":
        from lightflow_jlab.cli.import_csv import CsvFile

        return CsvFile(path, experiment)
    if path.is_dir() or "tfevents" in path.name:
        from lightflow_jlab.cli.import_tensorboard import EventFiles, event_files

        if found := event_files(path):
            return EventFiles(path, found, experiment)
    if path.is_dir():
        from lightflow_jlab.cli.import_mlruns import Mlruns

        return Mlruns(path)
    raise InvalidValueError(
        f"{source!r} can't be imported. Expected MLflow's SQLite file, an mlruns folder, the "
        "address of an MLflow server, a folder of TensorBoard event files, or a CSV file."
    )


def _begins_with(path: Path, start: bytes) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(start)) == start


def _take(
    store: Store, source: Source, run: FoundRun, lines: list[str], *, with_artifacts: bool
) -> bool:
    if not RUN_ID.fullmatch(run.run_id):
        raise InvalidValueError("its id is not 32 hexadecimal digits")
    new = store.change(adopt_run, run)
    if new and with_artifacts:
        folder = make_private_folder(artifact_folder(store.folder, run.run_id))
        lines += source.fetch_artifacts(run.run_id, folder)
        store.change(adopt_files, run.run_id, _files(folder, lines))
    return new


def _files(folder: Path, lines: list[str]) -> list[FoundFile]:
    found = []
    for file in sorted(folder.rglob("*")):
        if file.is_symlink():
            file.unlink()
            lines.append(f"the link {file.name}, which may lead anywhere")
        elif file.is_file():
            path = file.relative_to(folder).as_posix()
            try:
                check_artifact_path(path)
            except LightflowError as error:
                lines.append(str(error))
                continue
            media_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
            found.append(FoundFile(path, file.stat().st_size, media_type))
    return found
