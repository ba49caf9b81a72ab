"""Calls of MLflow's REST clients, answered in this process."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from mlflow.exceptions import RestException
from mlflow.utils.proto_json_utils import parse_dict

from lightflow_jlab.errors import LightflowError
from lightflow_jlab.importer.catch_up import catch_up
from lightflow_jlab.mlflow_plugin.address import inward, outward
from lightflow_jlab.mlflow_protocol.calling import find
from lightflow_jlab.mlflow_protocol.errors import explain
from lightflow_jlab.store import Store


class Calls:
    """Answers from one store, which a server may have open at the same time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._opened: tuple[int, Store] | None = None

    def store(self, *, current: bool) -> Store:
        """Return the store; `current` is with all that programs have logged up to now."""
        # A forked child may not use the connections of its parent.
        if current or self._opened is None or self._opened[0] != os.getpid():
            self._opened = (os.getpid(), catch_up(self.folder))
        return self._opened[1]

    def call(self, endpoint: str, method: str, body: str | None, reply: Any) -> Any:
        """Fill and return MLflow's message. Raises its exception, with its error code."""
        fields = inward(json.loads(body or "{}"), self.folder)
        try:
            call = find(method, endpoint)
            answer = call.answer(self.store(current=call.reads), fields)
        except (LightflowError, NotImplementedError) as error:
            raise _refusal(error) from None
        parse_dict(js_dict=outward(answer, self.folder), message=reply)
        return reply


def _refusal(error: Exception) -> Any:
    known = explain(error)
    assert known is not None
    _, message = known
    return RestException({"error_code": message.error_code, "message": message.message})
