"""What the endpoints answer to a panel that shows, renames, deletes and restores."""

from __future__ import annotations

from typing import Any

import pytest

from lightflow_jlab.server.version import version

from .conftest import ARTIFACTS, LOSSES, OTHER_RUN, RUN, START, Lab


async def test_the_status_tells_the_store_and_what_runs(lab: Lab) -> None:
    status = await lab.get("status")
    store = await lab.service.store()
    assert status == {
        "version": version(),
        "store_id": store.store_id,
        "seq": store.seq(),
        "running": 0,
        "warnings": [],
    }


async def test_experiments_are_listed_with_their_runs(lab: Lab) -> None:
    listed = await lab.get("experiments")
    found = {(e["experiment_id"], e["name"], e["run_count"]) for e in listed["experiments"]}
    assert found == {("0", "Default", 1), ("1", "digits", 1)}
    assert await lab.get("experiments/1") in listed["experiments"]


async def test_an_experiment_is_made_changed_deleted_and_restored(lab: Lab) -> None:
    made = await lab.call("POST", "experiments", {"name": "letters", "description": "A to Z"})
    assert (made.status, made.json["name"], made.json["description"]) == (201, "letters", "A to Z")
    path = f"experiments/{made.json['experiment_id']}"

    changed = await lab.call("PATCH", path, {"name": "glyphs", "tags": {"team": "vision"}})
    assert changed.status == 200
    assert (changed.json["name"], changed.json["tags"]) == ("glyphs", {"team": "vision"})
    assert changed.json["description"] == "A to Z"
    assert await lab.get(path) == changed.json

    assert (await lab.call("DELETE", path)).json["lifecycle_stage"] == "deleted"
    active = [e["name"] for e in (await lab.get("experiments"))["experiments"]]
    deleted = [e["name"] for e in (await lab.get("experiments", view="deleted"))["experiments"]]
    assert "glyphs" not in active
    assert deleted == ["glyphs"]

    assert (await lab.call("POST", f"{path}/restore")).json["lifecycle_stage"] == "active"


async def test_a_name_that_is_taken_is_a_conflict(lab: Lab) -> None:
    answer = await lab.call("POST", "experiments", {"name": "digits"})
    assert (answer.status, answer.json["error_code"]) == (409, "RESOURCE_CONFLICT")


async def test_the_default_experiment_stays(lab: Lab) -> None:
    answer = await lab.call("DELETE", "experiments/0")
    assert answer.status in (400, 409)
    assert (await lab.get("experiments/0"))["lifecycle_stage"] == "active"


