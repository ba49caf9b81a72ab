"""Requests to one server, by the standard library. Redirects are not followed: a token goes there
where the user said, and nowhere else.
"""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable
from typing import Any, BinaryIO

import msgspec

from lightflow_jlab.errors import InvalidValueError
from lightflow_jlab.remote.credentials import Credentials, FromEnvironment
from lightflow_jlab.remote.failures import NotAllowedError, RefusedError, UnreachableError

SECONDS = 30.0
LONG_SECONDS = 600.0
"""For files, which a proxy may take its time to pass on."""
MAX_ANSWER_BYTES = 256 * 1024 * 1024
_PASSING = frozenset((408, 425, 429, 500, 502, 503, 504, 507))
_PIECE_BYTES = 64 * 1024
_MOST_WAIT_SECONDS = 300.0


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


class Connection:
    """Speaks to a server. Blocks; holds nothing open between requests.

    Parameters
    ----------
    uri
        As `config.destinations.server_uri` returns it.
    kind
        Whose credentials are sent: `lightflow` or `mlflow`.
    seconds
        After which a server that takes no byte and sends none counts as not reachable.
    whole_seconds, most_bytes
        How long an answer may take in all, and how long it may be.
    """

    def __init__(
        self,
        uri: str,
        kind: str,
        seconds: float = SECONDS,
        *,
        credentials: Credentials | None = None,
        whole_seconds: float = LONG_SECONDS,
        most_bytes: int = MAX_ANSWER_BYTES,
    ) -> None:
        if urllib.parse.urlsplit(uri).scheme not in ("http", "https"):
            raise InvalidValueError(f"{uri!r} is no address of a server.")
        self.uri = uri
        self._kind = kind
        self._seconds = seconds
        self._whole_seconds = whole_seconds
        self._most_bytes = most_bytes
        self._credentials = credentials or FromEnvironment()
        self._opener = urllib.request.build_opener(_NoRedirect)

    def get(self, path: str, /, **query: Any) -> Any:
        """Return the JSON that a path below the server's address answers."""
        asked = f"?{urllib.parse.urlencode(query, doseq=True)}" if query else ""
        return _decoded(self.request("GET", path + asked), self.uri)

    def send(self, method: str, path: str, body: Any) -> Any:
        """Send JSON; return the JSON that is answered."""
        data = msgspec.json.encode(body)
        return _decoded(self.request(method, path, data, "application/json"), self.uri)

    def put_file(self, path: str, file: BinaryIO, size_bytes: int) -> None:
        """Send what an open file holds; it is read piece by piece."""
        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(size_bytes)}
        # An empty file has no pieces, which would leave the request without a body.
        self._open("PUT", path, file if size_bytes else b"", headers, LONG_SECONDS, _let_go)

    def get_file(self, path: str, out: BinaryIO) -> None:
        """Write what a path answers into an open file, piece by piece; raises what `request` does,
        when the file may hold a part of it.
        """
        self._open("GET", path, None, {}, self._seconds, out.write)

    def request(
        self, method: str, path: str, data: bytes | None = None, media_type: str = ""
    ) -> bytes:
        """Return the body of an answer.

        Raises
        ------
        UnreachableError
            Nothing or nobody answers, or for the moment only.
        RefusedError
            The server refuses this request.
        """
        headers = {"Content-Type": media_type} if data is not None else {}
        body = bytearray()
        self._open(method, path, data, headers, self._seconds, body.extend)
        return bytes(body)

    def _open(
        self,
        method: str,
        path: str,
        data: bytes | Iterable[bytes] | None,
        headers: dict[str, str],
        seconds: float,
        take: Callable[[bytes], object],
    ) -> None:
        if authorization := self._credentials.authorization(self._kind):
            headers = {**headers, "Authorization": authorization}
        request = urllib.request.Request(  # noqa: S310 - the scheme is checked above
            f"{self.uri}/{path}", data, headers, method=method
        )
        try:
            with self._opener.open(request, timeout=seconds) as answer:
                self._read(answer, take)
        except urllib.error.HTTPError as error:
            with error:
                raise self._explained(error) from None
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", None) or error
            raise UnreachableError(f"{self.uri} can't be reached: {reason}.") from None

    def _read(self, answer: http.client.HTTPResponse, take: Callable[[bytes], object]) -> None:
        deadline = time.monotonic() + self._whole_seconds
        size_bytes = 0
        while piece := answer.read1(_PIECE_BYTES):
            size_bytes += len(piece)
            if size_bytes > self._most_bytes:
                megabytes = self._most_bytes // 1024**2
                raise UnreachableError(f"{self.uri} answers with more than {megabytes} MB.")
            if time.monotonic() > deadline:
                raise UnreachableError(
                    f"{self.uri} takes more than {self._whole_seconds:g} s for an answer."
                )
            take(piece)

    def _explained(self, error: urllib.error.HTTPError) -> Exception:
        status = error.code
        code, said = _said(error)
        if status in (401, 403) or 300 <= status < 400:
            what = "sends us on to another address" if status < 400 else f"answers {status}"
            return NotAllowedError(
                f"{self.uri} {what}: it does not know us. {self._credentials.advice(self._kind)}, "
                "and give the address that the server itself has."
            )
        message = f"{self.uri} answers {status}: {said or 'without a word'}"
        if status in _PASSING:
            return UnreachableError(message, _wait_seconds(error.headers.get("Retry-After", "")))
        return RefusedError(said or message, status, code)


def _let_go(piece: bytes) -> None:
    """What is answered to a file says nothing."""


def _said(error: urllib.error.HTTPError) -> tuple[str, str]:
    """Return the code and the message of an answer that is an error."""
    try:
        body = error.read(20_000)
        answer = msgspec.json.decode(body)
        return str(answer.get("error_code", "")), str(answer.get("message", ""))[:2_000]
    except (msgspec.MsgspecError, AttributeError, OSError, http.client.HTTPException):
        return "", ""


def _wait_seconds(text: str) -> float:
    return min(float(text), _MOST_WAIT_SECONDS) if text.isdecimal() else 0.0


def _decoded(body: bytes, uri: str) -> Any:
    try:
        return msgspec.json.decode(body) if body else {}
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise UnreachableError(f"{uri} answers something that is no JSON.") from None
