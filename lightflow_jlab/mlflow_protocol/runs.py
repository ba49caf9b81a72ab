"""Runs, their params and tags, as MLflow's clients write and read them."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, case, cast, literal
from sqlalchemy import String as Text

from lightflow_jlab.config.run_names import random_run_name
from lightflow_jlab.contract.records import Process, RunStart
from lightflow_jlab.contract.run_ids import new_run_id
from lightflow_jlab.contract.scalars import View
from lightflow_jlab.errors import InvalidValueError
from lightflow_jlab.mlflow_protocol import limits, messages, requests
from lightflow_jlab.mlflow_protocol.messages import Empty
from lightflow_jlab.mlflow_protocol.pages import Page
from lightflow_jlab.mlflow_protocol.places import ROOT, run_location
from lightflow_jlab.store import RunQuery, commands, listing, recording, schema
from lightflow_jlab.store.logged_runs import LoggedRun, logged_run, logged_runs
from lightflow_jlab.store.run_tags import NAME_TAG
from lightflow_jlab.store.search import RUNS

MAX_RESULTS = 50_000
HISTORY_TAG = "mlflow.log-model.history"
STATUSES = ("RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED")
_SHOWN_STATUS = {"CRASHED": "FAILED", "STALLED": "RUNNING"}
"""Our states that MLflow doesn't have, as it knows them."""
_VIEWS: dict[str, View] = {"ACTIVE_ONLY": "active", "DELETED_ONLY": "deleted", "ALL": "all"}
_table = schema.runs

VOCABULARY = replace(
    RUNS,
    attributes={
        **RUNS.attributes,
        "status": case(_SHOWN_STATUS, value=_table.c.status, else_=_table.c.status),
        "artifact_uri": literal(ROOT)
        + cast(_table.c.experiment_id, Text)
        + "/"
        + _table.c.run_id
        + "/artifacts",
    },
)


def create(connection: Connection, asked: requests.CreateRun) -> messages.OneRun:
    tags = limits.tags(asked.tags or [], "key")
    named = tags.get(NAME_TAG)
    if asked.run_name and named and asked.run_name != named:
        raise InvalidValueError(
            "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different "
            f"values (run_name='{asked.run_name}', mlflow.runName='{named}')."
        )
    run_id = new_run_id()
    experiment_id = asked.experiment_id or "0"
    if not experiment_id.isdecimal() or len(experiment_id) > 18:
        raise InvalidValueError(
            f"Invalid value {experiment_id[:80]!r} for parameter 'experiment_id' supplied: "
            "expected is a number."
        )
    start = RunStart(
        run_id=run_id,
        experiment_name="",
        experiment_id=experiment_id,
        run_name=limits.text("run_name", asked.run_name or named or random_run_name(), 500),
        start_time=_now() if asked.start_time is None else asked.start_time,
        user_id=limits.text("user_id", asked.user_id or "", 256),
        process=Process(host="", boot_id="", pid=0, start_time=0.0),
        source_type="",
        tags={key: value or "" for key, value in tags.items()},
    )
    recording.create_run(connection, start)
    return messages.OneRun(run=_message(logged_run(connection, run_id)))


def get(connection: Connection, asked: requests.OfRun) -> messages.OneRun:
    return messages.OneRun(run=_message(logged_run(connection, limits.run_id(asked))))


def update(connection: Connection, asked: requests.UpdateRun) -> messages.OneRunInfo:
    run_id = limits.run_id(asked)
    values: dict[str, Any] = {}
    if asked.status is not None:
        if asked.status not in STATUSES:
            raise InvalidValueError(
                f"Invalid value {asked.status[:80]!r} for parameter 'status' supplied: expected "
                f"is one of {', '.join(STATUSES)}."
            )
        values["status"] = asked.status
    if asked.end_time is not None:
        values["end_time"] = asked.end_time
    if asked.run_name:
        values["run_name"] = limits.text("run_name", asked.run_name, 500)
    recording.update_run(connection, run_id, values)
    return messages.OneRunInfo(run_info=_message(logged_run(connection, run_id)).info)


def delete(connection: Connection, asked: requests.OfRun) -> Empty:
    commands.set_run_stage(connection, limits.run_id(asked), "deleted")
    return Empty()


