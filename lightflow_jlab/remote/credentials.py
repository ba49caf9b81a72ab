"""What proves to a server who we are. It stands in no message, no log and no store."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass, field
from typing import Protocol

_TOKENS = {
    "lightflow": ("LIGHTFLOW_TRACKING_TOKEN", "MLFLOW_TRACKING_TOKEN"),
    "mlflow": ("MLFLOW_TRACKING_TOKEN",),
}


class Credentials(Protocol):
    def authorization(self, kind: str) -> str:
        """Return the header for a server of a kind (`lightflow`, `mlflow`); empty for none."""

    def advice(self, kind: str) -> str:
        """Say what to do where they are not taken."""


class FromEnvironment:
    """Read anew for each request, from the variables that MLflow's client reads too."""

    def authorization(self, kind: str) -> str:
        for name in _TOKENS[kind]:
            if token := os.environ.get(name, "").strip():
                return _bearer(token)
        if kind == "mlflow" and (user := os.environ.get("MLFLOW_TRACKING_USERNAME")):
            return _basic(user, os.environ.get("MLFLOW_TRACKING_PASSWORD", ""))
        return ""

    def advice(self, kind: str) -> str:
        names = " or ".join(_TOKENS[kind])
        return (
            f"Set {names} (for an MLflow server else MLFLOW_TRACKING_USERNAME and "
            "MLFLOW_TRACKING_PASSWORD) in the environment before the program starts"
        )


@dataclass(frozen=True)
class Given:
    """Those that a configuration gives for one server; none where all are empty."""

    token: str = field(default="", repr=False)
    username: str = ""
    password: str = field(default="", repr=False)

    def authorization(self, kind: str) -> str:
        if self.token:
            return _bearer(self.token)
        return _basic(self.username, self.password) if self.username else ""

    def advice(self, kind: str) -> str:
        return "Give its token, or username and password, where it is configured"


def _bearer(token: str) -> str:
    return f"Bearer {token}"


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
