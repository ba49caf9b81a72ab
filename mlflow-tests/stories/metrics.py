"""Points of metrics, and histories of one run and of several."""

from __future__ import annotations

from typing import Any

from conftest import Server

from stories.telling import PAGES, made, outcome, run, scenario_list

SCENARIOS, scenario = scenario_list()


@scenario
def metrics_are_kept(server: Server) -> Any:
    one = run(server, made(server, "metrics"), "one")
    log = "runs/log-metric"
    for step, value in ((3, 0.5), (1, 2.5), (2, "NaN"), (3, 0.5)):
        server.post(log, run_id=one, key="loss", value=value, timestamp=10 + step, step=step)
    for value in (5.0, 7.0, 6.0):
        server.post(log, run_id=one, key="tie", value=value, timestamp=1, step=1)
    server.post(log, run_id=one, key="no step", value=1, timestamp=1)
    points = [
        {"key": "inf", "value": "Infinity", "timestamp": 1, "step": 1},
        {"key": "inf", "value": "-Infinity", "timestamp": 2, "step": 2},
        {"key": "a/b", "value": "0.25", "timestamp": "7", "step": "9"},
        {"key": "a/b", "value": 1, "timestamp": 7, "step": 9},
        {"key": "nan", "value": "NaN", "timestamp": 7, "step": -9},
    ]
    yield server.post(
        "runs/log-batch",
        run_id=one,
        metrics=points,
        params=[{"key": "depth", "value": "3"}],
        tags=[{"key": "t", "value": "1"}, {"key": "t", "value": "2"}],
    )
    yield server.post("runs/log-batch", run_id=one, metrics=points)
    yield server.get("runs/get", run_id=one)
    for key in ("loss", "tie", "inf", "a/b", "nan", "no step", "unknown"):
        yield key, server.get("metrics/get-history", run_id=one, metric_key=key)
    page = server.get("metrics/get-history", run_id=one, metric_key="loss", max_results=2)
    yield page["metrics"]
    token = page["next_page_token"]
    yield server.get(
        "metrics/get-history", run_id=one, metric_key="loss", max_results=2, page_token=token
    )
    for query in (
        {"run_id": one},
        {"run_id": one, "metric_key": "loss", "max_results": 0},
        {"run_id": one, "metric_key": "loss", "max_results": 5, "page_token": "x"},
        {"metric_key": "loss"},
    ):
        yield outcome(server.call("GET", "metrics/get-history", **query))


@scenario
def histories_of_several_runs(server: Server) -> Any:
    number = made(server, "histories")
    runs = [run(server, number, name) for name in ("one", "two")]
    for index, one in enumerate(runs):
        points = [
            {"key": "m", "value": step * 1.0 + index, "timestamp": step, "step": step}
            for step in range(50)
        ]
        server.post("runs/log-batch", run_id=one, metrics=points)
    path = f"{PAGES}/metrics/get-history-bulk-interval"
    for query in (
        {"max_results": 100},
        {"start_step": 5, "end_step": 9},
        {"start_step": 5},
        {"start_step": 9, "end_step": 5},
        {"max_results": 0},
        {"max_results": 1},
    ):
        yield outcome(server.call("GET", path, run_ids=runs[:1], metric_key="m", **query))
    sampled = server.get(path, run_ids=runs[:1], metric_key="m", max_results=10)["metrics"]
    yield len(sampled), sampled[0]["step"], sampled[-1]["step"]
    yield outcome(server.call("GET", path, metric_key="m"))
    both = server.get(path, run_ids=runs, metric_key="m", max_results=7)["metrics"]
    yield [(one["run_id"], one["step"], one["value"]) for one in both]
    for most in (2, 3, 49, 50, 51):
        some = server.get(path, run_ids=runs[:1], metric_key="m", max_results=most)["metrics"]
        yield most, [one["step"] for one in some]
    some = server.get(path, run_ids=runs, metric_key="m", start_step=10, end_step=30, max_results=4)
    yield some["metrics"]
    yield server.get(path, run_ids=runs, metric_key="nothing")
    bulk = f"{PAGES}/metrics/get-history-bulk"
    points = server.get(bulk, run_id=runs, metric_key="m")["metrics"]
    yield [[one["value"] for one in points if one["run_id"] == run_id] for run_id in runs]
    yield server.get(bulk, run_id=runs[:1], metric_key="m", max_results=3)
    yield server.get(bulk, run_id=[runs[0], "0" * 32], metric_key="m", max_results=3)
