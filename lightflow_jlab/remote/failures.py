"""What goes wrong between us and a server, by what is to be done about it."""

from __future__ import annotations

from lightflow_jlab.errors import StoreError


class UnreachableError(StoreError):
    """The server doesn't answer, or not now: the same is tried again later."""

    def __init__(self, message: str, wait_seconds: float = 0.0) -> None:
        super().__init__(message)
        self.wait_seconds = wait_seconds
        """What the server asked to wait for."""


class RefusedError(StoreError):
    """The server won't have this, however often it is sent."""

    def __init__(self, message: str, status: int, code: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class NotAllowedError(UnreachableError):
    """The server asks who we are, or doesn't like the answer."""


class UnknownServerError(UnreachableError):
    """Something answers, but neither MLflow nor Lightflow."""
