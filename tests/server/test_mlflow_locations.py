"""Whatever an MLflow client says in whatever field, the server stays in its store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from lightflow_jlab.config.locations import state_folder
from lightflow_jlab.mlflow_protocol.endpoint import Endpoint
from lightflow_jlab.mlflow_protocol.endpoints import ENDPOINTS

from .conftest import Lab
from .mlflow_walk import ask, fields_in_order, usual_body
from .reaching import INSTALLED, reached
from .test_locations import HOSTILE, SECRET

PLACES = [
    "/etc/passwd",
    "../../../../../../../../etc/passwd",
    "file:///etc/passwd",
    "http://127.0.0.1:9/model",
]


async def test_no_field_of_any_address_leads_out_of_the_store(lab: Lab, folder: Path) -> None:
    await walk(lab, folder, PLACES)


@pytest.mark.slow
async def test_no_hostile_name_in_any_field_leads_out_of_the_store(lab: Lab, folder: Path) -> None:
    await walk(lab, folder, [text for text in HOSTILE if text])


async def walk(lab: Lab, folder: Path, texts: list[str]) -> None:
    """Send each text in each field of each address, the other fields being in order."""
    (folder.parent / "canary.txt").write_bytes(SECRET)
    known = await fields_in_order(lab)
    with reached() as found:
        for endpoint in ENDPOINTS:
            for body in bodies(endpoint, known, texts):
                answer = await ask(lab, endpoint, known, body)
                assert answer.status < 500 or answer.status == 501, (endpoint.path, body, answer)
                assert SECRET not in answer.body and b"root:" not in answer.body
    assert found.outside(folder, state_folder(), *INSTALLED) == []
    assert {one for one in found.others if f", {lab.port}" not in one} == set()


def bodies(endpoint: Endpoint, known: dict[str, Any], texts: list[str]) -> Iterator[dict[str, Any]]:
    usual = usual_body(endpoint, known)
    for field in msgspec.structs.fields(endpoint.request):
        kinds = {field.type, *get_args(field.type)}
        for text in texts:
            if str in {*kinds, *(part for kind in kinds for part in get_args(kind))}:
                yield {**usual, field.name: [text] if listed(kinds) else text}


def listed(kinds: set[Any]) -> bool:
    return any(getattr(kind, "__origin__", None) is list for kind in kinds)
