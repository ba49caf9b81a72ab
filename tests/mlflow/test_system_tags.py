"""MLflow's tags that say what a column says are kept in the column, and found as tags."""

from __future__ import annotations

from pathlib import Path

import pytest

from lightflow_jlab.contract.records import Process, RunStart, Tags
from lightflow_jlab.store import RunQuery, Store

CHILD = "0123456789abcdef0123456789abcdef"
PARENT = "fedcba9876543210fedcba9876543210"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store.open(tmp_path / ".lightflow")
    with store.ingest() as ingest:
        start = RunStart(
            run_id=CHILD,
            experiment_name="digits",
            run_name="first",
            start_time=1,
            user_id="ada",
            process=Process(host="here", boot_id="", pid=1, start_time=0.0),
        )
        ingest.start_run(start, "writer")
        tags = {
            "mlflow.parentRunId": PARENT,
            "mlflow.source.name": "train.py",
            "mlflow.source.type": "JOB",
            "mlflow.note.content": "# Notes",
            "mlflow.user": "ada",
        }
        ingest.set_tags(Tags(CHILD, tags))
    return store


def test_a_run_shows_what_its_tags_say(store: Store) -> None:
    run = store.run(CHILD)
    assert (run.parent_run_id, run.source_name, run.source_type) == (PARENT, "train.py", "JOB")
    assert (run.note, run.tags) == ("# Notes", {"mlflow.user": "ada"})


@pytest.mark.parametrize(
    "text",
    [
        f"tags.mlflow.parentRunId = '{PARENT}'",
        "tags.mlflow.runName LIKE 'fir%'",
        "tags.`mlflow.source.name` = 'train.py' AND tags.mlflow.user = 'ada'",
        "tags.mlflow.note.content IS NOT NULL",
        "NOT tags.mlflow.source.type != 'JOB'",
    ],
)
def test_a_run_is_found_by_tags_that_are_kept_in_columns(store: Store, text: str) -> None:
    assert [run.run_id for run in store.runs(RunQuery(filter=text)).runs] == [CHILD]


def test_a_tag_that_is_removed_empties_its_column(store: Store) -> None:
    with store.ingest() as ingest:
        ingest.set_tags(Tags(CHILD, {"mlflow.parentRunId": None, "mlflow.runName": None}))
    run = store.run(CHILD)
    assert (run.parent_run_id, run.run_name) == (None, "first")
