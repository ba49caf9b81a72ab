"""One thin handler class for each address of the protocol, made from the table of endpoints."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import msgspec
from tornado import web
from tornado.web import HTTPError

from lightflow_jlab.mlflow_protocol import decoding
from lightflow_jlab.mlflow_protocol.endpoint import Endpoint
from lightflow_jlab.server.access import authorized
from lightflow_jlab.server.answers import is_expected
from lightflow_jlab.server.handler import LightflowHandler
from lightflow_jlab.server.mlflow.errors import explain
from lightflow_jlab.store import Store


class MlflowHandler(LightflowHandler):
    """Errors in MLflow's form, and no token of a page where a script has none to give."""

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        error = kwargs.get("exc_info", (None, None, None))[1]
        if status_code == 403 and self._is_stranger() and self.check_host():
            status_code = 401
        sent = self.request.headers.get("Authorization", "")
        status, answer = explain(error, status_code, sent)
        self.set_status(status)
        self.set_header("Content-Type", "application/json")
        self.finish(msgspec.json.encode(answer))

    def log_exception(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, NotImplementedError) or is_expected(error):
            self.log.info("%s %s: %s", self.request.method, self.request.path, error)
        else:
            super().log_exception(kind, error, trace)

    def check_xsrf_cookie(self) -> None:
        """A token is proof enough. Where the server asks for none, other sites are kept out.

        A browser names its page's origin in every request that can change something; a script
        names none. The `Host` is Jupyter's to check, against rebound names.
        """
        if self._is_stranger():
            return
        if self.token_authenticated or self.identity_provider.auth_enabled:
            super().check_xsrf_cookie()
            return
        for name in ("Origin", "Referer"):
            sent = self.request.headers.get(name)
            if sent is not None and urlsplit(sent.lower()).netloc != self.request.host.lower():
                raise HTTPError(403, f"The {name} {sent[:200]!r} is another site's.")

    def _is_stranger(self) -> bool:
        return getattr(self, "_jupyter_current_user", None) is None


class PlainHandler(MlflowHandler):
    """A word that tools ask for to see whether a server is there."""

    def initialize(self, service: Any, text: str) -> None:  # type: ignore[override]
        super().initialize(service)
        self._text = text

    @web.authenticated
    @authorized("read", "lightflow:mlflow")
    async def get(self) -> None:
        await self.finish(self._text, set_content_type="text/plain")


class PageHandler(MlflowHandler):
    """Where the links lead that MLflow's client prints: to JupyterLab, which shows the sidebar.

    What they name stands behind `#`, which browsers keep to themselves and carry on. A browser of
    somebody who isn't known is led there too: JupyterLab then asks who it is.
    """

    async def prepare(self) -> None:  # type: ignore[override]
        try:
            await super().prepare()
        except HTTPError:
            if not (self._is_stranger() and self._is_for_people() and self.check_host()):
                raise
            self._lead()

    @web.authenticated
    @authorized("read", "lightflow:mlflow")
    async def get(self) -> None:
        if not self._is_for_people():
            raise HTTPError(404, "This is MLflow's protocol: a client's tracking URI ends here.")
        self._lead()

    def _is_for_people(self) -> bool:
        return self.request.method == "GET" and "text/html" in self.request.headers.get(
            "Accept", ""
        )

    def _lead(self) -> None:
        self.redirect(f"{self.base_url}lab?lightflow=open")


def handler_class(endpoints: list[Endpoint]) -> type[MlflowHandler]:
    """Return a handler of the endpoints that share an address."""
    name = "".join(part.title() for part in endpoints[0].path.replace("-", "/").split("/"))
    methods = {endpoint.method.lower(): _method(endpoint) for endpoint in endpoints}
    return type(f"{name}Handler", (MlflowHandler,), methods)


def _method(endpoint: Endpoint) -> Callable[..., Awaitable[None] | None]:
    """Return the method of one verb; its guards are its own, never shared with another's."""
    lists = decoding.list_fields(endpoint.request)

    @web.authenticated
    @authorized(endpoint.action, endpoint.resource)
    async def answer(self: MlflowHandler, **path: str) -> None:
        if endpoint.method == "GET":
            sent = self.request.query_arguments
            asked = decoding.from_query(
                endpoint.request,
                lists,
                [*sent, *path],
                lambda name: [path[name]] if name in path else self.texts(name),
            )
        else:
            asked = decoding.from_body(endpoint.request, self.whole_body(), path)
        if endpoint.action == "read":
            found = await self.service.read(Store.ask, endpoint.answer, asked)
        else:
            found = await self.service.command(Store.change, endpoint.answer, asked)
        await self.answer(found)

    return answer
