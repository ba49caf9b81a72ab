"""The runs of a notebook's cells, and what the newest of each stood on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import Connection, select

from lightflow_jlab.contract.cells import CellRuns, CellRunsList, CellVersion
from lightflow_jlab.contract.rest import Metric, Run
from lightflow_jlab.store import schema
from lightflow_jlab.store.assemble import assemble_runs, slices
from lightflow_jlab.store.contents import document_texts
from lightflow_jlab.store.leading_metric import is_lower_better, leading_metric
from lightflow_jlab.store.sequence import current_seq

MAX_RUNS_OF_A_CELL = 20

_runs = schema.runs


class _SlicedCell(msgspec.Struct):
    cell_id: str = ""
    digest: str = ""


class _Slice(msgspec.Struct):
    """Of the document `slice`, what is asked here."""

    cells: list[_SlicedCell]


def cell_runs(connection: Connection, cell_ids: Sequence[str]) -> CellRunsList:
    """Return what is known of some cells; cells without runs are left out."""
    numbers = _numbers_by_cell(connection, cell_ids)
    shown = [number for found in numbers.values() for number in found[:MAX_RUNS_OF_A_CELL]]
    runs = _assembled(connection, shown)
    slice_texts = document_texts(connection, [found[0] for found in numbers.values()], "slice")
    return CellRunsList(
        cells=[
            _cell(
                cell_id,
                [runs[number] for number in found[:MAX_RUNS_OF_A_CELL]],
                len(found),
                slice_texts.get(found[0]),
            )
            for cell_id, found in numbers.items()
        ],
        seq=current_seq(connection),
    )


def _numbers_by_cell(connection: Connection, cell_ids: Sequence[str]) -> dict[str, list[int]]:
    """Return the numbers of the active runs of each cell, the newest first."""
    numbers: list[int] = []
    for some in slices(cell_ids):
        # Only columns of the index `runs_by_cell`: no row of the table is read for this.
        numbers += connection.execute(select(_runs.c.id).where(_runs.c.cell_id.in_(some))).scalars()
    rows = [
        row
        for some in slices(numbers)
        for row in connection.execute(
            select(
                _runs.c.id,
                _runs.c.run_id,
                _runs.c.cell_id,
                _runs.c.parent_run_id,
                _runs.c.start_time,
            ).where(_runs.c.id.in_(some), _runs.c.lifecycle_stage == "active")
        )
    ]
    cell_of = {row.run_id: row.cell_id for row in rows}
    found: dict[str, list[int]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.start_time, row.id), reverse=True):
        if row.parent_run_id is None or cell_of.get(row.parent_run_id) != row.cell_id:
            found[row.cell_id].append(row.id)
    return found


def _assembled(connection: Connection, numbers: Sequence[int]) -> dict[int, Run]:
    rows = [
        row
        for some in slices(numbers)
        for row in connection.execute(select(_runs).where(_runs.c.id.in_(some))).mappings()
    ]
    runs = assemble_runs(connection, rows)
    return {row["id"]: run for row, run in zip(rows, runs, strict=True)}


def _cell(cell_id: str, runs: list[Run], total: int, slice_text: str | None) -> CellRuns:
    metric = leading_metric(runs[0].metrics) or _first_logged(runs[0].metrics)
    return CellRuns(
        cell_id=cell_id,
        runs=runs,
        total=total,
        stood_on=None if slice_text is None else _versions(slice_text),
        metric=metric,
        lower_is_better=None if metric is None else is_lower_better(metric),
    )


def _first_logged(metrics: Iterable[Metric]) -> str | None:
    """Return the first metric that the user's code logged, else the first that was found."""
    ordered = sorted(metrics, key=lambda metric: (metric.origin != "user", metric.key))
    return ordered[0].key if ordered else None


def _versions(slice_text: str) -> list[CellVersion] | None:
    """Read the document `slice`; None where it is not what our kernels write."""
    try:
        cells = msgspec.json.decode(slice_text, type=_Slice).cells
    except msgspec.MsgspecError:
        return None
    return [CellVersion(cell.cell_id, cell.digest) for cell in cells]
