"""The runs of a notebook's cells."""

from __future__ import annotations

from tornado import web

from lightflow_jlab.contract.cells import CellQuery
from lightflow_jlab.server import arguments
from lightflow_jlab.server.access import authorized
from lightflow_jlab.server.handler import LightflowHandler
from lightflow_jlab.server.runs import RESOURCE
from lightflow_jlab.store import Store


class CellsHandler(LightflowHandler):
    @web.authenticated
    @authorized("read", RESOURCE)
    async def post(self) -> None:
        """Answer a question that is too long for an address; nothing is changed."""
        cell_ids = arguments.check_cell_ids(self.body(CellQuery).cell_ids)
        await self.answer(await self.service.read(Store.cell_runs, cell_ids))