@pytest.mark.parametrize(
    "path",
    [
        "experiments/99",
        f"runs/{'0' * 32}",
        f"runs/{RUN}/documents/nothing",
        f"runs/{'0' * 32}/documents/source",
        f"runs/{RUN}/artifacts/content/nothing.txt",
        f"runs/{RUN}/artifacts/preview/nothing.txt",
        f"runs/{RUN}/artifacts/archive?path=nothing",
        f"runs/{'0' * 32}/artifacts",
    ],
)
async def test_what_is_not_there_is_told(lab: Lab, path: str) -> None:
    answer = await lab.call("GET", path)
    assert (answer.status, answer.json["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST"), answer


async def test_runs_are_chosen_sorted_and_paged(lab: Lab) -> None:
    everything = await lab.get("runs", order_by="run_name ASC")
    assert [run["run_name"] for run in everything["runs"]] == ["run-01", "run-fe"]
    assert (everything["total"], everything["offset"]) == (2, 0)

    async def ids(**params: Any) -> list[str]:
        return [run["run_id"] for run in (await lab.get("runs", **params))["runs"]]

    assert await ids(experiment_id=["1"]) == [RUN]
    assert await ids(experiment_id=["0", "1"], order_by=["run_name DESC"]) == [OTHER_RUN, RUN]
    assert await ids(run_id=[OTHER_RUN]) == [OTHER_RUN]
    assert await ids(filter="params.lr = '0.1'") == [RUN]
    assert await ids(text="lr=0.1") == [RUN]
    assert await ids(order_by="run_name ASC", limit=1, offset=1) == [OTHER_RUN]
    assert await ids(view="deleted") == []


async def test_the_runs_of_cells_are_asked_for_by_their_ids(lab: Lab) -> None:
    answer = await lab.call("POST", "cells", {"cell_ids": ["cell-7", "cell-8", "cell-7"]})
    (cell,) = answer.json["cells"]
    assert (cell["cell_id"], cell["total"], cell["metric"]) == ("cell-7", 1, "loss")
    assert [run["run_id"] for run in cell["runs"]] == [RUN]
    for cell_ids in (["a/b"], [""], ["x" * 65], [f"c{number}" for number in range(10_001)]):
        answer = await lab.call("POST", "cells", {"cell_ids": cell_ids})
        assert (answer.status, answer.json["error_code"]) == (400, "INVALID_PARAMETER_VALUE")


async def test_a_run_comes_with_what_hangs_on_it(lab: Lab) -> None:
    detail = await lab.get(f"runs/{RUN}")
    assert detail["run"] == (await lab.get("runs", run_id=RUN))["runs"][0]
    assert [document["kind"] for document in detail["documents"]] == ["source"]
    assert detail["artifact_count"] == len(ARTIFACTS)
    assert detail["artifact_bytes"] == sum(len(data) for data in ARTIFACTS.values())
    (metric,) = detail["run"]["metrics"]
    assert (metric["last"], metric["min"], metric["max"]) == ("NaN", 0.25, "Infinity")


async def test_a_run_is_renamed_noted_deleted_and_restored(lab: Lab) -> None:
    path = f"runs/{RUN}"
    changed = await lab.call("PATCH", path, {"run_name": "best", "tags": {"a": "1", "b": None}})
    assert (changed.json["run_name"], changed.json["tags"]) == ("best", {"a": "1"})
    assert (await lab.get(path))["run"] == changed.json

    assert (await lab.call("DELETE", path)).json["lifecycle_stage"] == "deleted"
    assert [run["run_id"] for run in (await lab.get("runs"))["runs"]] == [OTHER_RUN]
    assert (await lab.call("POST", f"{path}/restore")).json["lifecycle_stage"] == "active"
    assert (await lab.get("runs"))["total"] == 2


async def test_the_keys_of_runs_are_known(lab: Lab) -> None:
    assert await lab.get("runs/keys") == {"params": ["lr"], "metrics": ["loss"], "tags": []}
    assert await lab.get("runs/keys", experiment_id="0") == {
        "params": [],
        "metrics": [],
        "tags": [],
    }


async def test_a_document_is_read(lab: Lab) -> None:
    assert await lab.get(f"runs/{RUN}/documents/source") == {
        "kind": "source",
        "media_type": "text/x-python",
        "text": "print('hello')\n",
        "truncated": False,
    }


async def test_series_travel_as_columns_with_words_for_what_json_lacks(lab: Lab) -> None:
    answer = await lab.get("series", run_id=[RUN, OTHER_RUN], key="loss")
    assert answer["series"] == [
        {
            "run_id": RUN,
            "key": "loss",
            "steps": [0, 1, 2, 3],
            "values": [1.5, "Infinity", 0.25, "NaN"],
            "times": [START + step for step in range(len(LOSSES))],
            "count": 4,
            "total": 4,
            "downsampled": False,
        },
        {
            "run_id": OTHER_RUN,
            "key": "loss",
            "steps": [],
            "values": [],
            "times": [],
            "count": 0,
            "total": 0,
            "downsampled": False,
        },
    ]
    window = await lab.get("series", run_id=RUN, key="loss", start_step=1, end_step=2)
    assert window["series"][0]["steps"] == [1, 2]
    assert (window["series"][0]["count"], window["series"][0]["total"]) == (2, 4)


async def test_artifacts_are_listed_folder_by_folder(lab: Lab) -> None:
    root = await lab.get(f"runs/{RUN}/artifacts")
    names = {artifact["path"]: artifact["is_dir"] for artifact in root["artifacts"]}
    assert names == {"plots": True, "tables": True, "notes.txt": False, "report.html": False}
    tables = await lab.get(f"runs/{RUN}/artifacts", path="tables")
    assert tables == {
        "run_id": RUN,
        "path": "tables",
        "artifacts": [
            {
                "path": "tables/scores.csv",
                "is_dir": False,
                "size_bytes": len(ARTIFACTS["tables/scores.csv"]),
                "media_type": "text/csv",
            }
        ],
    }
