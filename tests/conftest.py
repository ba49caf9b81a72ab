"""What holds for every test: the person's own files stay untouched, nothing is left to the next."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lightflow_jlab.config.locations import TRACKING_URI_VARIABLE
from lightflow_jlab.config.notices import forget_notices

from .faulty_disk import disk, faulty_disk_library

__all__ = ["disk", "faulty_disk_library"]


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let state go to the test's folder, and each cause of a warning be told anew.

    The store and the experiment that a test chooses are forgotten after it.
    """
    monkeypatch.setattr("lightflow_jlab.tracking.fluent._store", None)
    monkeypatch.setattr("lightflow_jlab.tracking.fluent._experiment", None)
    monkeypatch.delenv(TRACKING_URI_VARIABLE, raising=False)
    monkeypatch.setenv("LIGHTFLOW_STATE_DIR", str(tmp_path / "state"))
    forget_notices()
    yield
    forget_notices()
