"""A real store in the test's folder, and runs put into it as the importer does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lightflow_jlab.store import Store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / ".lightflow"


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    store = Store.open(folder)
    yield store
    store.close()
