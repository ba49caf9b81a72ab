"""What is known of data: the same digest for the same data, without touching them."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

import lightflow_jlab as lf
from lightflow_jlab.store.logged_runs import logged_run
from lightflow_jlab.tracking.datasets import describe, is_data
from lightflow_jlab.tracking.reading import open_store
from lightflow_jlab.tracking.run import Source


def frame(rows: int = 100) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "n": np.arange(rows),
            "x": np.linspace(0, 1, rows),
            "name": [f"row {number}" for number in range(rows)],
            "when": pd.date_range("2026-01-01", periods=rows, freq="h"),
            "kind": pd.Categorical(["a", "b"] * (rows // 2)),
            "maybe": pd.array([1, None] * (rows // 2), dtype="Int64"),
        }
    )


class DMatrix:
    __module__ = "xgboost.core"
    feature_names = ("a", "b")

    def num_row(self) -> int:
        return 3

    def num_col(self) -> int:
        return 2


def digest(value: object) -> str:
    return describe("data", value).digest


def test_equal_data_have_one_digest_and_other_data_another() -> None:
    first = digest(frame())
    assert first == digest(frame()) == digest(frame().copy())
    assert not first.startswith("~")
    for column, value in (("n", 7), ("x", 0.5), ("name", "other"), ("kind", "b"), ("maybe", 9)):
        changed = frame()
        changed.loc[10, column] = value
        assert digest(changed) != first, column
    assert digest(frame().rename(columns={"x": "y"})) != first
    assert digest(frame()["x"]) != digest(frame()["n"])
    array = np.arange(12.0)
    assert digest(array) != digest(array.reshape(3, 4)) != digest(array.astype("f4"))
    assert digest(np.asfortranarray(array.reshape(3, 4))) == digest(array.reshape(3, 4))
    assert digest(np.array(3.0)) != digest(np.array(4.0))
    assert digest(np.array([])) == digest(np.array([]))


def test_schema_and_shape_are_told() -> None:
    found = describe("train", frame(), {"mlflow.data.context": "training"})
    assert json.loads(found.profile or "") == {
        "num_rows": 100,
        "num_elements": 600,
        "shape": [100, 6],
    }
    columns = json.loads(found.schema or "")["mlflow_colspec"]
    assert [column["type"] for column in columns] == [
        *("long", "double", "string", "datetime", "string", "long")
    ]
    tensor = json.loads(describe("x", np.zeros((5, 2))).schema or "")["mlflow_tensorspec"]
    assert tensor["features"][0]["tensor-spec"] == {"dtype": "float64", "shape": [-1, 2]}


def test_of_large_data_a_part_is_read_in_milliseconds_and_the_digest_says_so() -> None:
    large = np.zeros((4_000_000, 4))
    wide = pd.DataFrame(np.zeros((200_000, 40)))
    texts = pd.DataFrame({"text": ["x"] * 500_000})
    channels = np.zeros((3, 1_000_000))
    for value in (large, wide, texts, channels):
        seconds = []
        for _ in range(5):
            began = time.thread_time()
            found = digest(value)
            seconds.append(time.thread_time() - began)
        assert found.startswith("~")
        assert min(seconds) < 0.05
    assert digest(channels + 1) != digest(channels)


def test_describing_runs_no_code_of_the_users_and_holds_nothing() -> None:
    class Loud:
        def __repr__(self) -> str:
            raise AssertionError("asked")

        __str__ = __hash__ = __eq__ = __repr__  # type: ignore[assignment]

    assert digest(np.array([Loud(), 1], dtype=object)).startswith("~")
    assert digest(pd.DataFrame({"a": [Loud(), Loud()]})).startswith("~")
    array = np.zeros(1000)
    before = sys.getrefcount(array)
    digest(array)
    assert sys.getrefcount(array) == before
    array.resize(2000)


def test_lazy_data_and_subclasses_are_left_alone(tmp_path: Path) -> None:
    lazy = type("DataFrame", (), {"__module__": "dask.dataframe.core"})()
    mapped = np.memmap(tmp_path / "mapped", dtype="f8", mode="w+", shape=(10,))
    assert [is_data(value) for value in (lazy, mapped, [1], "text", None)] == [False] * 5
    with pytest.raises(lf.InvalidTypeError, match="Expected a DataFrame"):
        describe("x", [1, 2])


def test_tensors_and_matrices_are_known_where_their_library_is_loaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = describe("train", DMatrix())
    assert found.digest.startswith("?")
    assert json.loads(found.profile or "")["shape"] == [3, 2]

    torch = ModuleType("torch")
    torch.strided = object()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "torch", torch)

    class Tensor:
        __module__ = "torch"
        shape, dtype, layout, is_quantized = (2,), "torch.float64", torch.strided, False

        def __init__(self, device: str) -> None:
            self.device = type("device", (), {"type": device})()

        def numel(self) -> int:
            return 2

        def detach(self) -> Tensor:
            return self

        def numpy(self) -> np.ndarray:
            assert self.device.type == "cpu", "moved from its device"
            return np.array([1.0, 2.0])

    assert not digest(Tensor("cpu")).startswith("~")
    assert digest(Tensor("cuda")).startswith("?")


def test_inputs_are_recorded_as_mlflow_has_them(tmp_path: Path) -> None:
    lf.set_tracking_uri(tmp_path)
    cell = Source("NOTEBOOK", "study.ipynb", "cell-1")
    for rows in (10, 10, 20):
        with lf.start_run(source=cell):
            lf.log_input(frame(rows), "training", {"version": 3}, name="iris")
    run = lf.last_active_run()
    assert run is not None
    logged = open_store().ask(logged_run, run.info.run_id)
    (used,) = logged.datasets
    assert (used.name, used.tags) == (
        "iris",
        {"mlflow.data.context": "training", "version": "3"},
    )
    assert json.loads(used.profile or "")["num_rows"] == 20
    (shown,) = open_store().run_detail(run.info.run_id).datasets
    assert (shown.name, shown.digest, shown.context) == ("iris", used.digest, "training")
    assert shown.shape == "20 × 6"
    changes = lf.changed()
    assert changes.same_data is False
    assert "data iris " in changes.since_previous[0]
    assert "(10 × 6) → " in changes.since_previous[0]
    second = lf.search_runs(output_format="list")[1]
    assert str(lf.changed(second.info.run_id)).endswith("nothing changed, same data.")
    for size in (10**6, 10**6):
        with lf.start_run(source=cell):
            lf.log_input(np.zeros(size), "training", name="iris")
    assert str(lf.changed()).endswith("nothing changed, same data as far as they were read.")
    for _ in range(2):
        with lf.start_run(source=cell):
            lf.log_input(DMatrix(), "training", name="iris")
    assert lf.changed().same_data is None


def test_a_cell_records_the_data_that_it_reads() -> None:
    from lightflow_jlab.notebook.cell_data import data_read_by

    held = {"df": frame(), "x": np.zeros(3), "other": frame(), "n": 3, "_1": frame()}
    cell = "%%track\nimport math\ndef f():\n    return x.sum()\nscore = df['x'].mean() + n + f()"
    assert [one.name for one in data_read_by(cell, held)] == ["df", "x"]
    assert data_read_by("%%track\nother = 1", held) == []
    assert data_read_by("%%track\nnot python", held) == []
