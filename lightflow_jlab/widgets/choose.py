"""The runs that a user means: ids, run objects, a filter, a DataFrame, or nothing at all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lightflow_jlab.contract.limits import RUN_ID
from lightflow_jlab.contract.rest import Run
from lightflow_jlab.errors import InvalidTypeError, InvalidValueError, NotFoundError
from lightflow_jlab.store import RunQuery, Store

MAX_RUNS = 20


def choose_runs(store: Store, runs: Any, *, default: int) -> list[Run]:
    """Return at most `MAX_RUNS` runs of a store; the newest `default` ones where `runs` is None.

    Raises
    ------
    NotFoundError
        An id or name names no run.
    InvalidValueError
        No run, or too many.
    """
    if runs is None:
        found = store.runs(RunQuery(limit=default)).runs
    elif isinstance(runs, str) and not RUN_ID.fullmatch(runs):
        named = _named(store, runs)
        found = [named] if named else store.runs(RunQuery(filter=runs, limit=MAX_RUNS)).runs
    else:
        found = [_run(store, one) for one in _each(runs)]
    if not found:
        raise InvalidValueError(
            "There is no run to show. Record one with %%track or lf.start_run(), or give another "
            "filter."
        )
    if len(found) > MAX_RUNS:
        raise InvalidValueError(
            f"{len(found)} runs were given; at most {MAX_RUNS} can be told apart. Choose some, "
            "for example runs.head(10)."
        )
    return found


def _each(runs: Any) -> Iterable[Any]:
    if hasattr(runs, "columns") and hasattr(runs, "__getitem__"):
        if "run_id" not in runs.columns:
            raise InvalidValueError(
                "The DataFrame has no column 'run_id'. Expected one such as lf.runs() returns."
            )
        return list(runs["run_id"])
    if isinstance(runs, str) or hasattr(runs, "info"):
        return [runs]
    if isinstance(runs, Iterable):
        return list(runs)
    raise InvalidTypeError(
        f"Can't choose runs by {type(runs).__name__}. Expected run ids, runs, a DataFrame of "
        'lf.runs(), or a filter such as "metrics.accuracy > 0.9".'
    )


def _run(store: Store, one: Any) -> Run:
    given = one.info.run_id if hasattr(one, "info") else one
    if not isinstance(given, str):
        raise InvalidTypeError(f"{given!r} is no run. Expected a run id of 32 hexadecimal digits.")
    if RUN_ID.fullmatch(given):
        return store.run(given)
    named = _named(store, given)
    if named is None:
        raise NotFoundError(f"No run has the id or name {given!r}.")
    return named


def _named(store: Store, name: str) -> Run | None:
    """Return the newest run of a name."""
    found = store.runs(RunQuery(text=name)).runs
    return next((run for run in found if run.run_name == name), None)
