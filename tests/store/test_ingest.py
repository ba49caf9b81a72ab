"""What a log says is the same in the store, however it is cut into transactions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from lightflow_jlab.contract.records import (
    DocumentRecord,
    Heartbeat,
    ParamRecord,
    Params,
    RunEnd,
    RunStart,
    Tags,
)
from lightflow_jlab.contract.scalars import RunStatus
from lightflow_jlab.store import RunQuery, Store
from lightflow_jlab.store.ingest import Ingest

from .recorded import PROCESS, START, blank_store, columns, run_id

Step = Callable[[Ingest, int], None]
_RUNS = st.sampled_from((run_id(1), run_id(2)))
_WRITERS = st.sampled_from(("a" * 32, "b" * 32))


def _start(run: str, writer: str, experiment: str, resume: bool) -> Step:
    def step(ingest: Ingest, at: int) -> None:
        start = RunStart(
            run, experiment, f"run-{run[-1]}", at, "ada", PROCESS, cell_id="c", resume=resume
        )
        ingest.start_run(start, writer)

    return step


def _end(run: str, writer: str, status: RunStatus, error: str, dropped: int) -> Step:
    return lambda ingest, at: ingest.end_run(
        RunEnd(run, status, at, error_type=error, dropped=dropped), writer
    )


def _param(run: str, value: int, origin: Any) -> Step:
    return lambda ingest, at: ingest.set_params(
        Params(run, [ParamRecord("p", value, "int", origin)])
    )


def _tag(run: str, key: str, value: str | None) -> Step:
    return lambda ingest, at: ingest.set_tags(Tags(run, {key: value}))


def _points(run: str, key: str, steps: list[int]) -> Step:
    return lambda ingest, at: ingest.add_points(
        run, key, columns([float(at + step) for step in steps], steps, [at] * len(steps))
    )


def _document(run: str, text: str) -> Step:
    return lambda ingest, at: ingest.put_document(DocumentRecord(run, "note", "text/plain", text))


def _beat(writer: str, dropped: int) -> Step:
    return lambda ingest, at: ingest.count_dropped(Heartbeat(at, dropped), writer)


_steps = st.one_of(
    st.builds(_start, _RUNS, _WRITERS, st.sampled_from(("Default", "digits")), st.booleans()),
    st.builds(
        _end,
        _RUNS,
        _WRITERS,
        st.sampled_from(("FINISHED", "FAILED", "KILLED")),
        st.sampled_from(("", "ValueError")),
        st.integers(0, 2),
    ),
    st.builds(_param, _RUNS, st.integers(0, 9), st.sampled_from(("user", "auto"))),
    st.builds(
        _tag,
        _RUNS,
        st.sampled_from(("own", "mlflow.runName", "mlflow.note.content")),
        st.sampled_from((None, "x", "y")),
    ),
    st.builds(
        _points,
        _RUNS,
        st.sampled_from("xy"),
        st.lists(st.integers(0, 5), min_size=1, max_size=4),
    ),
    st.builds(_document, _RUNS, st.sampled_from("xy")),
    st.builds(_beat, _WRITERS, st.integers(0, 3)),
)


def _told(store: Store) -> list[Any]:
    """Return all that the store says, but for the numbers in the feed."""
    runs = store.runs(RunQuery(order_by=["name"], limit=10)).runs
    told: list[Any] = [sorted((one.name, one.run_count) for one in store.experiments())]
    for run in runs:
        detail = store.run_detail(run.run_id)
        told.append(msgspec.structs.replace(run, seq=0))
        told += [info.kind for info in detail.documents]
        told += [store.document(run.run_id, info.kind).text for info in detail.documents]
        for metric in run.metrics:
            history = store.history(run.run_id, metric.key)
            told.append([column.tolist() for column in (history.steps, history.values)])
    return told


@given(steps=st.lists(_steps, max_size=25), cuts=st.lists(st.booleans(), min_size=25, max_size=25))
@settings(deadline=None, max_examples=30)
def test_one_transaction_says_what_many_say(steps: list[Step], cuts: list[bool]) -> None:
    begun = [_start(run_id(number), "a" * 32, "Default", False) for number in (1, 2)]
    steps = [*begun, *steps]
    told = []
    for cut_after in ([True] * len(steps), [False] * len(steps), [False, False, *cuts]):
        with blank_store() as store:
            ended = 0
            for end in [at + 1 for at, cut in enumerate(cut_after[: len(steps)]) if cut] + [
                len(steps)
            ]:
                with store.ingest() as ingest:
                    for at in range(ended, end):
                        steps[at](ingest, START + at)
                ended = end
            told.append(_told(store))
    assert told[0] == told[1] == told[2]


def test_thousands_of_runs_fit_into_one_transaction(store: Store) -> None:
    with store.ingest() as ingest:
        for number in range(1_200):
            _start(run_id(number), "a" * 32, "Default", False)(ingest, START + number)
            _points(run_id(number), "loss", [0])(ingest, START)
    with store.ingest() as ingest:
        ingest.look_up(run_id(number) for number in range(1_200))
        for number in range(1_200):
            _points(run_id(number), "loss", [1])(ingest, START)
    page = store.runs(RunQuery(filter="metrics.loss > 0", limit=1))
    assert page.total == 1_200
    assert [metric.count for metric in page.runs[0].metrics] == [2]
