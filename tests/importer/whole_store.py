"""A store with one of everything: logged runs, their edits, a client's run and models."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from msgspec.structs import asdict
from sqlalchemy import Connection, Table, func, insert, select

from lightflow_jlab.config.locations import spool_folder
from lightflow_jlab.contract.records import (
    ArtifactRecord,
    DocumentRecord,
    Execution,
    ParamRecord,
    Params,
    Process,
    RunEnd,
    RunStart,
)
from lightflow_jlab.contract.rest import ExperimentPatch, RunPatch
from lightflow_jlab.contract.source_digest import digest_of
from lightflow_jlab.importer import Importer
from lightflow_jlab.spool.format import RecordType
from lightflow_jlab.spool.writer import SpoolWriter
from lightflow_jlab.store import (
    RunQuery,
    Store,
    logged_models,
    model_schema,
    model_versions,
    recording,
    registered_models,
    run_inputs,
    schema,
)
from lightflow_jlab.store.chunks import Columns
from lightflow_jlab.store.executions import ExecutedCell, executed_for

START = 1_700_000_000_000
POINTS = 400
LOGGED = [f"{number:02x}" * 16 for number in range(1, 13)]
OF_A_CLIENT = "fe" * 16
EMPTIED = LOGGED[10]


def make_store(folder: Path) -> Store:
    """Return the open store; its last transactions are in the write-ahead log only."""
    store = Store.open(folder)
    elsewhere = Process(host="elsewhere", boot_id="", pid=1, start_time=0.0)
    for first in range(0, len(LOGGED), 4):
        _log(store, elsewhere, LOGGED[first : first + 4])
    importer = Importer.acquire(store)
    assert importer is not None
    importer.run_once()
    importer.close()
    _edit(store)
    return store


def _log(store: Store, process: Process, run_ids: list[str]) -> None:
    spool = SpoolWriter([spool_folder(store.folder)], process)
    for run_id in run_ids:
        start = RunStart(
            run_id=run_id,
            experiment_name="digits",
            run_name=f"run-{run_id[:2]}",
            start_time=START,
            user_id="ada",
            process=process,
        )
        spool.record(RecordType.RUN_START, start)
        params = [ParamRecord("lr", 0.1, "float"), ParamRecord("model", "net " * 100, "str")]
        spool.record(RecordType.PARAMS, Params(run_id, params))
        source = DocumentRecord(run_id, "source", "text/x-python", f"# {run_id}\n" * 300)
        spool.record(RecordType.DOCUMENT, source)
        run = spool.define_run(run_id)
        for key in ("loss", "accuracy"):
            number = spool.define_key(key)
            for step in range(POINTS):
                value = math.nan if step == 7 else math.sin(step * number + int(run_id[:2], 16))
                spool.point(run, number, step, START + step, value)
        artifact = ArtifactRecord(run_id, "a.txt", 4, "text/plain", START)
        spool.record(RecordType.ARTIFACT, artifact)
        spool.record(RecordType.RUN_END, RunEnd(run_id, "FINISHED", START + 5000))
    for number, source in enumerate(("x = 1\n", "x += 1\n", None)):
        digest = digest_of(source or "x = 1\n")
        place = ("a.ipynb", "c1", digest, number + 1, START, True, source)
        spool.record(RecordType.EXECUTION, Execution(number, *place))
    spool.close()


def _edit(store: Store) -> None:
    store.delete_run(EMPTIED)
    store.delete_experiment(store.create_experiment("given up").experiment_id)
    store.empty_trash()
    store.update_run(LOGGED[0], RunPatch(run_name="the good one", note="kept **by hand**"))
    store.update_run(LOGGED[1], RunPatch(tags={"reviewed": "yes"}))
    store.delete_run(LOGGED[2])
    digits = store.experiment_by_name("digits")
    assert digits is not None
    patch = ExperimentPatch(description="all of MNIST", tags={"team": "blue"})
    store.update_experiment(digits.experiment_id, patch)
    start = RunStart(
        run_id=OF_A_CLIENT,
        experiment_name="digits",
        run_name="of a client",
        start_time=START,
        user_id="grace",
        process=Process(host="", boot_id="", pid=0, start_time=0.0),
        experiment_id=digits.experiment_id,
    )
    store.change(recording.create_run, start)
    steps = np.arange(50, dtype=np.int64)
    points = {"loss": Columns(steps, steps / 7.0, steps + START)}
    store.change(recording.log, OF_A_CLIENT, points=points, params={"depth": "3"})
    store.change(recording.update_run, OF_A_CLIENT, {"status": "FINISHED", "end_time": START + 9})
    model = logged_models.NewModel(
        int(digits.experiment_id), "net", "torch", OF_A_CLIENT, {"depth": "3"}, {"size": "small"}
    )
    model_id = store.change(logged_models.create, model)
    score = logged_models.ModelPoint(model_id, "f1", 0.5, START, 3, OF_A_CLIENT, "mnist", "d1")
    store.change(logged_models.log_model_points, [score])
    store.change(run_inputs.add_models, OF_A_CLIENT, "output", [(model_id, 3)])
    data = run_inputs.UsedDataset("mnist", "d1", "local", "mnist.csv", None, None, {"a": "b"})
    store.change(run_inputs.add_datasets, OF_A_CLIENT, [data])
    store.change(registered_models.create_model, "digits-net", "reads digits", {"team": "blue"})
    version = model_versions.NewVersion(
        f"models:/{model_id}", "", OF_A_CLIENT, None, model_id, None, {"checked": "yes"}
    )
    store.change(model_versions.create_version, "digits-net", version)
    store.change(registered_models.set_alias, "digits-net", "champion", 1)
    store.change(_keep_view)


def _keep_view(connection: Connection) -> None:
    connection.execute(
        insert(schema.views).values(
            name="mine",
            definition="{}",
            is_default=True,
            created_by="ada",
            creation_time=START,
            updated_by="ada",
            last_update_time=START,
        )
    )


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def row_counts(store: Store) -> dict[str, int]:
    """Return how many rows each table has."""
    return {name: store.ask(_count, table) for name, table in model_schema.metadata.tables.items()}


@dataclass
class Contents:
    """What a store answers, without what a rebuilt one may number anew."""

    runs: dict[str, Any] = field(default_factory=dict)
    histories: dict[tuple[str, str], str] = field(default_factory=dict)
    documents: dict[tuple[str, str], str] = field(default_factory=dict)
    ledgers: dict[str, list[ExecutedCell]] = field(default_factory=dict)
    """By run: what its kernel executed."""
    experiments: dict[str, Any] = field(default_factory=dict)
    models: str = ""


def contents(store: Store, run_ids: list[str] | None = None) -> Contents:
    """Return all that a store answers of some runs, or of all."""
    found = Contents()
    page = store.runs(RunQuery(view="all", limit=1_000))
    for run in page.runs:
        if run_ids is not None and run.run_id not in run_ids:
            continue
        detail = store.run_detail(run.run_id)
        found.runs[run.run_id] = {**asdict(run), "seq": 0}
        for metric in run.metrics:
            history = store.history(run.run_id, metric.key)
            columns = (history.steps, history.values, history.times)
            found.histories[run.run_id, metric.key] = repr([c.tolist() for c in columns])
        for document in detail.documents:
            text = store.document(run.run_id, document.kind).text
            found.documents[run.run_id, document.kind] = text
        found.ledgers[run.run_id] = store.ask(executed_for, run.run_id)
    for experiment in store.experiments("all"):
        found.experiments[experiment.name] = (
            experiment.experiment_id,
            experiment.description,
            experiment.lifecycle_stage,
        )
    found.models = repr(
        [
            (model.row["name"], model.row["description"], model.tags, model.aliases)
            for model in store.ask(
                registered_models.find_models, registered_models.models.c.name != ""
            )
        ]
    )
    return found
