"""How MLflow's REST calls are made: JSON in and out, page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from lightflow_jlab.remote.connection import Connection
from lightflow_jlab.remote.failures import RefusedError, UnreachableError

API = "api/2.0/mlflow"
T = TypeVar("T")


class MlflowCalls:
    """One server. Every method blocks, and raises what `Connection.request` does."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def uri(self) -> str:
        return self._connection.uri

    def _get(self, path: str, /, **query: Any) -> Any:
        return self._checked(self._connection.get(f"{API}/{path}", **query), dict)

    def _post(self, path: str, /, **body: Any) -> Any:
        return self._checked(self._connection.send("POST", f"{API}/{path}", body), dict)

    def _patch(self, path: str, /, **body: Any) -> Any:
        return self._checked(self._connection.send("PATCH", f"{API}/{path}", body), dict)

    def _known(self, path: str, /, **query: Any) -> Any:
        """Return what `_get` does, None where there is nothing of that name or id."""
        try:
            return self._get(path, **query)
        except RefusedError as error:
            if error.status == 404 or error.code == "RESOURCE_DOES_NOT_EXIST":
                return None
            raise

    def _checked(self, answer: Any, kind: type[T]) -> T:
        if isinstance(answer, kind):
            return answer
        raise UnreachableError(f"{self.uri} answers something that MLflow's protocol doesn't have.")

    def _page(
        self, ask: Callable[..., Any], path: str, name: str, token: str, /, **asked: Any
    ) -> tuple[list[Any], str]:
        """Return what one page has under a name, and the next one's token, empty at the end."""
        if token:
            asked["page_token"] = token
        answer = ask(path, **asked)
        return self._checked(answer.get(name, []), list), answer.get("next_page_token", "")

    def _pages(
        self, ask: Callable[..., Any], path: str, name: str, /, **asked: Any
    ) -> Iterator[Any]:
        token = ""
        while True:
            items, token = self._page(ask, path, name, token, **asked)
            yield from items
            if not token:
                return


def pairs(items: list[dict[str, str]] | None) -> dict[str, str]:
    """Return the tags or params of a message by key."""
    return {one["key"]: one.get("value", "") for one in items or ()}
