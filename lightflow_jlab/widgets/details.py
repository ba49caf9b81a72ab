"""What hangs on runs that are compared: data, files, verdicts, code, packages that differ."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from lightflow_jlab.contract.contents import Dataset
from lightflow_jlab.errors import NotFoundError
from lightflow_jlab.store import Store
from lightflow_jlab.store.contents import artifact_files
from lightflow_jlab.widgets.document import ViewCell, ViewFile, ViewRun

MAX_FILES = 100
"""Artifacts of one run that a notebook's output names, the first by path."""
MAX_CODE = 50_000
"""Characters of one run's code that a notebook's output holds; cells behind them are left out."""


def with_details(store: Store, runs: list[ViewRun]) -> list[ViewRun]:
    """Return the runs with data, files, verdicts, code, and the packages that differ."""
    packages = [_packages(_document(store, run.run_id, "environment")) for run in runs]
    differing = [
        name
        for name in sorted({name for one in packages for name in one})
        if len({one.get(name) for one in packages}) > 1
    ]
    return [
        msgspec.structs.replace(
            run,
            datasets=_datasets(store.run_detail(run.run_id).datasets),
            packages={name: of_run[name] for name in differing if name in of_run},
            artifacts=[
                ViewFile(file.path, file.size_bytes)
                for file in store.ask(artifact_files, run.run_id, "", MAX_FILES)
            ],
            verdict=_document(store, run.run_id, "verdict"),
            cells=_cells(
                _document(store, run.run_id, "source"), _document(store, run.run_id, "slice")
            ),
        )
        for run, of_run in zip(runs, packages, strict=True)
    ]


def _datasets(used: list[Dataset]) -> dict[str, str]:
    """Say it as `src/view/datasets.ts` does."""
    return {
        one.name + (f" ({one.context})" if one.context else ""): one.digest
        + (f" ({one.shape})" if one.shape else "")
        for one in used
    }


def _document(store: Store, run_id: str, kind: str) -> str | None:
    try:
        return store.document(run_id, kind).text
    except NotFoundError:
        return None


def _packages(environment: str | None) -> dict[str, str]:
    found = _parsed(environment).get("packages")
    if not isinstance(found, dict):
        return {}
    return {str(name): str(version) for name, version in found.items()}


def _cells(source: str | None, slice_text: str | None) -> list[ViewCell]:
    try:
        known = msgspec.convert(_parsed(slice_text).get("cells", []), list[ViewCell])
    except msgspec.ValidationError:
        known = []
    own = known.pop() if known else ViewCell("", None, "")
    if source is not None:
        known.insert(0, ViewCell(own.cell_id, own.execution_count, source))
    elif own.source:
        known.insert(0, own)
    kept: list[ViewCell] = []
    room = MAX_CODE
    for cell in known:
        room -= len(cell.source)
        if room < 0:
            break
        kept.append(cell)
    return kept


def _parsed(text: str | None) -> dict[str, Any]:
    try:
        value = json.loads(text or "{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
