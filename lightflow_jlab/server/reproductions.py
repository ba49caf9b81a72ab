"""Endpoints of reproductions: starting one executes a run's recorded cells in a fresh kernel."""

from __future__ import annotations

from tornado import web

from lightflow_jlab.contract.limits import check_run_id
from lightflow_jlab.contract.reproduction import ReproductionList, ReproductionStart
from lightflow_jlab.server.access import authorized
from lightflow_jlab.server.handler import LightflowHandler
from lightflow_jlab.server.reproducing import Reproductions

RESOURCE = "lightflow:reproductions"
SETTING = "lightflow_reproductions"


class _Handler(LightflowHandler):
    @property
    def reproductions(self) -> Reproductions:
        found: Reproductions = self.settings[SETTING]
        return found


class ReproductionsHandler(_Handler):
    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, run_id: str) -> None:
        known = self.reproductions.of_run(check_run_id(run_id))
        await self.answer(ReproductionList(reproductions=known))

    @web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self, run_id: str) -> None:
        check_run_id(run_id)
        await self.service.writable_store()
        asked = self.body(ReproductionStart)
        await self.answer(await self.reproductions.start(run_id, asked), status=201)


class ReproductionHandler(_Handler):
    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, run_id: str, reproduction_id: str) -> None:
        await self.answer(self.reproductions.one(check_run_id(run_id), reproduction_id))

    @web.authenticated
    @authorized("execute", RESOURCE)
    async def delete(self, run_id: str, reproduction_id: str) -> None:
        check_run_id(run_id)
        await self.answer(await self.reproductions.cancel(run_id, reproduction_id))
