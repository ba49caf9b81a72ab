"""`lf.track`: calls that are runs, iterations that are steps."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

import lightflow_jlab as lf


@pytest.fixture(autouse=True)
def store(tmp_path: Path) -> None:
    lf.set_tracking_uri(tmp_path)


def last() -> Any:
    (run,) = lf.search_runs(output_format="list", max_results=1)
    return run


def test_a_call_is_a_run_with_its_arguments_and_its_result() -> None:
    @lf.track
    def train(lr: float, depth: int = 3, *, api_key: str = "x", **more: Any) -> dict[str, Any]:
        """Train."""
        lf.log_metric("loss", 0.5)
        return {"accuracy": lr * 2, "loss": 9.0, "model": object(), "no@key": 1.0}

    assert train(0.25, width=8, labels={"no@key": 1})["accuracy"] == 0.5
    run = last()
    assert (run.info.run_name, run.info.status) == ("train", "FINISHED")
    assert run.data.params == {"lr": 0.25, "depth": 3, "width": 8}
    assert run.data.metrics == {"accuracy": 0.5, "loss": 0.5}
    assert {metric.key: metric.origin for metric in run.record.metrics} == {
        "accuracy": "auto",
        "loss": "user",
    }
    assert (train.__name__, train.__doc__) == ("train", "Train.")
    assert lf.active_run() is None


def test_a_call_that_raises_is_a_failed_run() -> None:
    @lf.track(run_name="doomed", experiment_name="digits", tags={"team": "vision"})
    def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fail()
    run = last()
    assert (run.info.run_name, run.info.status) == ("doomed", "FAILED")
    assert run.data.tags["team"] == "vision"


def test_wrong_arguments_start_no_run() -> None:
    @lf.track
    def train(lr: float) -> None: ...

    with pytest.raises(TypeError, match="missing"):
        train()  # type: ignore[call-arg]
    assert lf.runs().empty


def test_a_coroutine_is_a_run_until_it_is_done() -> None:
    @lf.track
    async def train(lr: float) -> float:
        await asyncio.sleep(0)
        return lr

    assert asyncio.run(train(0.5)) == 0.5
    assert last().data.metrics == {"result": 0.5}


@pytest.mark.parametrize("given", [3, int])
def test_what_is_neither_function_nor_loop_is_refused(given: Any) -> None:
    with pytest.raises(lf.InvalidTypeError, match="Expected a function"):
        lf.track(given)


def test_a_generator_function_is_refused() -> None:
    def generate() -> Any:
        yield 1

    with pytest.raises(lf.InvalidTypeError, match="is a generator"):
        lf.track(generate)


def steps(key: str) -> list[int]:
    return list(lf.metric_history(last().info.run_id, key)["step"])


def test_an_iteration_is_a_step_and_inner_loops_count_on() -> None:
    with lf.start_run() as run:
        for _ in lf.track(range(2), label="epoch"):
            for _ in lf.track([5, 6, 7]):
                lf.log_metric("batch_loss", 1.0)
                lf.log({"a": 1, "b": 2})
            lf.log_metric("loss", 1.0)
            lf.log_metric("own", 1.0, step=40)
        assert run.step is None
        lf.log_metric("loss", 1.0)
    assert steps("batch_loss") == steps("a") == [0, 1, 2, 3, 4, 5]
    assert steps("loss") == [0, 1, 2]
    assert steps("own") == [40, 40]
    assert lf.metric_history(run.info.run_id, "epoch/iterations_per_second")["value"].min() > 0


def test_a_run_that_the_first_iteration_starts_has_each_step_once() -> None:
    for number in lf.track(range(3)):
        lf.log_metric("loss", number)
    lf.end_run()
    assert steps("loss") == [0, 1, 2]


def test_a_loop_that_is_left_gives_the_step_back() -> None:
    with lf.start_run() as run:
        for number in lf.track(iter(range(100)), total=100):
            if number == 2:
                break
        assert run.step is None
    assert len(lf.track(range(7))) == 7
    with pytest.raises(TypeError, match="total"):
        len(lf.track(iter(())))


def test_a_loop_without_a_run_starts_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(lf.track("abc")) == ["a", "b", "c"]
    assert lf.runs().empty
    assert capsys.readouterr().err == ""
