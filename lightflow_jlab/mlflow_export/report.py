"""What an export sent, and what it could not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from lightflow_jlab.remote.failures import RefusedError


@dataclass
class ExportReport:
    uri: str
    runs: int = 0
    new_runs: int = 0
    unchanged_runs: int = 0
    points: int = 0
    files: int = 0
    new_models: int = 0
    new_versions: int = 0
    _reasons: dict[tuple[str, str], list[str]] = field(default_factory=dict, repr=False)

    @property
    def left_out(self) -> list[str]:
        """A line for each kind of thing that could not be carried, and why."""
        lines = []
        for (kind, why), which in self._reasons.items():
            more = f" and {len(which) - 1:,} more" if len(which) > 1 else ""
            lines.append(f"{kind} of {which[0]}{more}: {why}")
        return lines

    def leave_out(self, kind: str, which: str, why: str) -> None:
        self._reasons.setdefault((kind, why), []).append(which)

    def attempt(self, kind: str, which: str, send: Callable[[], object]) -> bool:
        """Tell whether the server took it; where it refused, that is noted."""
        try:
            send()
        except RefusedError as error:
            self.leave_out(kind, which, str(error))
            return False
        return True
