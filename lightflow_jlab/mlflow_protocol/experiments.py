"""Experiments, as MLflow's clients ask for them."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET
from sqlalchemy import Connection, select

from lightflow_jlab.contract import rest
from lightflow_jlab.contract.limits import storable_text
from lightflow_jlab.errors import InvalidValueError, NotFoundError
from lightflow_jlab.mlflow_protocol import limits, messages, requests
from lightflow_jlab.mlflow_protocol.messages import Empty
from lightflow_jlab.mlflow_protocol.pages import Page
from lightflow_jlab.mlflow_protocol.places import experiment_location
from lightflow_jlab.store import commands, schema
from lightflow_jlab.store.assemble import assemble_experiments
from lightflow_jlab.store.column_order import column_order
from lightflow_jlab.store.run_tags import NOTE_TAG
from lightflow_jlab.store.search import Held, Vocabulary, compile_filter

table = schema.experiments
MAX_RESULTS = 50_000

VOCABULARY = Vocabulary(
    noun="experiment",
    attributes={
        "name": table.c.name,
        "experiment_id": table.c.experiment_id,
        "creation_time": table.c.creation_time,
        "last_update_time": table.c.last_update_time,
    },
    numeric=frozenset({"creation_time", "last_update_time"}),
    held={
        "tags": Held(
            schema.experiment_tags,
            schema.experiment_tags.c.experiment_id == table.c.experiment_id,
            text=schema.experiment_tags.c.value,
        )
    },
    tag_columns={NOTE_TAG: table.c.description},
)
_VIEWS = {"ACTIVE_ONLY": ("active",), "DELETED_ONLY": ("deleted",), "ALL": ("active", "deleted")}


def create(connection: Connection, asked: requests.CreateExperiment) -> messages.ExperimentId:
    if asked.artifact_location:
        raise InvalidValueError(
            f"Invalid value {asked.artifact_location[:80]!r} for parameter 'artifact_location' "
            "supplied: this server keeps artifacts in its own folders. Leave it out."
        )
    tags = dict(
        limits.tag(limits.MAX_EXPERIMENT_TAG_LENGTH, one.key, one.value) for one in asked.tags or ()
    )
    name = limits.experiment_name(asked.name)
    number = commands.create_experiment(connection, name, tags.pop(NOTE_TAG, ""))
    commands.set_experiment_tags(connection, number, tags)
    return messages.ExperimentId(experiment_id=str(number))


def get(connection: Connection, asked: requests.ExperimentId) -> messages.OneExperiment:
    number = _number(connection, asked.experiment_id)
    return messages.OneExperiment(experiment=_one(connection, table.c.experiment_id == number))


def get_by_name(connection: Connection, asked: requests.ExperimentName) -> messages.OneExperiment:
    name = storable_text(asked.experiment_name.strip())
    try:
        return messages.OneExperiment(experiment=_one(connection, table.c.name == name))
    except NotFoundError:
        raise NotFoundError(f"Could not find experiment with name '{name}'") from None


def search(connection: Connection, asked: requests.SearchExperiments) -> messages.Experiments:
    size = limits.results(asked.max_results, None, MAX_RESULTS)
    page: Page[Any] = Page(asked.page_token, size)
    stages = _VIEWS[asked.view_type or "ACTIVE_ONLY"]
    query = select(table).where(table.c.lifecycle_stage.in_(stages))
    if (asked.filter or "").strip():
        query = query.where(compile_filter(asked.filter or "", VOCABULARY))
    order = column_order(asked.order_by or ["creation_time DESC"], VOCABULARY.attributes)
    rows = connection.execute(
        query.order_by(
            *order,
            table.c.experiment_id.asc() if not asked.order_by else table.c.experiment_id.desc(),
        )
        .limit(page.limit)
        .offset(page.offset)
    )
    found, token = page.cut(list(rows.mappings().all()))
    return messages.Experiments(experiments=_messages(connection, found), next_page_token=token)


def rename(connection: Connection, asked: requests.UpdateExperiment) -> Empty:
    number = _number(connection, asked.experiment_id)
    if _stage(connection, number) != "active":
        raise InvalidValueError("Cannot rename a non-active experiment.")
    patch = rest.ExperimentPatch(name=limits.experiment_name(asked.new_name))
    commands.update_experiment(connection, str(number), patch)
    return Empty()


def delete(connection: Connection, asked: requests.ExperimentId) -> Empty:
    number = _number(connection, asked.experiment_id, stage="active")
    if number == commands.DEFAULT_EXPERIMENT_ID:
        raise InvalidValueError("The experiment 'Default' can't be deleted; delete its runs.")
    commands.set_experiment_stage(connection, str(number), "deleted")
    return Empty()


def restore(connection: Connection, asked: requests.ExperimentId) -> Empty:
    number = _number(connection, asked.experiment_id, stage="deleted")
    commands.set_experiment_stage(connection, str(number), "active")
    return Empty()


def set_tag(connection: Connection, asked: requests.ExperimentTag) -> Empty:
    key, value = limits.tag(limits.MAX_EXPERIMENT_TAG_LENGTH, asked.key, asked.value)
    number = _active(connection, asked.experiment_id)
    if key == NOTE_TAG:
        commands.update_experiment(connection, str(number), rest.ExperimentPatch(description=value))
    else:
        commands.set_experiment_tags(connection, number, {key: value})
    return Empty()


def delete_tag(connection: Connection, asked: requests.ExperimentTagKey) -> Empty:
    number = _active(connection, asked.experiment_id)
    tags = _one(connection, table.c.experiment_id == number).tags
    if asked.key not in {tag.key for tag in tags}:
        raise NotFoundError(f"No tag with name: {asked.key} in experiment with id {number}")
    patch = rest.ExperimentPatch(
        description="" if asked.key == NOTE_TAG else UNSET,
        tags=UNSET if asked.key == NOTE_TAG else {asked.key: None},
    )
    commands.update_experiment(connection, str(number), patch)
    return Empty()


def _number(connection: Connection, experiment_id: str, stage: str | None = None) -> int:
    """Return the number of an experiment that is in a stage. Raises as MLflow does."""
    if not experiment_id.lstrip("-").isdecimal():
        raise InvalidValueError(
            f"Invalid value {experiment_id[:80]!r} for parameter 'experiment_id' supplied: "
            "expected is a number."
        )
    missing = NotFoundError(f"No Experiment with id={experiment_id[:20]} exists")
    try:
        number = commands.experiment_number(connection, experiment_id)
    except NotFoundError:
        raise missing from None
    if stage is not None and _stage(connection, number) != stage:
        raise missing
    return number


def _active(connection: Connection, experiment_id: str) -> int:
    number = _number(connection, experiment_id)
    stage = _stage(connection, number)
    if stage != "active":
        raise InvalidValueError(
            f"The experiment {number} must be in the 'active' state. Current state is {stage}."
        )
    return number


def _stage(connection: Connection, number: int) -> str:
    query = select(table.c.lifecycle_stage).where(table.c.experiment_id == number)
    return str(connection.execute(query).scalar_one())


def _one(connection: Connection, condition: Any) -> messages.Experiment:
    rows = connection.execute(select(table).where(condition)).mappings().all()
    if not rows:
        raise NotFoundError("There is no such experiment.")
    return _messages(connection, list(rows))[0]


def _messages(connection: Connection, rows: list[Any]) -> list[messages.Experiment]:
    return [
        messages.Experiment(
            experiment_id=one.experiment_id,
            name=one.name,
            artifact_location=experiment_location(one.experiment_id),
            lifecycle_stage=one.lifecycle_stage,
            creation_time=one.creation_time,
            last_update_time=one.last_update_time,
            workspace="default",
            tags=messages.pairs(
                ({NOTE_TAG: one.description} if one.description else {}) | one.tags
            ),
        )
        for one in assemble_experiments(connection, rows)
    ]
