"""What MLflow's protocol has and this server doesn't, and what nobody has."""

from __future__ import annotations

from tornado import web
from tornado.web import HTTPError

from lightflow_jlab.mlflow_protocol.scope import is_out_of_scope
from lightflow_jlab.server.access import authorized
from lightflow_jlab.server.mlflow.handler import MlflowHandler


class UnknownHandler(MlflowHandler):
    """An address that MLflow's protocol may have and this server doesn't."""

    @web.authenticated
    @authorized("read", "lightflow:mlflow")
    async def get(self) -> None:
        self._refuse()

    @web.authenticated
    @authorized("write", "lightflow:mlflow")
    async def post(self) -> None:
        self._refuse()

    @web.authenticated
    @authorized("write", "lightflow:mlflow")
    async def put(self) -> None:
        self._refuse()

    @web.authenticated
    @authorized("write", "lightflow:mlflow")
    async def patch(self) -> None:
        self._refuse()

    @web.authenticated
    @authorized("write", "lightflow:mlflow")
    async def delete(self) -> None:
        self._refuse()

    def _refuse(self) -> None:
        path = self.request.path
        if is_out_of_scope(path):
            raise NotImplementedError(
                f"Lightflow doesn't serve {path}: it keeps experiments, runs and models."
            )
        raise HTTPError(404, f"There is no {path} in the MLflow protocol that Lightflow serves.")
