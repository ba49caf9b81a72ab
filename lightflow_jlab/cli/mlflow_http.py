"""A running MLflow server's REST protocol, spoken by a command of ours."""

from __future__ import annotations

import shutil
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from lightflow_jlab.errors import ConflictError, InvalidValueError, LightflowError, NotFoundError
from lightflow_jlab.remote.credentials import FromEnvironment

SECONDS = 120
_KINDS: dict[str, type[LightflowError]] = {
    "RESOURCE_DOES_NOT_EXIST": NotFoundError,
    "RESOURCE_ALREADY_EXISTS": ConflictError,
}


class MlflowHttp:
    """Named by whoever runs the command, and told the credentials of the environment.

    All methods raise `LightflowError` where the server can't be reached or refuses, and the kinds
    of it that MLflow's error code names.
    """

    def __init__(self, uri: str) -> None:
        self.uri = uri.rstrip("/")
        if urllib.parse.urlsplit(self.uri).scheme not in ("http", "https"):
            raise InvalidValueError(f"{uri!r} is no address of a server.")

    def get(self, path: str, /, **query: Any) -> Any:
        return self._json("GET", f"{path}?{urllib.parse.urlencode(query, doseq=True)}", None)

    def post(self, path: str, /, **body: Any) -> Any:
        return self._json("POST", path, body)

    def patch(self, path: str, /, **body: Any) -> Any:
        return self._json("PATCH", path, body)

    def pages(self, method: str, path: str, name: str, /, **asked: Any) -> Iterator[Any]:
        """Yield the items of all pages of a list."""
        token = ""
        call = self.get if method == "GET" else self.post
        while True:
            answer = call(path, **asked, **({"page_token": token} if token else {}))
            yield from answer.get(name, [])
            token = answer.get("next_page_token", "")
            if not token:
                return

    def files(self, address: str) -> list[Any]:
        """Return what lies in a folder of the artifact proxy, with paths relative to it."""
        where = f"/mlflow-artifacts/artifacts?{urllib.parse.urlencode({'path': address})}"
        with self._open("GET", where, None) as answer:
            found: list[Any] = msgspec.json.decode(answer.read()).get("files", [])
        return found

    def download(self, address: str, file: Path) -> None:
        """Fetch a file of the artifact proxy; it stands there when it is whole."""
        part = file.with_name(f".{file.name[:200]}.part")
        with self._open("GET", _artifact(address), None) as answer, part.open("wb") as out:
            shutil.copyfileobj(answer, out)
        part.chmod(0o600)
        part.replace(file)

    def upload(self, address: str, file: Path) -> None:
        with file.open("rb") as opened:
            headers = {
                "Content-Type": "application/octet-stream",
                "Content-Length": str(file.stat().st_size),
            }
            self._open("PUT", _artifact(address), opened, headers).close()

    def _json(self, method: str, path: str, body: Any) -> Any:
        data = None if body is None else msgspec.json.encode(body)
        headers = {"Content-Type": "application/json"}
        with self._open(method, f"/mlflow/{path}", data, headers) as answer:
            return msgspec.json.decode(answer.read() or b"{}")

    def _open(
        self, method: str, path: str, data: Any, headers: dict[str, str] | None = None
    ) -> Any:
        sent = dict(headers or {})
        if authorization := FromEnvironment().authorization("mlflow"):
            sent["Authorization"] = authorization
        address = f"{self.uri}/api/2.0{path}"
        request = urllib.request.Request(  # noqa: S310 - the scheme is checked above
            address, data, sent, method=method
        )
        try:
            return urllib.request.urlopen(request, timeout=SECONDS)  # noqa: S310 - as above
        except urllib.error.HTTPError as error:
            raise _refusal(address, error) from None
        except OSError as error:
            raise LightflowError(f"{self.uri} can't be reached: {error}.") from None


def pairs(items: list[dict[str, str]] | None) -> dict[str, str]:
    """Return the tags or params of a message by key."""
    return {one["key"]: one.get("value", "") for one in items or ()}


def _artifact(address: str) -> str:
    return f"/mlflow-artifacts/artifacts/{urllib.parse.quote(address)}"


def _refusal(address: str, error: urllib.error.HTTPError) -> LightflowError:
    said = error.read(2_000)
    try:
        body = msgspec.json.decode(said)
        kind = _KINDS.get(body["error_code"], LightflowError)
        return kind(f"{address} answered {error.code}: {body['message']}")
    except (msgspec.DecodeError, KeyError, TypeError):
        text = said[:500].decode("utf-8", "replace")
        return LightflowError(f"{address} answered {error.code}: {text}")
