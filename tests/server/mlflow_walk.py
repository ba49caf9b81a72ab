"""Requests to each address of MLflow's protocol, all of whose fields are in order."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import msgspec

from lightflow_jlab.mlflow_protocol.endpoint import Endpoint

from .conftest import RUN, Lab

API = "/mlflow/api/2.0/mlflow"


async def fields_in_order(lab: Lab) -> dict[str, Any]:
    """Return a value for each field, which names what is there."""
    made = await lab.call("POST", f"{API}/logged-models", {"experiment_id": "1", "name": "net"})
    model_id = made.json["model"]["info"]["model_id"]
    await lab.call("POST", f"{API}/registered-models/create", {"name": "net"})
    version = {"name": "net", "source": f"runs:/{RUN}/model", "run_id": RUN}
    assert (await lab.call("POST", f"{API}/model-versions/create", version)).status == 200
    return {
        "experiment_id": "1",
        "experiment_ids": ["1"],
        "name": "net",
        "new_name": "new net",
        "run_id": RUN,
        "run_ids": [RUN],
        "model_id": model_id,
        "key": "key",
        "value": 1,
        "timestamp": 1,
        "metric_key": "loss",
        "version": "1",
        "alias": "best",
        "stage": "Staging",
        "status": "FINISHED",
        "max_results": 5,
        "tag_key": "key",
    }


def usual_body(endpoint: Endpoint, known: dict[str, Any]) -> dict[str, Any]:
    fields = msgspec.structs.fields(endpoint.request)
    return {one.name: known[one.name] for one in fields if one.name in known}


async def ask(lab: Lab, endpoint: Endpoint, known: dict[str, Any], body: Any) -> Any:
    """Send a body; what the address takes from its path is the body's, else what is known."""
    said = {**known, **body} if isinstance(body, dict) else known
    path = re.sub(r"\{(\w+)\}", lambda one: quote(said[one[1]], safe=""), endpoint.path)
    if endpoint.method == "GET":
        return await lab.call("GET", f"{API}/{path}", **body)
    return await lab.call(endpoint.method, f"{API}/{path}", body)
