"""The extension as Jupyter knows it: settings, start and stop."""

from __future__ import annotations

import os
from pathlib import Path

from jupyter_server.extension.application import ExtensionApp
from traitlets import Bool, Dict, Float, Unicode

from lightflow_jlab.config.destinations import is_server
from lightflow_jlab.config.locations import (
    STORE_NAME,
    TRACKING_URI_VARIABLE,
    store_from_uri,
)
from lightflow_jlab.errors import LightflowError
from lightflow_jlab.importer.retention import KEEP_DAYS_VARIABLE
from lightflow_jlab.remote.mlflow_source import MlflowSource
from lightflow_jlab.server.kernels import KernelWatch
from lightflow_jlab.server.reproducing import Reproductions
from lightflow_jlab.server.reproductions import SETTING as REPRODUCTIONS
from lightflow_jlab.server.routes import routes
from lightflow_jlab.server.service import StoreService
from lightflow_jlab.server.source_service import SETTING as SOURCES
from lightflow_jlab.server.source_service import Sources
from lightflow_jlab.server.source_settings import EXAMPLE, source_of


class LightflowApp(ExtensionApp):
    """Serves the store of the server's root folder and imports what its kernels record."""

    name = "lightflow_jlab"
    load_other_extensions = True

    store_folder = Unicode(
        "",
        config=True,
        help="Folder of the store; `.lightflow` in the server's root folder where it is empty. "
        f"{TRACKING_URI_VARIABLE} in the server's environment comes first.",
    )
    importing = Bool(
        True, config=True, help="Import what kernels record; off where another server does it."
    )

    keep_log_days = Float(
        -1.0,
        config=True,
        help="Days for which imported log files are kept, compressed, so that a damaged database "
        f"can be rebuilt. By default {KEEP_DAYS_VARIABLE}, or 30. 0 keeps none.",
    )

    mlflow_servers = Dict(
        {},
        config=True,
        help="MLflow or Lightflow servers whose runs the sidebar shows beside its own, by name: an "
        f"address, as in `{EXAMPLE}`, or a dictionary with `uri` and either `token` or `username` "
        "and `password`. With an address alone the variables of MLflow's client are used, "
        "MLFLOW_TRACKING_TOKEN and the like, from the server's environment.",
    )

    def initialize_handlers(self) -> None:
        assert self.serverapp is not None and self.serverapp.event_logger is not None
        folder = self._share_store(Path(self.serverapp.root_dir))
        self._kernels = KernelWatch(
            self.serverapp.kernel_manager,
            self.serverapp.event_logger,
            lambda: self._service.look_at_once(),
        )
        self._service = StoreService(
            folder,
            importing=self.importing,
            keep_days=None if self.keep_log_days < 0 else self.keep_log_days,
            is_stopped_by_user=self._kernels.is_stopped_by_user,
        )
        self._kernels.start()
        self._reproductions = Reproductions(self._service, self.serverapp.kernel_manager)
        self.serverapp.web_app.settings[REPRODUCTIONS] = self._reproductions
        self._sources = Sources(self._configured_sources())
        self.serverapp.web_app.settings[SOURCES] = self._sources
        self.handlers.extend(routes(self._service))
        self.serverapp.io_loop.add_callback(self._begin)

    async def stop_extension(self) -> None:
        """Close the streams and the store; kernels that go on are imported at the next start."""
        await self._reproductions.close()
        self._kernels.stop()
        self._sources.close()
        await self._service.close()
        if os.environ.get(TRACKING_URI_VARIABLE) == self._exported:
            del os.environ[TRACKING_URI_VARIABLE]

    def _configured_sources(self) -> dict[str, MlflowSource]:
        """Return the servers that can be used; the log tells of the others."""
        found = {}
        for name, given in self.mlflow_servers.items():
            try:
                found[name] = source_of(name, given)
            except LightflowError as error:
                self.log.error("LightflowApp.mlflow_servers: %s", error)
        return found

    def _share_store(self, root: Path) -> Path:
        """Return the store's folder, and name it to the kernels that inherit our environment.

        Where that names another server, kernels record there, and we show our own store.
        """
        self._exported: str | None = None
        given = os.environ.get(TRACKING_URI_VARIABLE)
        if given and not is_server(given):
            return store_from_uri(given)
        folder = store_from_uri(self.store_folder or root / STORE_NAME)
        if not given:
            self._exported = os.environ[TRACKING_URI_VARIABLE] = str(folder)
        return folder

    async def _begin(self) -> None:
        """Import without waiting for a browser: runs end and crash while nobody looks."""
        try:
            await self._service.store()
        except LightflowError as error:
            self.log.error("Lightflow can't open its store. %s", error)
