"""A call of the protocol without HTTP: an address and fields in, the answer's fields out."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

import msgspec

from lightflow_jlab.errors import NotFoundError
from lightflow_jlab.mlflow_protocol import decoding
from lightflow_jlab.mlflow_protocol.endpoint import Endpoint
from lightflow_jlab.mlflow_protocol.endpoints import ENDPOINTS
from lightflow_jlab.mlflow_protocol.scope import is_out_of_scope
from lightflow_jlab.store import Store

_ROOT = re.compile(r"^/(?:ajax-)?api/\d[.]0/mlflow/")


class Call(NamedTuple):
    endpoint: Endpoint
    path: dict[str, str]
    """What the address itself says."""

    @property
    def reads(self) -> bool:
        return self.endpoint.action == "read"

    def answer(self, store: Store, fields: dict[str, Any]) -> Any:
        """Answer in one transaction; the fields are JSON's types."""
        asked = decoding.from_fields(self.endpoint.request, {**fields, **self.path})
        run = store.ask if self.reads else store.change
        return msgspec.to_builtins(run(self.endpoint.answer, asked))


def find(method: str, address: str) -> Call:
    """Return who answers an address, which begins as a client's does.

    Raises `NotImplementedError` for what Lightflow doesn't keep, `NotFoundError` for no address.
    """
    path = _ROOT.sub("", address)
    for endpoint, pattern in _patterns():
        if endpoint.method == method and (found := pattern.fullmatch(path)):
            return Call(endpoint, found.groupdict())
    if is_out_of_scope(address):
        raise NotImplementedError(
            f"Lightflow doesn't serve {address}: it keeps experiments, runs and models."
        )
    raise NotFoundError(f"There is no {address} in the MLflow protocol that Lightflow serves.")


@cache
def _patterns() -> list[tuple[Endpoint, re.Pattern[str]]]:
    return [
        (one, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", one.path))) for one in ENDPOINTS
    ]
