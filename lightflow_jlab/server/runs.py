"""Endpoints of runs, their keys, documents and series."""

from __future__ import annotations

from tornado import web

from lightflow_jlab.contract.contents import SeriesList
from lightflow_jlab.contract.limits import check_key, check_run_id
from lightflow_jlab.contract.rest import RunPatch, RunsPatch
from lightflow_jlab.errors import InvalidValueError
from lightflow_jlab.server import arguments
from lightflow_jlab.server.access import authorized
from lightflow_jlab.server.handler import LightflowHandler
from lightflow_jlab.store import Group, RunQuery, Store, bulk

RESOURCE = "lightflow:runs"
DEFAULT_LIMIT = 100
MAX_LIMIT = 1_000
MAX_IDS = 10_000
MAX_GROUPED_METRICS = 100
MAX_SERIES = 100
DEFAULT_POINTS = 1_000
MAX_POINTS = 10_000
LEAST_POINTS = 4


class QueryHandler(LightflowHandler):
    """Reads which runs are asked for from the address."""

    def query(self, limit: int, most: int) -> RunQuery:
        run_ids = arguments.check_run_ids(self.filled_texts("run_id"), MAX_LIMIT)
        below = self.text("below")
        return RunQuery(
            experiment_ids=self.experiment_ids(),
            filter=self.text("filter"),
            text=self.text("text"),
            order_by=self.filled_texts("order_by"),
            view=arguments.view(self.text("view", "active")),
            limit=self.integer("limit", limit, 1, most),
            offset=self.integer("offset", 0, 0, arguments.MAX_INTEGER),
            run_ids=run_ids or None,
            group=self._group(),
            nested=self.flag("nested"),
            folded=self.flag("folded"),
            below=check_run_id(below) if below else None,
        )

    def _group(self) -> Group | None:
        """Return the group that `in_group` and `value` name; without a value, of those without."""
        by, values = self.text("in_group"), self.texts("value")
        if not by:
            return None
        return Group(by, values[-1] if values else None)


class RunsHandler(QueryHandler):
    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        query = self.query(DEFAULT_LIMIT, MAX_LIMIT)
        await self.answer(await self.service.read(Store.runs, query))

    @web.authenticated
    @authorized("write", RESOURCE)
    async def patch(self) -> None:
        patch = self.body(RunsPatch)
        patch.run_ids = arguments.check_run_ids(patch.run_ids, MAX_IDS)
        await self.answer(await self.service.command(Store.change, bulk.update_runs, patch))


class RunIdsHandler(QueryHandler):
    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        query = self.query(MAX_IDS, MAX_IDS)
        await self.answer(await self.service.read(Store.run_ids, query))


class RunGroupsHandler(QueryHandler):
    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        metrics = list(dict.fromkeys(self.filled_texts("metric")))
        if len(metrics) > MAX_GROUPED_METRICS:
            raise InvalidValueError(
                f"{len(metrics)} metrics are asked for; at most {MAX_GROUPED_METRICS} are answered."
            )
        query = self.query(DEFAULT_LIMIT, MAX_LIMIT)
        groups = await self.service.read(Store.run_groups, query, self.text("by"), metrics)
        await self.answer(groups)


class RunKeysHandler(LightflowHandler):
    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        await self.answer(await self.service.read(Store.run_keys, self.experiment_ids()))


class FilterHintsHandler(LightflowHandler):
    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        text = "".join(self.texts("text")[-1:])
        position = self.integer("position", len(text), 0, len(text))
        hints = await self.service.read(Store.filter_hints, text, position, self.experiment_ids())
        await self.answer(hints)


class RunHandler(LightflowHandler):
    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, run_id: str) -> None:
        await self.answer(await self.service.read(Store.run_detail, check_run_id(run_id)))

    @web.authenticated
    @authorized("write", RESOURCE)
    async def patch(self, run_id: str) -> None:
        check_run_id(run_id)
        patch = self.body(RunPatch)
        await self.answer(await self.service.command(Store.update_run, run_id, patch))

    @web.authenticated
    @authorized("write", RESOURCE)
    async def delete(self, run_id: str) -> None:
        await self.answer(await self.service.command(Store.delete_run, check_run_id(run_id)))


class RunRestoreHandler(LightflowHandler):
    @web.authenticated
    @authorized("write", RESOURCE)
    async def post(self, run_id: str) -> None:
        await self.answer(await self.service.command(Store.restore_run, check_run_id(run_id)))


class DocumentHandler(LightflowHandler):
    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, run_id: str, kind: str) -> None:
        check_run_id(run_id)
        arguments.check_document_kind(kind)
        await self.answer(await self.service.read(Store.document, run_id, kind))


class ChangesHandler(LightflowHandler):
    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, run_id: str) -> None:
        await self.answer(await self.service.read(Store.changes_of_run, check_run_id(run_id)))


class SeriesHandler(LightflowHandler):
    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        run_ids = arguments.check_run_ids(self.texts("run_id"), MAX_SERIES)
        key = check_key("metric", self.text("key"))
        seq = await self.service.read(Store.seq)
        series = await self.service.read(
            Store.series,
            run_ids,
            key,
            start_step=self.optional_integer("start_step"),
            end_step=self.optional_integer("end_step"),
            max_points=self.integer("max_points", DEFAULT_POINTS, LEAST_POINTS, MAX_POINTS),
        )
        await self.answer(SeriesList(series=series, seq=seq))
