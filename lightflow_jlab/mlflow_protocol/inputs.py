"""What a run took in and gave out: datasets and models."""

from __future__ import annotations

from sqlalchemy import Connection

from lightflow_jlab.errors import InvalidValueError
from lightflow_jlab.mlflow_protocol import limits, messages, requests
from lightflow_jlab.mlflow_protocol.messages import Empty
from lightflow_jlab.store import run_inputs
from lightflow_jlab.store.logged_runs import UsedDataset

MAX_SEARCHED_EXPERIMENTS = 20
_BOUNDS = {"name": 500, "digest": 36, "source": 65_535, "schema": 1_048_575, "profile": 16_777_215}
_MAX_TAG_KEY = 255
_MAX_TAG_VALUE = 500


def log_inputs(connection: Connection, asked: requests.LogInputs) -> Empty:
    run_id = limits.run_id(asked)
    datasets = [_dataset(one) for one in asked.datasets or ()]
    models = [(one.model_id, 0) for one in asked.models or ()]
    run_inputs.add_datasets(connection, run_id, datasets)
    run_inputs.add_models(connection, run_id, "input", models)
    return Empty()


def log_outputs(connection: Connection, asked: requests.LogOutputs) -> Empty:
    models = [(one.model_id, one.step or 0) for one in asked.models]
    if not models:
        raise InvalidValueError("Missing value for required parameter 'models'.")
    run_inputs.add_models(connection, limits.run_id(asked), "output", models)
    return Empty()


def search_datasets(
    connection: Connection, asked: requests.SearchDatasets
) -> messages.DatasetSummaries:
    experiment_ids = asked.experiment_ids or []
    if not experiment_ids:
        raise InvalidValueError("SearchDatasets request must specify at least one experiment_id.")
    if len(experiment_ids) > MAX_SEARCHED_EXPERIMENTS:
        raise InvalidValueError(
            f"SearchDatasets request cannot specify more than {MAX_SEARCHED_EXPERIMENTS} "
            f"experiment_ids. Received {len(experiment_ids)} experiment_ids."
        )
    return messages.DatasetSummaries(
        dataset_summaries=[
            messages.DatasetSummary(
                experiment_id=str(use.experiment_id),
                name=use.name,
                digest=use.digest,
                context=use.context or "",
            )
            for use in run_inputs.used_datasets(connection, experiment_ids)
        ]
    )


def _dataset(given: requests.DatasetInput) -> UsedDataset:
    dataset = given.dataset
    for name, limit in _BOUNDS.items():
        limits.text(name, getattr(dataset, name) or "", limit)
    tags = {
        limits.text("key", one.key, _MAX_TAG_KEY): limits.text(
            "value", one.value or "", _MAX_TAG_VALUE
        )
        for one in given.tags or ()
    }
    return UsedDataset(
        dataset.name,
        dataset.digest,
        dataset.source_type,
        dataset.source,
        dataset.schema,
        dataset.profile,
        tags,
    )
