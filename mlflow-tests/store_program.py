"""Run by the Python that holds Lightflow: commands and looks into stores, given as JSON.

A step is `["run", [words of the command line]]`, answered with what was printed, or
`["read", "folder"]`, answered with all that the folder's store holds.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, select, true

from lightflow_jlab.cli.main import main
from lightflow_jlab.store import (
    RunQuery,
    Store,
    logged_models,
    model_schema,
    model_versions,
    registered_models,
    run_inputs,
    schema,
)


def run(words: list[str]) -> str:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = main(words)
    assert code == 0, (words, said.getvalue())
    return said.getvalue()


def read(folder: str) -> dict[str, Any]:
    store = Store.open(Path(folder) / ".lightflow")
    experiments = store.experiments("all")
    runs = store.runs(RunQuery(view="all", order_by=["run_name"])).runs
    return {
        "runs": [run_of(store, one) for one in runs],
        "experiments": {
            one.name: [one.lifecycle_stage, one.tags, one.description] for one in experiments
        },
        "files": {
            file.relative_to(store.folder / "models").as_posix().split("/", 2)[2]: file.read_text()
            for file in (store.folder / "models").rglob("*")
            if file.is_file()
        },
        **store.ask(models, [one.experiment_id for one in experiments]),
    }


def run_of(store: Store, run: Any) -> dict[str, Any]:
    folder = store.folder / "artifacts" / run.run_id[:2] / run.run_id
    found: dict[str, Any] = msgspec.to_builtins(run)
    found["histories"] = {
        metric.key: [column.tolist() for column in store.history(run.run_id, metric.key)]
        for metric in run.metrics
    }
    found["experiment"] = store.experiment(run.experiment_id).name
    found["files"] = {
        file.path: (folder / file.path).read_text()
        for file in store.artifacts(run.run_id, "notes")
        if not file.is_dir
    }
    return found


def models(connection: Connection, experiments: list[str]) -> dict[str, Any]:
    logged = (
        connection.execute(
            select(model_schema.logged_models, schema.experiments.c.name.label("experiment"))
            .join(schema.experiments)
            .order_by(model_schema.logged_models.c.name)
        )
        .mappings()
        .all()
    )
    named = []
    for model in registered_models.find_models(connection, true()):
        versions = model_versions.find_versions(
            connection, model_schema.model_versions.c.name == model.row["name"]
        )
        named.append(
            {
                **model.row,
                "tags": model.tags,
                "aliases": model.aliases,
                "versions": [{**one.row, "tags": one.tags} for one in versions],
            }
        )
    return {
        "logged": [
            {**one.row, "params": one.params, "tags": one.tags, "points": one.points}
            for one in logged_models.assemble(connection, logged)
        ],
        "registered": named,
        "datasets": [
            [use.name, use.context] for use in run_inputs.used_datasets(connection, experiments)
        ],
        "ins_and_outs": [
            list(row[1:]) for row in connection.execute(select(model_schema.run_models))
        ],
    }


if __name__ == "__main__":
    STEPS = {"run": run, "read": read}
    sys.stdout.write(json.dumps([STEPS[kind](given) for kind, given in json.loads(sys.argv[1])]))
