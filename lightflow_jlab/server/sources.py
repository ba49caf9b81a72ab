"""Endpoints of the servers whose runs are shown beside the local store's: they are only read.

They answer as the endpoints of local runs do, below `sources/<name>/`.
"""

from __future__ import annotations

import os
import tempfile

from tornado import web

from lightflow_jlab.contract.contents import ArtifactList, SeriesList
from lightflow_jlab.contract.limits import check_artifact_path, check_key, check_run_id
from lightflow_jlab.contract.rest import ExperimentList
from lightflow_jlab.contract.sources import SourceList
from lightflow_jlab.errors import InvalidValueError
from lightflow_jlab.remote.mlflow_source import MlflowSource, SourceQuery
from lightflow_jlab.remote.mlflow_view import file_of
from lightflow_jlab.server import arguments, runs
from lightflow_jlab.server.access import authorized
from lightflow_jlab.server.artifacts import FileHandler
from lightflow_jlab.server.handler import LightflowHandler
from lightflow_jlab.server.preview import preview
from lightflow_jlab.server.source_service import SETTING, Sources
from lightflow_jlab.store.search import filter_hints

RESOURCE = "lightflow:sources"
MAX_RUNS_BY_ID = 100


class SourceHandler(LightflowHandler):
    @property
    def sources(self) -> Sources:
        found: Sources = self.settings[SETTING]
        return found

    def query(self, most: int) -> SourceQuery:
        return SourceQuery(
            experiment_ids=self.chosen_experiments(),
            filter=self.text("filter"),
            text=self.text("text"),
            order_by=tuple(self.filled_texts("order_by")),
            view=arguments.view(self.text("view", "active")),
            limit=self.integer("limit", runs.DEFAULT_LIMIT, 1, most),
            offset=self.integer("offset", 0, 0, arguments.MAX_INTEGER),
        )

    def chosen_experiments(self) -> tuple[str, ...] | None:
        found = self.experiment_ids()
        return None if found is None else tuple(found)


class SourcesHandler(SourceHandler):
    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        await self.answer(SourceList(sources=self.sources.listed()))


class SourceExperimentsHandler(SourceHandler):
    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, name: str) -> None:
        view = arguments.view(self.text("view", "active"))
        found = await self.sources.ask(name, MlflowSource.experiments, view)
        await self.answer(ExperimentList(experiments=found, seq=0))


class SourceRunsHandler(SourceHandler):
    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, name: str) -> None:
        run_ids = arguments.check_run_ids(self.filled_texts("run_id"), MAX_RUNS_BY_ID)
        if run_ids:
            page = await self.sources.ask(name, MlflowSource.runs, run_ids)
        else:
            page = await self.sources.ask(name, MlflowSource.page, self.query(runs.MAX_LIMIT))
        await self.answer(page)


class SourceRunIdsHandler(SourceHandler):
    """The first that match: a server answers whole runs, and so at most as many as in a page."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, name: str) -> None:
        query = self.query(runs.MAX_LIMIT)
        await self.answer(await self.sources.ask(name, MlflowSource.run_ids, query))


class SourceRunKeysHandler(SourceHandler):
    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, name: str) -> None:
        experiment_ids = self.chosen_experiments()
        await self.answer(await self.sources.ask(name, MlflowSource.keys, experiment_ids))


class SourceFilterHintsHandler(SourceHandler):
    """Hints by our grammar, which holds all of MLflow's; what is more, the server refuses."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, name: str) -> None:
        text = "".join(self.texts("text")[-1:])
        position = self.integer("position", len(text), 0, len(text))
        experiment_ids = self.chosen_experiments()
        keys = await self.sources.ask(name, MlflowSource.keys, experiment_ids)
        await self.answer(filter_hints(text, position, keys))


class SourceRunHandler(SourceHandler):
    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, name: str, run_id: str) -> None:
        found = await self.sources.ask(name, MlflowSource.detail, check_run_id(run_id))
        await self.answer(found)


class SourceArtifactsHandler(SourceHandler):
    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, name: str, run_id: str) -> None:
        check_run_id(run_id)
        path = self.text("path")
        if path:
            check_artifact_path(path)
        if self.text("files") == "all":
            found = await self.sources.ask(name, MlflowSource.files, run_id)
        else:
            found = await self.sources.ask(name, MlflowSource.artifacts, run_id, path)
        await self.answer(ArtifactList(run_id=run_id, path=path, artifacts=found))


class SourceArtifactPreviewHandler(SourceHandler):
    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, name: str, run_id: str, path: str) -> None:
        check_artifact_path(path)
        start = self.integer("start", 0, 0, arguments.MAX_INTEGER)
        with tempfile.TemporaryFile() as file:
            await self.sources.ask(name, MlflowSource.fetch, check_run_id(run_id), path, file)
            size_bytes = os.fstat(file.fileno()).st_size
            artifact = file_of(path, size_bytes)
            shown = await self.service.in_thread(preview, artifact, file, size_bytes, start)
        await self.answer(shown)


class SourceArtifactContentHandler(SourceHandler, FileHandler):
    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, name: str, run_id: str, path: str) -> None:
        # As Jupyter does for files: no other site may embed them.
        self.check_xsrf_cookie()
        check_artifact_path(path)
        with tempfile.TemporaryFile() as file:
            await self.sources.ask(name, MlflowSource.fetch, check_run_id(run_id), path, file)
            await self.send(path, file)


class SourceSeriesHandler(SourceHandler):
    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, name: str) -> None:
        run_ids = arguments.check_run_ids(self.texts("run_id"), runs.MAX_SERIES)
        if not run_ids:
            raise InvalidValueError("No run is named. Expected run_id=…, once or more.")
        series = await self.sources.ask(
            name,
            MlflowSource.series,
            run_ids,
            check_key("metric", self.text("key")),
            self.optional_integer("start_step"),
            self.optional_integer("end_step"),
            self.integer("max_points", runs.DEFAULT_POINTS, runs.LEAST_POINTS, runs.MAX_POINTS),
        )
        await self.answer(SeriesList(series=series, seq=0))
