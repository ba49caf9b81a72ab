"""What MLflow's protocol has and this server doesn't, and what nobody has."""

from __future__ import annotations

import re

from tornado import web
from tornado.web import HTTPError

from lightflow_jlab.server.access import authorized
from lightflow_jlab.server.mlflow.handler import MlflowHandler

OUT_OF_SCOPE = (
    "artifacts/presigned-",
    "assessments",
    "datasets",
    "demo",
    "gateway",
    "genai",
    "get-online-trace-details",
    "graphql",
    "issues",
    "jobs",
    "label-schemas",
    "mcp",
    "prompt-optimization",
    "prompts",
    "review-queues",
    "scorer",
    "traces",
    "unified-traces",
    "users",
    "webhooks",
    "workspaces",
)
"""How the addresses begin of what Lightflow doesn't keep."""
_OUT_OF_SCOPE = re.compile(f"/mlflow/(?:{'|'.join(map(re.escape, OUT_OF_SCOPE))})")


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
        if _OUT_OF_SCOPE.search(path):
            raise NotImplementedError(
                f"Lightflow doesn't serve {path}: it keeps experiments, runs and models."
            )
        raise HTTPError(404, f"There is no {path} in the MLflow protocol that Lightflow serves.")
