"""Models that runs logged, as MLflow's clients make, find and finish them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, and_, case, exists, or_, select

from lightflow_jlab.config.run_names import random_run_name
from lightflow_jlab.errors import InvalidValueError
from lightflow_jlab.mlflow_protocol import limits, messages
from lightflow_jlab.mlflow_protocol import model_requests as requests
from lightflow_jlab.mlflow_protocol.messages import Empty
from lightflow_jlab.mlflow_protocol.pages import Page
from lightflow_jlab.mlflow_protocol.places import model_location
from lightflow_jlab.mlflow_protocol.requests import ModelId
from lightflow_jlab.store import logged_models as kept
from lightflow_jlab.store.logged_models import LoggedModel, ModelPoint, NewModel
from lightflow_jlab.store.model_schema import (
    logged_model_metrics,
    logged_model_params,
    logged_model_tags,
    logged_models,
)
from lightflow_jlab.store.search import Held, Vocabulary, compile_filter

DEFAULT_RESULTS = 50
MAX_RESULTS = 50_000
STATUS_PREFIX = "LOGGED_MODEL_"
STATUSES = ("PENDING", "READY", "UPLOAD_FAILED")
_BAD_IN_NAMES = "/:.%\"'"

VOCABULARY = Vocabulary(
    noun="logged model",
    attributes={
        "name": logged_models.c.name,
        "model_id": logged_models.c.model_id,
        "model_type": logged_models.c.model_type,
        "status": logged_models.c.status,
        "source_run_id": logged_models.c.source_run_id,
        "creation_timestamp": logged_models.c.creation_time,
        "last_updated_timestamp": logged_models.c.last_update_time,
    },
    numeric=frozenset({"creation_timestamp", "last_updated_timestamp"}),
    aliases={
        "creation_time": "creation_timestamp",
        "creation_timestamp_ms": "creation_timestamp",
        "last_updated_timestamp_ms": "last_updated_timestamp",
    },
    held={
        "metrics": Held(
            logged_model_metrics,
            logged_model_metrics.c.model_id == logged_models.c.model_id,
            number=logged_model_metrics.c.value,
        ),
        "params": Held(
            logged_model_params,
            logged_model_params.c.model_id == logged_models.c.model_id,
            text=logged_model_params.c.value,
        ),
        "tags": Held(
            logged_model_tags,
            logged_model_tags.c.model_id == logged_models.c.model_id,
            text=logged_model_tags.c.value,
        ),
    },
)


def create(connection: Connection, asked: requests.CreateLoggedModel) -> messages.OneLoggedModel:
    if asked.name and any(character in asked.name for character in _BAD_IN_NAMES):
        raise InvalidValueError(
            f"Invalid model name ({asked.name[:80]!r}) provided. Model name must be a non-empty "
            f"string and cannot contain the following characters: {' '.join(_BAD_IN_NAMES)}"
        )
    new = NewModel(
        experiment_id=_experiment(asked.experiment_id),
        name=limits.text("name", asked.name or random_run_name(), 500),
        model_type=limits.text("model_type", asked.model_type or "", 500) or None,
        source_run_id=limits.text("source_run_id", asked.source_run_id or "", 32) or None,
        params={one.key: one.value or "" for one in asked.params or ()},
        tags={one.key: one.value or "" for one in asked.tags or ()},
    )
    return _one(connection, kept.create(connection, new))


def get(connection: Connection, asked: ModelId) -> messages.OneLoggedModel:
    return _one(connection, asked.model_id)


def finalize(
    connection: Connection, asked: requests.FinalizeLoggedModel
) -> messages.OneLoggedModel:
    status = asked.status.removeprefix(STATUS_PREFIX)
    if status not in STATUSES:
        raise InvalidValueError(
            f"Invalid value {asked.status[:80]!r} for parameter 'status' supplied: expected is "
            f"one of {', '.join(STATUS_PREFIX + one for one in STATUSES)}."
        )
    kept.set_status(connection, asked.model_id, status)
    return _one(connection, asked.model_id)


def delete(connection: Connection, asked: ModelId) -> Empty:
    kept.set_stage(connection, asked.model_id, "deleted")
    return Empty()


def set_tags(connection: Connection, asked: requests.LoggedModelTags) -> Empty:
    tags = {one.key: one.value or "" for one in asked.tags or ()}
    kept.set_tags(connection, asked.model_id, tags)
    return Empty()


def delete_tag(connection: Connection, asked: requests.LoggedModelTagKey) -> Empty:
    kept.delete_tag(connection, asked.model_id, asked.tag_key)
    return Empty()


def log_params(connection: Connection, asked: requests.LoggedModelParams) -> Empty:
    params = {one.key: one.value or "" for one in asked.params or ()}
    kept.add_params(connection, asked.model_id, params)
    return Empty()


def search(connection: Connection, asked: requests.SearchLoggedModels) -> messages.LoggedModels:
    page: Page[Any] = Page(
        asked.page_token, limits.results(asked.max_results or None, DEFAULT_RESULTS, MAX_RESULTS)
    )
    numbers = [int(one) for one in asked.experiment_ids or () if one.isdecimal()]
    query = select(logged_models).where(
        logged_models.c.experiment_id.in_(numbers), logged_models.c.lifecycle_stage != "deleted"
    )
    if (asked.filter or "").strip():
        query = query.where(compile_filter(asked.filter or "", VOCABULARY))
    if asked.datasets:
        query = query.where(_scored_on(asked.datasets))
    for order in asked.order_by or ():
        column = _order_column(order)
        query = query.order_by(
            case((column.is_(None), 1), else_=0),
            column.desc() if order.ascending is False else column.asc(),
        )
    query = query.order_by(logged_models.c.creation_time.desc(), logged_models.c.model_id)
    rows = connection.execute(query.limit(page.limit).offset(page.offset)).mappings().all()
    found, token = page.cut(list(rows))
    models = [_message(one) for one in kept.assemble(connection, found)]
    return messages.LoggedModels(models=models, next_page_token=token)


def _scored_on(datasets: list[requests.ScoredDataset]) -> Any:
    scores = logged_model_metrics
    wanted = []
    for one in datasets:
        named = scores.c.dataset_name == one.dataset_name
        if one.dataset_digest:
            named = and_(named, scores.c.dataset_digest == one.dataset_digest)
        wanted.append(named)
    return exists().where(scores.c.model_id == logged_models.c.model_id, or_(*wanted))


def _order_column(order: requests.ModelOrder) -> Any:
    entity, _, key = order.field_name.partition(".")
    if not key:
        name = VOCABULARY.aliases.get(entity, entity)
        if name not in VOCABULARY.attributes:
            raise InvalidValueError(f"Invalid order by field name: {order.field_name[:80]}")
        return VOCABULARY.attributes[name]
    if entity != "metrics":
        raise InvalidValueError(
            f"Invalid order by field name: {order.field_name[:80]}. Only metrics are supported."
        )
    scores = logged_model_metrics
    wanted = [scores.c.model_id == logged_models.c.model_id, scores.c.key == key]
    if order.dataset_name:
        wanted.append(scores.c.dataset_name == order.dataset_name)
    if order.dataset_digest:
        wanted.append(scores.c.dataset_digest == order.dataset_digest)
    newest = (scores.c.time.desc(), scores.c.step.desc(), scores.c.run_id)
    return select(scores.c.value).where(*wanted).order_by(*newest).limit(1).scalar_subquery()


def _experiment(text: str) -> int:
    if text.isdecimal() and len(text) < 18:
        return int(text)
    raise InvalidValueError(f"Invalid experiment ID: {text[:80]!r}. Expected a number.")


def _one(connection: Connection, model_id: str) -> messages.OneLoggedModel:
    return messages.OneLoggedModel(model=_message(kept.get(connection, model_id)))


def _message(model: LoggedModel) -> messages.LoggedModel:
    row = model.row
    return messages.LoggedModel(
        info=messages.LoggedModelInfo(
            model_id=row["model_id"],
            experiment_id=str(row["experiment_id"]),
            name=row["name"],
            creation_timestamp_ms=row["creation_time"],
            last_updated_timestamp_ms=row["last_update_time"],
            artifact_uri=model_location(row["experiment_id"], row["model_id"]),
            status=STATUS_PREFIX + row["status"],
            model_type=row["model_type"] or "",
            source_run_id=row["source_run_id"] or "",
            status_message=row["status_message"] or "",
            tags=messages.pairs(model.tags),
        ),
        data=messages.LoggedModelData(
            params=messages.pairs(model.params),
            metrics=[_metric(point) for point in model.points],
        ),
    )


def _metric(point: ModelPoint) -> messages.Metric:
    return messages.Metric(
        key=point.key,
        value=messages.double(point.value),
        timestamp=point.time,
        step=point.step,
        run_id=point.run_id,
        model_id=point.model_id,
        dataset_name=point.dataset_name or "",
        dataset_digest=point.dataset_digest or "",
    )
