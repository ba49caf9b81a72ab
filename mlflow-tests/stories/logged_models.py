"""Models that runs logged."""

from __future__ import annotations

from typing import Any

from conftest import Server

from stories.telling import outcome, place_of, run_in, scenario_list

SCENARIOS, scenario = scenario_list()


@scenario
def a_logged_model_lives(server: Server) -> Any:
    number, run = run_in(server, "logged models")
    body = {
        "experiment_id": number,
        "name": "net",
        "model_type": "sklearn",
        "source_run_id": run,
        "params": [{"key": "depth", "value": "3"}],
        "tags": [{"key": "team", "value": "vision"}],
    }
    answer = server.post("logged-models", **body)
    yield answer
    info = answer["model"]["info"]
    model = info["model_id"]
    yield outcome(server.call("PUT", f"{place_of(info['artifact_uri'])}/MLmodel", b"a: 1"))
    status = {"status": "LOGGED_MODEL_READY"}
    yield outcome(server.call("PATCH", f"logged-models/{model}", {"model_id": model, **status}))
    tags = {"tags": [{"key": "team", "value": "speech"}, {"key": "b", "value": "2"}]}
    yield outcome(server.call("PATCH", f"logged-models/{model}/tags", {"model_id": model, **tags}))
    yield outcome(server.call("DELETE", f"logged-models/{model}/tags/b", {}))
    yield outcome(server.call("DELETE", f"logged-models/{model}/tags/b", {}))
    params = {"model_id": model, "params": [{"key": "width", "value": "9"}]}
    yield outcome(server.call("POST", f"logged-models/{model}/params", params))
    point = {"key": "acc", "value": 0.5, "timestamp": 5, "step": 1, "model_id": model}
    data = {"dataset_name": "digits", "dataset_digest": "abc"}
    yield server.post("runs/log-metric", run_id=run, **point, **data)
    more = {**point, "value": 0.75, "timestamp": 6, "step": 2}
    yield server.post("runs/log-batch", run_id=run, metrics=[more, more])
    yield server.post("runs/outputs", run_id=run, models=[{"model_id": model, "step": 3}])
    yield server.post("runs/log-inputs", run_id=run, models=[{"model_id": model}])
    yield server.get("runs/get", run_id=run)
    yield server.get(f"logged-models/{model}")
    directories = f"/ajax-api/2.0/mlflow/logged-models/{model}/artifacts/directories"
    yield server.get(directories)
    yield outcome(server.call("DELETE", f"logged-models/{model}"))
    yield outcome(server.call("GET", f"logged-models/{model}"))
    for method, path, asked in (
        ("GET", f"logged-models/m-{'0' * 32}", None),
        ("PATCH", f"logged-models/m-{'0' * 32}", {"model_id": f"m-{'0' * 32}", **status}),
        ("POST", "logged-models", {"experiment_id": number, "name": "a/b"}),
        ("POST", "logged-models", {"experiment_id": "987654"}),
        ("POST", "logged-models", {}),
    ):
        yield outcome(server.call(method, path, asked))


@scenario
def logged_models_are_searched(server: Server) -> Any:
    number, run = run_in(server, "found models")
    for name, score in (("a", 0.1), ("b", 0.9), ("c", None)):
        made = server.post(
            "logged-models",
            experiment_id=number,
            name=name,
            params=[{"key": "size", "value": name * 2}],
            tags=[{"key": "kind", "value": "good" if score else "bad"}],
        )
        model = made["model"]["info"]["model_id"]
        if score is not None:
            point = {"key": "acc", "value": score, "timestamp": 1, "step": 1}
            data = {"dataset_name": f"set-{name}", "dataset_digest": "d"}
            server.post("runs/log-metric", run_id=run, model_id=model, **point, **data)

    def names(text: str = "", **asked: Any) -> Any:
        body = {"experiment_ids": [number], "filter": text, **asked}
        answer = server.post("logged-models/search", **body)
        return text, asked, [one["info"]["name"] for one in answer.get("models", [])]

    by_name = {"order_by": [{"field_name": "name", "ascending": True}]}
    for text in (
        "",
        "name = 'a'",
        "name LIKE '%'",
        "metrics.acc > 0.5",
        "params.size = 'bb'",
        "tags.kind = 'good' AND name != 'a'",
        f"source_run_id = '{run}'",
        "creation_timestamp > 5",
    ):
        yield names(text, **by_name)
    yield names(order_by=[{"field_name": "metrics.acc", "ascending": False}])
    yield names(order_by=[{"field_name": "metrics.acc", "ascending": True}])
    yield names(datasets=[{"dataset_name": "set-b", "dataset_digest": "d"}])
    answer = server.post("logged-models/search", experiment_ids=[number], max_results=2, **by_name)
    yield [one["info"]["name"] for one in answer["models"]]
    yield names(max_results=2, page_token=answer["next_page_token"], **by_name)[2]
