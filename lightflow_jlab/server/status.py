"""How the server is, and the answer to addresses that nobody has."""

from __future__ import annotations

from tornado import web

from lightflow_jlab.contract.rest import ServerStatus
from lightflow_jlab.server.access import authorized
from lightflow_jlab.server.handler import LightflowHandler
from lightflow_jlab.server.version import version
from lightflow_jlab.store import RunQuery, Store
from lightflow_jlab.store.clock import now_milliseconds
from lightflow_jlab.store.losses import losses

RESOURCE = "lightflow:status"
_LIVE = ("RUNNING", "STALLED")
_NEWS_MILLISECONDS = 24 * 3_600_000
"""How long after the end of a run its losses are told; the run's own page tells them for good."""


class StatusHandler(LightflowHandler):
    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        store = await self.service.store()
        seq = await self.service.read(Store.seq)
        running = 0
        for status in _LIVE:
            query = RunQuery(filter=f"status = '{status}'", limit=1)
            running += (await self.service.read(Store.runs, query)).total
        await self.answer(
            ServerStatus(
                version=version(),
                store_id=store.store_id,
                seq=seq,
                running=running,
                warnings=[
                    *await self.service.read(_recent_losses),
                    *self.service.warnings(),
                    *await self.service.left_over(),
                ],
            )
        )


def _recent_losses(store: Store) -> list[str]:
    told = store.ask(losses, now_milliseconds() - _NEWS_MILLISECONDS).told()
    return [told] if told else []


class UnknownHandler(LightflowHandler):
    """Any other address below ours."""

    async def prepare(self) -> None:  # type: ignore[override]
        await super().prepare()
        message = "Lightflow has no such endpoint."
        if "/mlflow" in self.request.path:
            message += " The tracking URI of MLflow's clients ends in /lightflow/mlflow."
        raise web.HTTPError(404, message)
