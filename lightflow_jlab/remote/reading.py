"""What a server has of runs, read through MLflow's protocol, which Lightflow speaks too."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from lightflow_jlab.config.destinations import server_of
from lightflow_jlab.config.notices import warn_once
from lightflow_jlab.contract.logs import LogState
from lightflow_jlab.errors import InvalidValueError, NotFoundError
from lightflow_jlab.remote.connection import Connection
from lightflow_jlab.remote.detect import API, Server, detect
from lightflow_jlab.remote.failures import RefusedError
from lightflow_jlab.remote.mlflow_api import MlflowApi
from lightflow_jlab.remote.mlflow_ledger import sent_position
from lightflow_jlab.remote.mlflow_runs import ID_TAG

SECONDS = 15.0
SENT_SECONDS = 10.0
_POLL_SECONDS = 0.1
Position = tuple[str, int, int]
"""Writer, segment, byte."""


class RemoteReader:
    """Reads from the server of an outbox. Blocks.

    Raises
    ------
    UnreachableError
        The server doesn't answer, or is none that we know.
    """

    def __init__(self, outbox: Path) -> None:
        uri = server_of(outbox)
        if uri is None:
            raise NotFoundError(f"{outbox} doesn't say which server it is for.")
        self._outbox = outbox
        self._server = detect(uri)
        self.api = MlflowApi(Connection(protocol_uri(self._server), self._server.kind, SECONDS))

    def await_sent(self, position: Position | None) -> None:
        """Wait a moment until the server has what this process logged; say so where it hasn't."""
        deadline = time.monotonic() + SENT_SECONDS
        while position is not None and self._sent(position[0]) < position[1:]:
            if time.monotonic() > deadline:
                warn_once(
                    f"not-sent:{self._outbox}",
                    f"Not all that was logged is on {self._server.uri} yet: what you read may lack "
                    "the last of it.",
                )
                return
            time.sleep(_POLL_SECONDS)

    def run(self, run_id: str) -> dict[str, Any]:
        """Return a run by the server's id or by ours. Raises `NotFoundError`."""
        found = self.api.get_run(run_id)
        if found is None and self._server.kind == "mlflow":
            query = f"tags.`{ID_TAG}` = '{run_id}'"
            found = next(self.api.search_runs(self._experiment_ids(), query, view="ALL"), None)
        if found is None:
            raise NotFoundError(f"There is no run with the id {run_id!r} on {self._server.uri}.")
        return found

    def search(
        self,
        experiment_ids: Sequence[str] | None,
        query: str,
        order_by: Sequence[str],
        view: str,
        most: int,
    ) -> list[dict[str, Any]]:
        ids = list(experiment_ids) if experiment_ids is not None else self._experiment_ids()
        if not ids:
            return []
        page = max(1, min(most, 1_000))
        try:
            return list(islice(self.api.search_runs(ids, query, list(order_by), view, page), most))
        except RefusedError as error:
            raise InvalidValueError(f"{self._server.uri} refuses the search: {error}") from None

    def history(self, run_id: str, key: str) -> list[dict[str, Any]]:
        """Return all points of a metric, in step order."""
        run = self.run(run_id)
        points = self.api.history(run["info"]["run_id"], key)
        return sorted(points, key=lambda point: int(point.get("step", 0)))

    def experiment_id(self, name: str) -> str:
        found = self.api.experiment_named(name)
        if found is None:
            raise NotFoundError(f"There is no experiment named {name!r} on {self._server.uri}.")
        return str(found["experiment_id"])

    def experiment_name(self, experiment_id: str) -> str:
        for one in self.api.experiments("ALL"):
            if one["experiment_id"] == experiment_id:
                return str(one["name"])
        raise NotFoundError(f"There is no experiment {experiment_id!r} on {self._server.uri}.")

    def _experiment_ids(self) -> list[str]:
        return [str(one["experiment_id"]) for one in self.api.experiments()]

    def _sent(self, writer_id: str) -> tuple[int, int]:
        if self._server.kind == "mlflow":
            return sent_position(self._outbox, writer_id)
        connection = Connection(self._server.uri, "lightflow", SECONDS)
        body = connection.request("GET", f"{API}/logs/{writer_id}")
        segments = msgspec.json.decode(body, type=LogState).segments
        return max(((one.segment, one.imported_bytes) for one in segments), default=(0, 0))


def protocol_uri(server: Server) -> str:
    return server.uri if server.kind == "mlflow" else f"{server.uri}/lightflow/mlflow"
