"""What all endpoints share: bounded JSON in, structs out, errors as `ApiError`."""

from __future__ import annotations

from types import TracebackType
from typing import Any, TypeVar

import msgspec
from jupyter_server.base.handlers import APIHandler
from tornado.web import HTTPError, stream_request_body

from lightflow_jlab.server import arguments
from lightflow_jlab.server.answers import explain, is_expected
from lightflow_jlab.server.service import StoreService

MAX_BODY_BYTES = 10 * 1024 * 1024
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"

T = TypeVar("T")


class ErrorAnswers:
    """Answers every error as an `ApiError`."""

    def write_error(self: Any, status_code: int, **kwargs: Any) -> None:
        error = kwargs.get("exc_info", (None, None, None))[1]
        status, answer = explain(error, status_code)
        self.set_status(status)
        self.set_header("Content-Type", "application/json")
        self.finish(msgspec.json.encode(answer))

    def log_exception(
        self: Any,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if is_expected(error):
            self.log.info("%s %s: %s", self.request.method, self.request.path, error)
        else:
            super().log_exception(kind, error, trace)  # type: ignore[misc]


@stream_request_body
class LightflowHandler(ErrorAnswers, APIHandler):
    """A body is read piece by piece, so that one that is too large is never held."""

    max_body_bytes = MAX_BODY_BYTES
    media_type = "application/json"
    """What a body has to be."""

    def initialize(self, service: StoreService) -> None:
        self.service = service
        self._body = bytearray()

    @property
    def content_security_policy(self) -> str:
        return SANDBOX

    def set_default_headers(self) -> None:
        super().set_default_headers()
        # Also where the server's settings give one for all its pages.
        self.set_header("Content-Security-Policy", self.content_security_policy)

    async def prepare(self) -> None:  # type: ignore[override]
        await super().prepare()
        if self.request.method == "OPTIONS":
            return
        if self.current_user is None:
            raise HTTPError(403)
        self.check_body()

    def check_body(self) -> None:
        """Refuse a body that is none of ours before it comes."""
        headers = self.request.headers
        sent = headers.get("Content-Length", "0") != "0" or "Transfer-Encoding" in headers
        media_type = headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if sent and media_type != self.media_type:
            expected = "JSON" if self.media_type == "application/json" else self.media_type
            raise HTTPError(
                415, f"The body is {media_type or 'of no type'}; expected is {expected}."
            )
        length = headers.get("Content-Length", "0")
        if length.isdecimal() and int(length) > self.max_body_bytes:
            raise self._too_large()

    def data_received(self, chunk: bytes) -> None:
        # One byte over the bound is enough to know; the rest is not kept.
        self._body += chunk[: self.max_body_bytes + 1 - len(self._body)]

    def whole_body(self) -> bytes:
        """Return the body as it was sent. Raises 413."""
        if len(self._body) > self.max_body_bytes:
            raise self._too_large()
        return bytes(self._body)

    def body(self, kind: type[T]) -> T:
        """Return the JSON body as a struct. Raises msgspec's errors and 413."""
        try:
            return msgspec.json.decode(self.whole_body(), type=kind)
        except RecursionError:
            raise HTTPError(400, "The body is nested too deeply.") from None
        except UnicodeDecodeError:
            raise HTTPError(400, "The body is not UTF-8.") from None

    async def answer(self, struct: msgspec.Struct, status: int = 200) -> None:
        self.set_status(status)
        self.set_header("Cache-Control", "no-store")
        await self.finish(msgspec.json.encode(struct))

    def compute_etag(self) -> None:
        """Answers are not cached: no digest of each is needed."""

    def texts(self, name: str) -> list[str]:
        """Return a query argument's values as they were sent; tornado would trim and blank some."""
        sent = self.request.query_arguments.get(name, [])
        return [self.decode_argument(value, name) for value in sent]

    def filled_texts(self, name: str) -> list[str]:
        return [text for text in self.texts(name) if text]

    def text(self, name: str, default: str = "") -> str:
        return (self.filled_texts(name) or [default])[-1]

    def flag(self, name: str) -> bool:
        return self.integer(name, 0, 0, 1) == 1

    def integer(self, name: str, default: int, least: int, most: int) -> int:
        text = self.text(name)
        return arguments.integer(name, text, least, most) if text else default

    def optional_integer(self, name: str) -> int | None:
        text, most = self.text(name), arguments.MAX_INTEGER
        return arguments.integer(name, text, -most - 1, most) if text else None

    def experiment_ids(self) -> list[str] | None:
        """Return what `experiment_id` names, repeated; None for all experiments."""
        found = [arguments.check_experiment_id(i) for i in self.filled_texts("experiment_id")]
        return list(dict.fromkeys(found)) or None

    def _too_large(self) -> HTTPError:
        return HTTPError(413, f"The body is larger than {self.max_body_bytes} bytes.")
