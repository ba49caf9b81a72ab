"""Stories told to two servers, whose answers are compared.

What must differ is set alike: ids, times, tokens, and order where none is promised.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from conftest import Server

Scenario = Callable[[Server], Any]
"""Yields answers, which two servers must give alike."""

_ID = re.compile(r"(?:m-)?[0-9a-f]{32}")
_PLACE = re.compile(r"mlflow-artifacts:/(\d+)")
_EARLIEST = 1_700_000_000_000
_SORTED_BY = ("key", "alias", "version", "model_id", "timestamp", "step", "value")
FILES = "/api/2.0/mlflow-artifacts/artifacts"
PAGES = "/ajax-api/2.0/mlflow"
"""Where MLflow's own page asks, and its client for what came last."""
_UNORDERED = ("tags", "params", "metrics", "aliases", "latest_versions", "model_inputs")


class Names:
    """Gives each id the number in which it first appeared."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def alike(self, value: Any, key: str = "") -> Any:
        """Return a value without what is particular to one server."""
        if isinstance(value, dict):
            found = {name: self.alike(value[name], name) for name in sorted(value)}
            return {name: one for name, one in found.items() if one not in ("", [], {}, None)}
        if isinstance(value, list | tuple):
            items = value
            if key in _UNORDERED and items and isinstance(items[0], dict):
                items = sorted(value, key=lambda one: [str(one.get(name)) for name in _SORTED_BY])
            return [self.alike(one) for one in items]
        if isinstance(value, int) and not isinstance(value, bool) and value > _EARLIEST:
            return "<time>"
        if isinstance(value, str):
            if key == "next_page_token" and value:
                return "<token>"
            if key == "experiment_id":
                return self._name(f"experiment {value}")
            value = _PLACE.sub(
                lambda found: f"mlflow-artifacts:/{self._name(f'experiment {found[1]}')}", value
            )
            return _ID.sub(lambda found: self._name(found[0]), value)
        return value

    def _name(self, found: str) -> str:
        return self._known.setdefault(found, f"<id {len(self._known)}>")


def outcome(answer: tuple[int, Any]) -> Any:
    """Return an answer, of an error only what programs act on: its status and its code."""
    status, body = answer
    return (status, body) if status == 200 else (status, body.get("error_code"))


def scenario_list() -> tuple[list[Scenario], Callable[[Scenario], Scenario]]:
    """Return an empty list of stories, and what puts one into it."""
    scenarios: list[Scenario] = []

    def scenario(function: Scenario) -> Scenario:
        scenarios.append(function)
        return function

    return scenarios, scenario


def differences(expected: Any, found: Any, place: str = "") -> Iterator[str]:
    """Yield each place where two values differ."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in expected.keys() | found.keys():
            yield from differences(expected.get(key), found.get(key), f"{place}.{key}")
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for index, (one, other) in enumerate(zip(expected, found, strict=True)):
            yield from differences(one, other, f"{place}[{index}]")
    elif expected != found:
        yield f"{place}: {str(found)[:200]}, not {str(expected)[:200]}"


def made(server: Server, name: str) -> str:
    """Return the id of a new experiment."""
    return server.post("experiments/create", name=name)["experiment_id"]


def run(server: Server, experiment: str, name: str, **more: Any) -> str:
    """Return the id of a new run."""
    asked = {"start_time": 1_000, **more}
    answer = server.post("runs/create", experiment_id=experiment, run_name=name, **asked)
    return answer["run"]["info"]["run_id"]


def run_in(server: Server, name: str) -> tuple[str, str]:
    """Return the ids of a new experiment and of a run in it."""
    number = made(server, name)
    return number, run(server, number, "one")


def place_of(uri: str) -> str:
    """Return the address below the server at which an artifact URI is fetched and sent."""
    return f"{FILES}/{uri.removeprefix('mlflow-artifacts:/')}"


def refusals(server: Server, method: str, path: str, bodies: Iterator[Any] | list[Any]) -> Any:
    """Yield how each body is answered, with what tells it apart."""
    for body in bodies:
        yield str(body)[:80], outcome(server.call(method, path, body))
