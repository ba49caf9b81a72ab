"""Jupyter's authorisation, with types.

Each method needs a decorator of its own, with action and resource: Jupyter's, without them, keeps
the first answer for every method that shares it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Literal, TypeVar, cast

from jupyter_server.auth import decorator

Method = TypeVar("Method", bound=Callable[..., Awaitable[None]])
Action = Literal["read", "write", "execute"]


def authorized(action: Action, resource: str) -> Callable[[Method], Method]:
    """Let the server's Authorizer decide before the method is called; 403 where it says no."""
    guard: Any = decorator.authorized(action, resource)
    return cast("Callable[[Method], Method]", guard)
