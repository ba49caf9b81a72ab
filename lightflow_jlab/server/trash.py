"""Endpoints of the trash."""

from __future__ import annotations

from tornado import web

from lightflow_jlab.server import arguments
from lightflow_jlab.server.access import authorized
from lightflow_jlab.server.handler import LightflowHandler
from lightflow_jlab.store import Store

RESOURCE = "lightflow:trash"
_DAY_MILLISECONDS = 86_400_000
_MOST_DAYS = 100_000
_MOST_RUNS = 500


class TrashHandler(LightflowHandler):
    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        await self.answer(await self.service.read(Store.trash, older_than=self._age()))

    @web.authenticated
    @authorized("write", RESOURCE)
    async def delete(self) -> None:
        run_ids = arguments.check_run_ids(self.filled_texts("run_id"), _MOST_RUNS)
        left = await self.service.command(
            Store.empty_trash, older_than=self._age(), run_ids=run_ids or None
        )
        await self.answer(left)

    def _age(self) -> int:
        return self.integer("older_than_days", 0, 0, _MOST_DAYS) * _DAY_MILLISECONDS
