"""Editing from several browsers: conflicts, many runs at once, saved views, a part of the trash."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from .conftest import OTHER_RUN, RUN, Lab
from .endpoints import VIEW

PATH = f"runs/{RUN}"


async def test_an_edit_of_what_was_seen_is_done(lab: Lab) -> None:
    patch = {"note": "mine", "tags": {"team": "a"}, "seen": {"note": "", "tags.team": None}}
    answer = await lab.call("PATCH", PATH, patch)
    assert (answer.status, answer.json["note"], answer.json["tags"]) == (200, "mine", {"team": "a"})


@pytest.mark.parametrize(
    ("theirs", "mine", "present"),
    [
        ({"note": "theirs"}, {"note": "mine", "seen": {"note": ""}}, {"note": "theirs"}),
        (
            {"run_name": "theirs"},
            {"run_name": "mine", "seen": {"run_name": "run-01"}},
            {"run_name": "theirs"},
        ),
        (
            {"tags": {"team": "b"}},
            {"tags": {"team": "a"}, "seen": {"tags.team": None}},
            {"tags.team": "b"},
        ),
    ],
)
async def test_an_edit_of_what_is_not_there_any_more_changes_nothing_and_shows_it(
    lab: Lab, theirs: dict[str, Any], mine: dict[str, Any], present: dict[str, Any]
) -> None:
    changed = (await lab.call("PATCH", PATH, theirs)).json
    answer = await lab.call("PATCH", PATH, mine)
    assert (answer.status, answer.json["error_code"]) == (409, "EDIT_CONFLICT")
    assert answer.json["present"] == present
    assert (await lab.get(PATH))["run"] == changed
    assert (await lab.call("PATCH", PATH, {**mine, "seen": present})).status == 200


async def test_a_run_that_changed_elsewhere_is_no_conflict(lab: Lab) -> None:
    await lab.call("PATCH", PATH, {"tags": {"other": "edit"}})
    answer = await lab.call("PATCH", PATH, {"note": "mine", "seen": {"note": ""}})
    assert answer.status == 200


async def test_of_edits_at_the_same_time_one_is_done(lab: Lab) -> None:
    patches = [{"note": f"note {n}", "seen": {"note": ""}} for n in range(8)]
    answers = await asyncio.gather(*(lab.call("PATCH", PATH, patch) for patch in patches))
    assert sorted(answer.status for answer in answers) == [200, *[409] * 7]
    (done,) = [answer.json["note"] for answer in answers if answer.status == 200]
    assert {a.json["present"]["note"] for a in answers if a.status == 409} == {done}


async def test_many_runs_are_tagged_deleted_and_restored_at_once(lab: Lab) -> None:
    await lab.call("PATCH", PATH, {"tags": {"team": "a"}})
    both = {"run_ids": [RUN, OTHER_RUN]}
    tagged = await lab.call("PATCH", "runs", {**both, "tags": {"team": "b", "kind": "trial"}})
    assert tagged.json == {
        "run_count": 2,
        "former_tags": {
            RUN: {"team": "a", "kind": None},
            OTHER_RUN: {"team": None, "kind": None},
        },
    }
    assert (await lab.get(PATH))["run"]["tags"] == {"team": "b", "kind": "trial"}
    await lab.call("PATCH", "runs", {**both, "lifecycle_stage": "deleted"})
    assert (await lab.get("runs"))["total"] == 0
    assert len((await lab.get("trash"))["runs"]) == 2
    await lab.call("PATCH", "runs", {**both, "lifecycle_stage": "active"})
    assert (await lab.get("runs"))["total"] == 2


async def test_of_many_runs_all_are_changed_or_none(lab: Lab) -> None:
    patch = {"run_ids": [RUN, "f" * 32], "lifecycle_stage": "deleted", "tags": {"a": "b"}}
    answer = await lab.call("PATCH", "runs", patch)
    assert answer.status == 404
    assert "Nothing was changed" in answer.json["message"]
    run = (await lab.get(PATH))["run"]
    assert (run["lifecycle_stage"], run["tags"]) == ("active", {})


async def test_chosen_runs_of_the_trash_are_removed_for_good(lab: Lab) -> None:
    await lab.call("PATCH", "runs", {"run_ids": [RUN, OTHER_RUN], "lifecycle_stage": "deleted"})
    left = await lab.call("DELETE", "trash", run_id=[RUN])
    assert [run["run_id"] for run in left.json["runs"]] == [OTHER_RUN]
    assert (await lab.call("GET", PATH)).status == 404


async def test_a_view_is_saved_renamed_changed_and_removed(lab: Lab) -> None:
    made = await lab.call("POST", "views", {"name": " best ", "definition": VIEW})
    assert (made.status, made.json["name"], made.json["definition"]) == (201, "best", VIEW)
    assert made.json["created_by"] == made.json["updated_by"] != ""
    assert await lab.get("views") == {"views": [made.json]}
    path = f"views/{made.json['view_id']}"
    changed = {**VIEW, "group_by": ""}
    renamed = await lab.call("PATCH", path, {"name": "better", "definition": changed})
    assert (renamed.json["name"], renamed.json["definition"]) == ("better", changed)
    assert (await lab.call("DELETE", path)).json == {"views": []}
    assert (await lab.call("PATCH", path, {"name": "gone"})).status == 404


async def test_two_views_have_two_names_and_one_is_the_default(lab: Lab) -> None:
    for name in ("b", "a"):
        await lab.call("POST", "views", {"name": name, "definition": VIEW, "is_default": True})
    views = (await lab.get("views"))["views"]
    assert [(view["name"], view["is_default"]) for view in views] == [("a", True), ("b", False)]
    taken = await lab.call("PATCH", f"views/{views[0]['view_id']}", {"name": "b"})
    assert (taken.status, taken.json["error_code"]) == (409, "RESOURCE_CONFLICT")
    await lab.call("PATCH", f"views/{views[1]['view_id']}", {"is_default": True})
    views = (await lab.get("views"))["views"]
    assert [view["is_default"] for view in views] == [False, True]


async def test_a_view_that_is_none_is_refused(lab: Lab) -> None:
    for broken in ({**VIEW, "aggregate": "most"}, {**VIEW, "more": 1}, {"search": ""}):
        answer = await lab.call("POST", "views", {"name": "x", "definition": broken})
        assert (answer.status, answer.json["error_code"]) == (400, "MALFORMED_REQUEST")


async def test_groups_and_what_stands_below_are_asked_for_by_address(lab: Lab) -> None:
    groups = await lab.get("runs/groups", by="params.lr", metric=["loss"])
    assert [(group["value"], group["run_count"]) for group in groups["groups"]] == [
        (None, 1),
        ("0.1", 1),
    ]
    one = await lab.get("runs", in_group="params.lr", value="0.1")
    assert [run["run_id"] for run in one["runs"]] == [RUN]
    without = await lab.get("runs", in_group="params.lr")
    assert [run["run_id"] for run in without["runs"]] == [OTHER_RUN]
    assert (await lab.get("runs", nested=1, below=RUN))["runs"] == []
    assert (await lab.call("GET", "runs", nested="yes")).status == 400