def restore(connection: Connection, asked: requests.OfRun) -> Empty:
    commands.set_run_stage(connection, limits.run_id(asked), "active")
    return Empty()


def search(connection: Connection, asked: requests.SearchRuns) -> messages.Runs:
    page: Page[Any] = Page(asked.page_token, limits.results(asked.max_results, 1000, MAX_RESULTS))
    query = RunQuery(
        experiment_ids=[str(one) for one in asked.experiment_ids or []],
        filter=asked.filter or "",
        order_by=asked.order_by or [],
        view=_VIEWS[asked.run_view_type or "ACTIVE_ONLY"],
        limit=page.limit,
        offset=page.offset,
        params_as_text=True,
        ties_by_id=True,
    )
    found, token = page.cut(list(listing.rows(connection, query, VOCABULARY)))
    runs = [_message(run) for run in logged_runs(connection, found)]
    return messages.Runs(runs=runs, next_page_token=token)


def log_param(connection: Connection, asked: requests.LogParam) -> Empty:
    params = limits.params([requests.KeyValue(key=asked.key, value=asked.value)], "key")
    recording.log(connection, limits.run_id(asked), params=params)
    return Empty()


def set_tag(connection: Connection, asked: requests.LogParam) -> Empty:
    tags = limits.tags([requests.KeyValue(key=asked.key, value=asked.value)], "key")
    recording.log(connection, limits.run_id(asked), tags=tags)
    return Empty()


def delete_tag(connection: Connection, asked: requests.RunTagKey) -> Empty:
    recording.delete_tag(connection, limits.run_id(asked), asked.key)
    return Empty()


def log_model(connection: Connection, asked: requests.LogModel) -> Empty:
    """Add a model to the tag in which clients before MLflow 3 list a run's models."""
    run_id = limits.run_id(asked)
    try:
        model = json.loads(asked.model_json)
    except (ValueError, RecursionError):
        raise InvalidValueError("The parameter 'model_json' is no JSON.") from None
    missing = [
        name
        for name in ("artifact_path", "flavors", "run_id", "utc_time_created")
        if not isinstance(model, dict) or name not in model
    ]
    if missing:
        raise InvalidValueError(f"Model json is missing mandatory fields: {missing}")
    known = logged_run(connection, run_id).tags.get(HISTORY_TAG, "[]")
    recording.log(connection, run_id, tags={HISTORY_TAG: json.dumps([*json.loads(known), model])})
    return Empty()


def _message(run: LoggedRun) -> messages.Run:
    row = run.row
    return messages.Run(
        info=messages.RunInfo(
            run_id=row["run_id"],
            run_uuid=row["run_id"],
            run_name=row["run_name"],
            experiment_id=str(row["experiment_id"]),
            user_id=row["user_id"],
            status=_SHOWN_STATUS.get(row["status"], row["status"]),
            start_time=row["start_time"],
            end_time=row["end_time"],
            artifact_uri=run_location(row["experiment_id"], row["run_id"]),
            lifecycle_stage=row["lifecycle_stage"],
        ),
        data=messages.RunData(
            metrics=[
                messages.Metric(
                    key=one.key,
                    value=messages.double(one.value),
                    timestamp=one.time,
                    step=one.step,
                )
                for one in run.metrics
            ],
            params=messages.pairs(run.params),
            tags=messages.pairs(run.tags),
        ),
        inputs=messages.RunInputs(
            dataset_inputs=[
                messages.DatasetInput(
                    dataset=messages.Dataset(
                        name=one.name,
                        digest=one.digest,
                        source_type=one.source_type,
                        source=one.source,
                        schema=one.schema or "",
                        profile=one.profile or "",
                    ),
                    tags=messages.pairs(one.tags),
                )
                for one in run.datasets
            ],
            model_inputs=[messages.ModelInput(model_id=one) for one in run.models_in],
        ),
        outputs=messages.RunOutputs(
            model_outputs=[
                messages.ModelOutput(model_id=model, step=step) for model, step in run.models_out
            ]
        ),
    )


def _now() -> int:
    return time.time_ns() // 1_000_000
