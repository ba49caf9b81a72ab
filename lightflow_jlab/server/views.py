"""Endpoints of the saved views of the table."""

from __future__ import annotations

from tornado import web

from lightflow_jlab.contract.views import SavedViewCreate, SavedViewPatch
from lightflow_jlab.server.access import authorized
from lightflow_jlab.server.handler import LightflowHandler
from lightflow_jlab.store import Store, views

RESOURCE = "lightflow:views"


class ViewsHandler(LightflowHandler):
    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        await self.answer(await self.service.read(Store.ask, views.list_views))

    @web.authenticated
    @authorized("write", RESOURCE)
    async def post(self) -> None:
        asked = self.body(SavedViewCreate)
        user = self.current_user.username
        made = await self.service.read(Store.change, views.create_view, asked, user)
        await self.answer(made, 201)


class ViewHandler(LightflowHandler):
    @web.authenticated
    @authorized("write", RESOURCE)
    async def patch(self, view_id: str) -> None:
        patch, user = self.body(SavedViewPatch), self.current_user.username
        changed = await self.service.read(Store.change, views.update_view, view_id, patch, user)
        await self.answer(changed)

    @web.authenticated
    @authorized("write", RESOURCE)
    async def delete(self, view_id: str) -> None:
        await self.answer(await self.service.read(Store.change, views.delete_view, view_id))
