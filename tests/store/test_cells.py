"""What the store knows of a notebook's cells."""

from __future__ import annotations

import json

from lightflow_jlab.contract.cells import CellVersion
from lightflow_jlab.contract.rest import RunPatch
from lightflow_jlab.store import Store

from .recorded import START, record, record_run, run_id

NOTEBOOK = {"source_name": "study/first.ipynb", "source_type": "NOTEBOOK"}


def slice_text(*cells: tuple[str, str]) -> str:
    found = [{"cell_id": name, "digest": digest, "source": "x = 1"} for name, digest in cells]
    return json.dumps({"version": 1, "state": "clean", "notes": [], "cells": found})


def test_each_cell_has_its_runs_the_newest_first(store: Store) -> None:
    record(store, 1, cell_id="a", metrics={"loss": [0.5]}, **NOTEBOOK)
    record(store, 2, cell_id="a", start_time=START + 10, metrics={"loss": [0.25]}, **NOTEBOOK)
    record(store, 3, cell_id="b", metrics={"steps": [3.0]}, **NOTEBOOK)
    record(store, 4, cell_id="c", **NOTEBOOK)
    answer = store.cell_runs(["a", "b", "elsewhere"])
    assert answer.seq == store.seq()
    assert {cell.cell_id: [run.run_id for run in cell.runs] for cell in answer.cells} == {
        "a": [run_id(2), run_id(1)],
        "b": [run_id(3)],
    }
    told = {cell.cell_id: (cell.metric, cell.lower_is_better) for cell in answer.cells}
    assert told == {"a": ("loss", True), "b": ("steps", None)}
    assert answer.cells[0].runs[0] == store.run(run_id(2))


def test_what_the_newest_run_stood_on_is_told(store: Store) -> None:
    old, new = slice_text(("a", "1")), slice_text(("x", "2"), ("a", ""))
    record(store, 1, cell_id="a", documents={"slice": old}, **NOTEBOOK)
    record(store, 2, cell_id="a", start_time=START + 1, documents={"slice": new}, **NOTEBOOK)
    record(store, 3, cell_id="b", **NOTEBOOK)
    record(store, 4, cell_id="c", documents={"slice": "no slice of ours"}, **NOTEBOOK)
    stood_on = {cell.cell_id: cell.stood_on for cell in store.cell_runs(["a", "b", "c"]).cells}
    assert stood_on == {"a": [CellVersion("x", "2"), CellVersion("a", "")], "b": None, "c": None}


def test_deleted_runs_and_runs_inside_of_a_run_of_the_cell_are_left_out(store: Store) -> None:
    record(store, 1, cell_id="a", **NOTEBOOK)
    record(store, 2, cell_id="a", parent_run_id=run_id(1), **NOTEBOOK)
    record(store, 3, cell_id="b", parent_run_id=run_id(1), **NOTEBOOK)
    record(store, 4, cell_id="c", **NOTEBOOK)
    store.delete_run(run_id(4))
    store.update_run(run_id(1), RunPatch(run_name="renamed"))
    found = {cell.cell_id: cell.total for cell in store.cell_runs(["a", "b", "c"]).cells}
    assert found == {"a": 1, "b": 1}


def test_many_cells_with_many_runs_are_answered_in_part(store: Store) -> None:
    with store.ingest() as ingest:
        for number in range(210):
            record_run(ingest, number, cell_id=f"cell-{number % 10}", start_time=START + number)
    answer = store.cell_runs([f"cell-{number}" for number in range(2000)])
    assert len(answer.cells) == 10
    assert {(cell.total, len(cell.runs)) for cell in answer.cells} == {(21, 20)}
    newest = {cell.runs[0].run_id for cell in answer.cells}
    assert newest == {run_id(number) for number in range(200, 210)}
