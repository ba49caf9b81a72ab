"""Registered models and their aliases, as MLflow's clients edit and find them."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Connection

from lightflow_jlab.errors import InvalidValueError
from lightflow_jlab.mlflow_protocol import limits, messages
from lightflow_jlab.mlflow_protocol import model_requests as requests
from lightflow_jlab.mlflow_protocol import registry_terms as terms
from lightflow_jlab.mlflow_protocol.messages import Empty
from lightflow_jlab.mlflow_protocol.model_versions import version_message
from lightflow_jlab.mlflow_protocol.pages import Page
from lightflow_jlab.mlflow_protocol.prompt_filter import PROMPT_TAG, registry_condition
from lightflow_jlab.store import registered_models as kept
from lightflow_jlab.store.column_order import column_order
from lightflow_jlab.store.model_schema import registered_model_tags, registered_models
from lightflow_jlab.store.registered_models import Model
from lightflow_jlab.store.search import Held, Vocabulary

MAX_MODELS = 1000
DEFAULT_MODELS = 100

MODELS = Vocabulary(
    noun="registered model",
    attributes={"name": registered_models.c.name},
    numeric=frozenset(),
    held={
        "tags": Held(
            registered_model_tags,
            registered_model_tags.c.name == registered_models.c.name,
            text=registered_model_tags.c.value,
        )
    },
)
_MODEL_ORDER = {
    "name": registered_models.c.name,
    "timestamp": registered_models.c.last_update_time,
    "last_updated_timestamp": registered_models.c.last_update_time,
}


def create_model(
    connection: Connection, asked: requests.CreateModel
) -> messages.OneRegisteredModel:
    name, tags = terms.name(asked.name), terms.tags(asked.tags)
    if tags.get(PROMPT_TAG, "").lower() == "true":
        raise NotImplementedError("Lightflow keeps no prompts: it keeps experiments, runs, models.")
    kept.create_model(connection, name, terms.description(asked.description), tags)
    return _one_model(connection, name)


def get_model(connection: Connection, asked: requests.ModelName) -> messages.OneRegisteredModel:
    return _one_model(connection, asked.name)


def rename_model(
    connection: Connection, asked: requests.RenameModel
) -> messages.OneRegisteredModel:
    new_name = terms.name(asked.new_name or "", "new_name")
    kept.rename_model(connection, asked.name, new_name)
    return _one_model(connection, new_name)


def update_model(
    connection: Connection, asked: requests.UpdateModel
) -> messages.OneRegisteredModel:
    kept.update_model(connection, asked.name, terms.description(asked.description))
    return _one_model(connection, asked.name)


def delete_model(connection: Connection, asked: requests.ModelName) -> Empty:
    kept.delete_model(connection, asked.name)
    return Empty()


def search_models(
    connection: Connection, asked: requests.SearchModels
) -> messages.RegisteredModels:
    page: Page[Model] = Page(
        asked.page_token, limits.results(asked.max_results, DEFAULT_MODELS, MAX_MODELS)
    )
    models = kept.find_models(
        connection,
        registry_condition(asked.filter, MODELS),
        column_order(asked.order_by or [], _MODEL_ORDER),
        page.limit,
        page.offset,
    )
    found, token = page.cut(models)
    return messages.RegisteredModels(
        registered_models=[_model(one) for one in found], next_page_token=token
    )


def set_model_tag(connection: Connection, asked: requests.ModelTag) -> Empty:
    key, value = limits.tag(limits.MAX_MODEL_TAG_LENGTH, asked.key, asked.value)
    kept.set_model_tag(connection, asked.name, key, value)
    return Empty()


def delete_model_tag(connection: Connection, asked: requests.ModelTagKey) -> Empty:
    kept.delete_model_tag(connection, asked.name, limits.key_form(asked.key))
    return Empty()


def set_alias(connection: Connection, asked: requests.SetModelAlias) -> Empty:
    alias = terms.alias(asked.alias)
    if alias.lower() == "latest" or re.fullmatch(r"[vV]\d+", alias):
        raise InvalidValueError(f"The alias name '{alias}' is reserved.")
    kept.set_alias(connection, asked.name, alias, terms.number(asked.version))
    return Empty()


def delete_alias(connection: Connection, asked: requests.ModelAlias) -> Empty:
    kept.delete_alias(connection, asked.name, terms.alias(asked.alias))
    return Empty()


def get_by_alias(connection: Connection, asked: requests.ModelAlias) -> messages.OneVersion:
    version = kept.aliased(connection, asked.name, terms.alias(asked.alias))
    return messages.OneVersion(model_version=version_message(version))


def _one_model(connection: Connection, name: str) -> messages.OneRegisteredModel:
    return messages.OneRegisteredModel(registered_model=_model(kept.get_model(connection, name)))


def _model(model: Model) -> messages.RegisteredModel:
    row: Any = model.row
    return messages.RegisteredModel(
        name=row["name"],
        creation_timestamp=row["creation_time"],
        last_updated_timestamp=row["last_update_time"],
        description=row["description"] or "",
        latest_versions=[version_message(one, with_aliases=False) for one in model.latest],
        tags=messages.pairs(model.tags),
        aliases=[
            messages.Alias(alias=alias, version=str(number))
            for alias, number in model.aliases.items()
        ],
    )
