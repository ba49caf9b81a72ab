"""Endpoints of experiments."""

from __future__ import annotations

from tornado import web

from lightflow_jlab.contract.rest import ExperimentCreate, ExperimentList, ExperimentPatch
from lightflow_jlab.server import arguments
from lightflow_jlab.server.access import authorized
from lightflow_jlab.server.handler import LightflowHandler
from lightflow_jlab.store import Store

RESOURCE = "lightflow:experiments"


class ExperimentsHandler(LightflowHandler):
    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        view = arguments.view(self.text("view", "active"))
        seq = await self.service.read(Store.seq)
        experiments = await self.service.read(Store.experiments, view)
        await self.answer(ExperimentList(experiments=experiments, seq=seq))

    @web.authenticated
    @authorized("write", RESOURCE)
    async def post(self) -> None:
        asked = self.body(ExperimentCreate)
        made = await self.service.command(Store.create_experiment, asked.name, asked.description)
        await self.answer(made, 201)


class ExperimentHandler(LightflowHandler):
    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, experiment_id: str) -> None:
        arguments.check_experiment_id(experiment_id)
        await self.answer(await self.service.read(Store.experiment, experiment_id))

    @web.authenticated
    @authorized("write", RESOURCE)
    async def patch(self, experiment_id: str) -> None:
        arguments.check_experiment_id(experiment_id)
        patch = self.body(ExperimentPatch)
        await self.answer(await self.service.command(Store.update_experiment, experiment_id, patch))

    @web.authenticated
    @authorized("write", RESOURCE)
    async def delete(self, experiment_id: str) -> None:
        arguments.check_experiment_id(experiment_id)
        await self.answer(await self.service.command(Store.delete_experiment, experiment_id))


class ExperimentRestoreHandler(LightflowHandler):
    @web.authenticated
    @authorized("write", RESOURCE)
    async def post(self, experiment_id: str) -> None:
        arguments.check_experiment_id(experiment_id)
        await self.answer(await self.service.command(Store.restore_experiment, experiment_id))
