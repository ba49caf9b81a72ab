"""`lf.changed`: what differs between a run and the attempts of the same cell before it."""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import dataclass
from typing import Any

from lightflow_jlab.contract.limits import check_run_id
from lightflow_jlab.contract.rest import Run
from lightflow_jlab.contract.scalars import decode_number
from lightflow_jlab.errors import InvalidValueError, LightflowError, NotFoundError
from lightflow_jlab.store import RunQuery, Store
from lightflow_jlab.store.leading_metric import is_lower_better, leading_metric
from lightflow_jlab.tracking.fluent import last_active_run
from lightflow_jlab.tracking.reading import open_store

MAX_ATTEMPTS = 1_000
MAX_SHOWN = 20
_CELL_ID = re.compile(r"[\w-]{1,64}")


@dataclass(frozen=True)
class Changes:
    """What changed, as lines of text; empty where nothing did."""

    run_name: str
    since_previous: list[str]
    since_best: list[str]
    """Empty where there is no better attempt, or nothing says which is better."""

    def __str__(self) -> str:
        if not self.since_previous and not self.since_best:
            return f"{self.run_name}: nothing changed."
        return "\n".join([*self.since_previous, *self.since_best])

    __repr__ = __str__


def changed(run_id: str | None = None) -> Changes:
    """Return what changed since the previous attempt of a run's cell, and since the best one.

    Metrics with their direction where the name tells it, params, lines of the cell, packages, the
    git commit.

    Parameters
    ----------
    run_id
        By default the run last started in this process.

    Raises
    ------
    NotFoundError
        The run isn't there, or there is no earlier attempt to compare it with.
    """
    if run_id is None:
        latest = last_active_run()
        if latest is None:
            raise NotFoundError(
                "This process has recorded no run yet. Give the id of one: lf.changed(run_id)."
            )
        run_id = latest.info.run_id
    store = open_store()
    run = store.run(check_run_id(run_id))
    if not _CELL_ID.fullmatch(run.cell_id):
        raise InvalidValueError(
            f"The run {run.run_name!r} comes from no notebook cell. Compare it by lf.compare."
        )
    earlier = [
        other
        for other in store.runs(
            RunQuery(filter=f"tags.`lightflow.cellId` = '{run.cell_id}'", limit=MAX_ATTEMPTS)
        ).runs
        if other.source_name == run.source_name and 0 < other.attempt < run.attempt
    ]
    if not earlier:
        raise NotFoundError(
            f"The run {run.run_name!r} is the first attempt of its cell: there is nothing to "
            "compare it with."
        )
    previous = max(earlier, key=lambda other: other.attempt)
    best = _best(run, earlier)
    return Changes(
        run.run_name,
        _told(f"Since attempt {previous.attempt}", _differences(store, previous, run)),
        []
        if best is None or best is previous
        else _told(f"Since the best, attempt {best.attempt}", _differences(store, best, run)),
    )


def _told(title: str, differences: list[str]) -> list[str]:
    return [f"{title}: {'; '.join(differences)}"] if differences else []


def _best(run: Run, earlier: list[Run]) -> Run | None:
    """Return the earlier attempt that is better than the run by its leading metric."""
    key = leading_metric(run.metrics)
    if key is None:
        return None
    sign = -1 if is_lower_better(key) else 1
    ranked = [
        (sign * value, other)
        for other in [*earlier, run]
        if (value := _last_values(other).get(key)) is not None and value == value
    ]
    best = max(ranked, key=lambda pair: pair[0], default=(0.0, run))[1]
    return None if best is run else best


def _last_values(run: Run) -> dict[str, float]:
    return {metric.key: decode_number(metric.last) for metric in run.metrics}


def _differences(store: Store, before: Run, now: Run) -> list[str]:
    told = _metric_changes(_last_values(before), _last_values(now))
    told += _value_changes(
        "", *({param.key: param.value for param in run.params} for run in (before, now))
    )
    told += _line_changes(*(_document(store, run, "source") for run in (before, now)))
    packages = [
        _parsed(_document(store, run, "environment")).get("packages", {}) for run in (before, now)
    ]
    if all(packages):
        told += _value_changes("package ", packages[0], packages[1])
    commits = [run.tags.get("mlflow.source.git.commit", "")[:8] for run in (before, now)]
    if commits[0] != commits[1]:
        told.append(f"commit {commits[0] or 'none'} → {commits[1] or 'none'}")
    if len(told) > MAX_SHOWN:
        told = [*told[:MAX_SHOWN], f"and {len(told) - MAX_SHOWN} more"]
    return told


def _metric_changes(before: dict[str, float], now: dict[str, float]) -> list[str]:
    told = []
    for key in sorted(before.keys() & now.keys()):
        old, new = before[key], now[key]
        if old == new or (old != old and new != new):
            continue
        lower = is_lower_better(key)
        word = ""
        if lower is not None and old == old and new == new:
            word = ", better" if (new < old) == lower else ", worse"
        told.append(f"{key} {old:.5g} → {new:.5g} ({new - old:+.3g}{word})")
    told += [f"{key} is new: {now[key]:.5g}" for key in sorted(now.keys() - before.keys())]
    return told + [f"{key} is gone" for key in sorted(before.keys() - now.keys())]


def _value_changes(noun: str, before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    return [
        f"{noun}{key} {_shown(before, key)} → {_shown(now, key)}"
        for key in sorted(before.keys() | now.keys())
        if before.get(key, ...) != now.get(key, ...)
    ]


def _shown(values: dict[str, Any], key: str) -> str:
    text = str(values[key]) if key in values else "none"
    return text if len(text) <= 40 else f"{text[:39]}…"


def _line_changes(before: str, now: str) -> list[str]:
    lines = list(difflib.unified_diff(before.splitlines(), now.splitlines(), n=0, lineterm=""))[2:]
    added = sum(line.startswith("+") for line in lines)
    removed = sum(line.startswith("-") for line in lines)
    return [f"lines of the cell +{added} −{removed}"] if added or removed else []


def _document(store: Store, run: Run, kind: str) -> str:
    try:
        return store.document(run.run_id, kind).text
    except LightflowError:
        return ""


def _parsed(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
