"""The WebSocket: what changed after the client's cursor, and points of the series it watches."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import ws_authenticated
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from tornado.iostream import StreamClosedError
from tornado.web import HTTPError
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from lightflow_jlab.contract.limits import check_key, check_run_id
from lightflow_jlab.contract.stream import (
    Changes,
    ClientMessage,
    Hello,
    Points,
    Reset,
    ServerMessage,
    SubscribedSeries,
)
from lightflow_jlab.errors import InvalidValueError, LightflowError
from lightflow_jlab.server import arguments
from lightflow_jlab.server.handler import ErrorAnswers
from lightflow_jlab.server.service import StoreService
from lightflow_jlab.server.version import version
from lightflow_jlab.store import Store

RESOURCE = "lightflow:stream"
MAX_SUBSCRIBED = 4_000
"""A hundred runs in forty charts, as the browser subscribes to at most."""
MAX_MESSAGE_BYTES = 1024 * 1024
INTERVAL_SECONDS = 0.1
"""Between two looks at the store, so that a fast writer costs few, larger messages."""

_GOING_AWAY = 1001
_BAD_MESSAGE = 1008
_FAILED = 1011
_REASON_BYTES = 120


class StreamHandler(ErrorAnswers, WebSocketMixin, WebSocketHandler, JupyterHandler):
    """One connection. Nothing is queued: a slow client's next message holds all it missed."""

    def initialize(self, service: StoreService) -> None:
        self.service = service
        self._cursor: int | None = None
        self._subscribed: list[SubscribedSeries] = []
        self._something_new = asyncio.Event()
        self._pump: asyncio.Task[None] | None = None

    @property
    def max_message_size(self) -> int:
        return MAX_MESSAGE_BYTES

    @ws_authenticated
    async def get(self, *args: Any, **kwargs: Any) -> None:
        allowed = self.authorizer.is_authorized(self, self.current_user, "read", RESOURCE)
        if not await ensure_async(allowed):
            raise HTTPError(403)
        if since := self.get_query_argument("since", ""):
            self._cursor = arguments.integer("since", since, 0, arguments.MAX_INTEGER)
        await self.service.store()
        await super().get(*args, **kwargs)

    def open(self, *args: Any, **kwargs: Any) -> None:
        super().open(*args, **kwargs)
        self._leave = self.service.listen(self)
        self._pump = asyncio.create_task(self._run())

    def changed(self) -> None:
        self._something_new.set()

    def stopped(self) -> None:
        self.close(_GOING_AWAY, "The server stops.")

    def on_message(self, message: str | bytes) -> None:
        try:
            asked = msgspec.json.decode(message, type=ClientMessage)
            self._subscribed = _checked(asked.series)
        except (msgspec.MsgspecError, LightflowError, ValueError, RecursionError) as error:
            self.close(_BAD_MESSAGE, str(error).encode()[:_REASON_BYTES].decode(errors="ignore"))
        else:
            self._something_new.set()

    def on_close(self) -> None:
        if self._pump is not None:
            self._leave()
            self._pump.cancel()
        super().on_close()

    async def _run(self) -> None:
        try:
            await self._greet()
            while True:
                await self._something_new.wait()
                self._something_new.clear()
                await self._send_changes()
                await self._send_points()
                await asyncio.sleep(INTERVAL_SECONDS)
        except (WebSocketClosedError, StreamClosedError):
            return
        except Exception:
            self.log.exception("Lightflow's stream failed.")
            self.close(_FAILED, "The stream failed; the server's log says why.")

    async def _greet(self) -> None:
        store = await self.service.store()
        seq = await self.service.read(Store.seq)
        await self._send(Hello(store_id=store.store_id, seq=seq, version=version()))
        if self._cursor is None:
            self._cursor = seq
        elif self._cursor > seq:
            # The client knows another store, or this one before it was rebuilt.
            self._cursor = seq
            await self._send(Reset(seq=seq))
        self._something_new.set()

    async def _send_changes(self) -> None:
        assert self._cursor is not None
        news = await self.service.read(Store.changes, self._cursor)
        self._cursor = news.seq
        if isinstance(news, Reset) or not _is_empty(news):
            await self._send(news)

    async def _send_points(self) -> None:
        subscribed = self._subscribed
        if not subscribed:
            return
        points = await self.service.read(Store.points_after, subscribed)
        # Another subscription came meanwhile: it has asked for a look of its own.
        if points is None or subscribed is not self._subscribed:
            return
        self._subscribed = _continued(subscribed, points)
        await self._send(points)

    async def _send(self, message: ServerMessage) -> None:
        """Return when the message has left: the next one is made then, and not before."""
        await self.write_message(msgspec.json.encode(message))


def _is_empty(news: Changes) -> bool:
    removed = news.removed_run_ids or news.removed_experiment_ids
    return not (news.runs or news.experiments or removed)


def _checked(series: list[SubscribedSeries]) -> list[SubscribedSeries]:
    if len(series) > MAX_SUBSCRIBED:
        raise InvalidValueError(f"{len(series)} series; at most {MAX_SUBSCRIBED} are streamed.")
    for one in series:
        check_run_id(one.run_id)
        check_key("metric", one.key)
        arguments.check_range("start", one.start, 0, arguments.MAX_INTEGER)
    return series


def _continued(subscribed: list[SubscribedSeries], sent: Points) -> list[SubscribedSeries]:
    """Return the subscription after `sent`; stale series are the client's to subscribe anew."""
    ends = {(one.run_id, one.key): one.start + len(one.steps) for one in sent.series}
    stale = {(one.run_id, one.key) for one in sent.stale}
    return [
        SubscribedSeries(one.run_id, one.key, ends.get((one.run_id, one.key), one.start))
        for one in subscribed
        if (one.run_id, one.key) not in stale
    ]
