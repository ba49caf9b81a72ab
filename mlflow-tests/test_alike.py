"""The same calls, the same answers: each story is told to MLflow's own server and to ours."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import Server
from mlflow.server.handlers import get_endpoints
from stories import (
    artifacts,
    bad_input,
    datasets,
    experiments,
    logged_models,
    metrics,
    pages,
    registry,
    registry_search,
    run_search,
    runs,
)
from stories.telling import Names, Scenario, differences

SUBJECTS = (
    experiments,
    runs,
    metrics,
    run_search,
    datasets,
    logged_models,
    registry,
    registry_search,
    pages,
    artifacts,
    bad_input,
)
STORIES: list[Scenario] = [story for subject in SUBJECTS for story in subject.SCENARIOS]
OUT_OF_SCOPE = (
    "traces",
    "unified-traces",
    "get-online-trace-details",
    "workspaces",
    "assessments",
    "issues",
    "label-schemas",
    "datasets",
    "scorer",
    "scorers",
    "gateway",
    "genai",
    "jobs",
    "demo",
    "prompt-optimization",
    "review-queues",
    "webhooks",
)
"""First words of the addresses of what Lightflow doesn't keep."""
NOT_ASKED = {
    # A cloud's object stores only; MLflow's own server refuses them with files on its disk.
    ("POST", "/mlflow/artifacts/presigned-upload-url"),
    ("POST", "/mlflow/artifacts/presigned-download-url"),
    # Optional to clients, which take a 404 for an older server.
    ("GET", "/mlflow/server-info"),
}


@pytest.fixture(scope="session")
def told(ours: Server, theirs: Server) -> Iterator[Callable[[Scenario], list[str]]]:
    """Return a function that tells a story to both, once, and says where they answered unlike."""
    known: dict[Scenario, list[str]] = {}
    with ThreadPoolExecutor(2) as both:

        def tell(story: Scenario) -> list[str]:
            if story not in known:
                # To both at the same time: neither hears of the other.
                answers = both.map(lambda one: list(story(one)), (theirs, ours))
                expected, found = (Names().alike(one) for one in answers)
                known[story] = list(differences(expected, found))
            return known[story]

        yield tell


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_both_servers_answer_alike(story: Scenario, told: Callable[[Scenario], list[str]]) -> None:
    unlike = told(story)
    assert not unlike, "\n".join(unlike)


def test_the_stories_call_every_address_in_scope(
    told: Callable[[Scenario], list[str]], ours: Server
) -> None:
    for story in STORIES:
        told(story)
    missed = {
        (method, path)
        for method, path in addresses()
        if not is_out_of_scope(path)
        and not any(
            verb == method and re.fullmatch(f".*{pattern(path)}", asked)
            for verb, asked in ours.asked
        )
    }
    assert missed == NOT_ASKED


def test_what_is_out_of_scope_is_answered_not_implemented(ours: Server) -> None:
    for method, path in addresses():
        if is_out_of_scope(path):
            where = re.sub("<.*?>", "x", path)
            for root in ("/api/2.0", "/ajax-api/3.0"):
                status, body = ours.call(method, root + where, None if method == "GET" else {})
                assert (status, body["error_code"]) == (501, "NOT_IMPLEMENTED"), (method, where)


def test_prompts_are_not_implemented(ours: Server) -> None:
    tags = [{"key": "mlflow.prompt.is_prompt", "value": "true"}]
    status, answer = ours.call("POST", "registered-models/create", {"name": "greet", "tags": tags})
    assert (status, answer["error_code"]) == (501, "NOT_IMPLEMENTED")


def addresses() -> list[tuple[str, str]]:
    """Return the methods and addresses of MLflow's own table, without the version of the API."""
    return sorted(
        {
            (method, re.sub(r"^/(ajax-)?api/\d[.]0", "", path))
            for path, _, methods in get_endpoints()
            for method in methods
            if "api/" in path
        }
    )


def is_out_of_scope(path: str) -> bool:
    return path.removeprefix("/mlflow/").partition("/")[0] in OUT_OF_SCOPE


def pattern(path: str) -> str:
    return re.sub("<path:.*?>", ".+", re.sub("<[^:>]*>", "[^/]+", path))
