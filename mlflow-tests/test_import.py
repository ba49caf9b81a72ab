"""What MLflow recorded comes into the store whole, from its file, its folder and its server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hard_to_carry import in_turn, without


@pytest.mark.parametrize("kind", ["sqlite", "server", "mlruns"])
def test_a_store_comes_in_whole_and_once(sources: Any, tmp_path: Path, kind: str) -> None:
    words = ["import", sources[kind], "--store", str(tmp_path)]
    if kind == "sqlite":
        words += ["--artifacts", str(Path(sources["sqlite"]).parent / "artifacts")]
    twice = [("run", words), ("read", str(tmp_path))] * 2
    said, found, said_again, again = in_turn(*twice)
    runs = found["runs"]
    parent, child, gone = (run for run in runs if run["experiment"] == "imported")
    assert (parent["run_name"], parent["status"], parent["note"]) == (
        "a parent",
        "FINISHED",
        "# Note",
    )
    assert {one["key"]: one["value"] for one in parent["params"]} == {"lr": 0.1, "net": "mlp"}
    steps, values, _ = parent["histories"]["loss"]
    assert (steps, values) == ([0, 1, 2], [0.0, 0.5, 1.0])
    assert str(parent["histories"]["bad"][1]) == "[nan]"
    assert parent["files"]["notes/hello.txt"] == "hello"
    assert found["datasets"] == [["digits", "training"]]
    assert child["parent_run_id"] == parent["run_id"]
    assert child["tags"]["team"] == "vision"
    assert (gone["status"], gone["lifecycle_stage"]) == ("FAILED", "deleted")
    assert found["experiments"]["imported"][:2] == ["active", {"area": "digits"}]
    assert found["experiments"]["imported and deleted"][0] == "deleted"
    models_are_whole(found, parent)
    assert f"{len(runs)} new, 0 known" in said
    assert "1 logged models: 1 new" in said
    assert "1 prompts" in said
    assert ("traces" if kind == "server" else "1 traces") in said

    assert f"0 new, {len(runs)} known" in said_again
    assert without(again, "seq", "last_update_time") == without(found, "seq", "last_update_time")


def models_are_whole(found: Any, run: Any) -> None:
    (logged,), registered = found["logged"], found["registered"]
    assert (logged["name"], logged["model_type"], logged["status"]) == (
        "net",
        "classifier",
        "READY",
    )
    assert (logged["params"], logged["tags"]["kind"]) == ({"depth": "3"}, "good")
    assert [point[1:5] for point in logged["points"]] == [["acc", 0.5, 7, 2]]
    assert logged["source_run_id"] == run["run_id"]
    assert found["files"] == {"MLmodel": "flavors: {}"}
    model_id = logged["model_id"]
    assert sorted(found["ins_and_outs"]) == [["input", model_id, 0], ["output", model_id, 3]]
    (model,) = registered
    assert (model["description"], model["tags"]) == ("# A net", {"team": "vision"})
    assert (model["aliases"], model["next_version"]) == ({"champion": 1}, 3)
    second, first = model["versions"]
    assert (first["stage"], first["description"], first["tags"]) == (
        "Production",
        "first",
        {"k": "v"},
    )
    assert (first["run_id"], first["model_id"]) == (run["run_id"], model_id)
    assert first["location"].endswith(f"/models/{model_id}/artifacts")
    assert second["location"].endswith(f"/{run['run_id']}/artifacts/notes")
    assert all(one["location"].startswith("mlflow-artifacts:/") for one in (first, second))


def test_files_can_be_shared_with_the_source(sources: Any, tmp_path: Path) -> None:
    in_turn(("run", ["import", sources["mlruns"], "--store", str(tmp_path), "--link"]))
    theirs = next(Path(sources["mlruns"]).rglob("hello.txt"))
    ours = next((tmp_path / ".lightflow").rglob("hello.txt"))
    assert ours.samefile(theirs)
