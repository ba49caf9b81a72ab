"""What is known of data without changing it: name, digest, schema, shape.

Bounded: at most `MAX_HASHED_BYTES` of each are read, evenly spread; a digest of a part begins with
`~`. Only data that lie in this machine's memory are read; what would be computed, moved or loaded
for it (lazy frames, other devices, mapped files) is described by its shape alone: with `?`.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lightflow_jlab.contract.limits import MAX_NAME_LENGTH, storable_text
from lightflow_jlab.contract.records import NOT_READ, PARTLY_READ, DatasetRecord
from lightflow_jlab.errors import InvalidTypeError

MAX_HASHED_BYTES = 2 * 1024 * 1024
MAX_COLUMNS = 500
MAX_OBJECTS = 500
"""Values of a column of Python objects that are read."""
_DIGEST_CHARACTERS = 16
_PLAIN = (str, bytes, int, float, bool, complex, type(None))
_COLUMN_TYPES = {"i": "long", "u": "long", "f": "double", "b": "boolean", "M": "datetime"}


def is_data(value: object) -> bool:
    """Tell what `describe` knows, by its type alone."""
    return _describer(value) is not None


def describe(name: str, value: object, tags: Mapping[str, str] | None = None) -> DatasetRecord:
    """Return what is known of a DataFrame, array, tensor, DMatrix, or dataset of MLflow's.

    Raises
    ------
    InvalidTypeError
        It is none of these.
    """
    describer = _describer(value)
    if describer is None:
        raise InvalidTypeError(
            f"The data are a {type(value).__name__}. Expected a DataFrame of pandas or polars, a "
            "NumPy array, a tensor of torch, a DMatrix of XGBoost, or a dataset of mlflow.data."
        )
    found = describer(name, value)
    return DatasetRecord(
        name=storable_text(found.get("name") or name or "dataset")[:MAX_NAME_LENGTH],
        digest=found["digest"],
        source_type=found.get("source_type", "code"),
        source=found.get("source", "{}"),
        schema=found.get("schema"),
        profile=found.get("profile"),
        tags=dict(tags or {}),
    )


def _describer(value: object) -> Callable[[str, Any], dict[str, str]] | None:
    kind = type(value)
    package, name = kind.__module__.partition(".")[0], kind.__name__
    match package, name:
        case "numpy", "ndarray":
            return _array
        case "pandas", "DataFrame" | "Series":
            return _pandas
        case "polars", "DataFrame":
            return _polars
        case "torch", "Tensor" | "Parameter":
            return _tensor
        case "xgboost", "DMatrix" | "QuantileDMatrix":
            return _matrix
    if package == "mlflow" and hasattr(value, "digest") and hasattr(value, "to_dict"):
        return _mlflow
    return None


class _Digest:
    def __init__(self, *facts: object) -> None:
        self._hash = hashlib.blake2b(repr(facts).encode("utf-8", "replace"), digest_size=16)
        self._is_part = False
        self._is_read = False

    def add_array(self, array: Any, max_bytes: int) -> None:
        """Take in an array's values, of a large one those of evenly spread rows."""
        if array.dtype.kind == "O":
            self.add_objects(array)
            return
        rows = len(array)
        step = max(1, -(-array.nbytes // max(1, max_bytes)))
        if step > rows > 0 and array.ndim > 1:
            # Rows that are long: some of each.
            for row in array:
                self.add_array(row, max_bytes // rows)
            return
        if step > 1:
            self._is_part = True
            array = array[::step] if rows >= step else array[:0]
        import numpy as np

        self._is_read |= array.size > 0
        self._hash.update(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)

    def add_objects(self, values: Any) -> None:
        """Take in plain Python values; of others the type, since their text may run any code."""
        step = max(1, -(-len(values) // MAX_OBJECTS))
        self._is_part |= step > 1
        for value in values[::step]:
            self._is_read = True
            plain = isinstance(value, _PLAIN)
            self._is_part |= not plain
            text = repr(value)[:200] if plain else type(value).__name__
            self._hash.update(text.encode("utf-8", "replace") + b"\0")

    def skip(self) -> None:
        """Note that values were left out."""
        self._is_part = True

    @property
    def text(self) -> str:
        partly = PARTLY_READ if self._is_read else NOT_READ
        return (partly if self._is_part else "") + self._hash.hexdigest()[:_DIGEST_CHARACTERS]


def _array(name: str, array: Any) -> dict[str, str]:
    digest = _Digest(array.dtype.str, array.shape)
    if array.ndim and array.size:
        digest.add_array(array, MAX_HASHED_BYTES)
    elif array.size:
        digest.add_array(array.reshape(1), MAX_HASHED_BYTES)
    return _tensor_facts(digest, array.shape, str(array.dtype))


def _tensor(name: str, tensor: Any) -> dict[str, str]:
    shape, dtype = tuple(tensor.shape), str(tensor.dtype).removeprefix("torch.")
    digest = _Digest(dtype, shape)
    torch = sys.modules["torch"]
    readable = (
        tensor.device.type == "cpu"
        and tensor.layout is torch.strided
        and dtype != "bfloat16"
        and not tensor.is_quantized
    )
    if readable and tensor.numel():
        digest.add_array(tensor.detach().numpy().reshape(shape or (1,)), MAX_HASHED_BYTES)
    else:
        digest.skip()
    return _tensor_facts(digest, shape, dtype)


def _tensor_facts(digest: _Digest, shape: tuple[int, ...], dtype: str) -> dict[str, str]:
    spec = {"dtype": dtype, "shape": [-1, *shape[1:]] if shape else []}
    schema = {"mlflow_tensorspec": {"features": [{"type": "tensor", "tensor-spec": spec}]}}
    return {"digest": digest.text, "schema": json.dumps(schema), "profile": _profile(shape)}


def _pandas(name: str, frame: Any) -> dict[str, str]:
    columns = list(_columns(frame))
    shape = tuple(frame.shape)
    digest = _Digest(shape, [(label, str(column.dtype)) for label, column in columns])
    share = MAX_HASHED_BYTES // max(1, len(columns))
    for _, column in columns:
        values = column.array
        if type(values).__module__.startswith("pandas.core.arrays.numpy_"):
            digest.add_array(column.to_numpy(copy=False), share)
        elif column.dtype.kind in "Mm" and getattr(column.dtype, "tz", None) is None:
            digest.add_array(column.to_numpy(copy=False).view("i8"), share)
        elif column.dtype.kind == "O":
            step = max(1, -(-len(column) // MAX_OBJECTS))
            if step > 1:
                digest.skip()
            digest.add_objects(column.iloc[::step].tolist())
        else:
            step = max(1, -(-len(column) // MAX_OBJECTS))
            if step > 1:
                digest.skip()
            digest.add_objects([str(value) for value in column.iloc[::step].tolist()])
    if len(shape) > 1 and shape[1] > MAX_COLUMNS:
        digest.skip()
    schema = [
        {"type": _column_type(column.dtype), "name": label, "required": True}
        for label, column in columns
    ]
    return {
        "digest": digest.text,
        "schema": json.dumps({"mlflow_colspec": schema}),
        "profile": _profile(shape),
    }


def _columns(frame: Any) -> Iterator[tuple[str, Any]]:
    if frame.ndim == 1:
        yield str(frame.name), frame
        return
    for place, label in enumerate(frame.columns[:MAX_COLUMNS]):
        yield str(label), frame.iloc[:, place]


def _column_type(dtype: Any) -> str:
    return _COLUMN_TYPES.get(dtype.kind, "string")


def _polars(name: str, frame: Any) -> dict[str, str]:
    columns = frame.columns[:MAX_COLUMNS]
    types = [str(frame.schema[label]) for label in columns]
    digest = _Digest(frame.shape, list(zip(columns, types, strict=True)))
    for label in columns:
        column = frame.get_column(label)
        step = max(1, -(-len(column) // MAX_OBJECTS))
        if step > 1:
            digest.skip()
        digest.add_objects([repr(one)[:200] for one in column.gather_every(step).to_list()])
    schema = [
        {"type": kind, "name": label, "required": True}
        for label, kind in zip(columns, types, strict=True)
    ]
    return {
        "digest": digest.text,
        "schema": json.dumps({"polars_schema": schema}),
        "profile": _profile(frame.shape),
    }


def _matrix(name: str, matrix: Any) -> dict[str, str]:
    shape = (int(matrix.num_row()), int(matrix.num_col()))
    digest = _Digest("DMatrix", shape, matrix.feature_names)
    digest.skip()
    return _tensor_facts(digest, shape, "float32")


def _mlflow(name: str, dataset: Any) -> dict[str, str]:
    found = dataset.to_dict()
    names = ("name", "digest", "source_type", "source", "schema", "profile")
    return {key: str(found[key]) for key in names if found.get(key) is not None}


def _profile(shape: tuple[int, ...]) -> str:
    count = 1
    for length in shape:
        count *= length
    rows = shape[0] if shape else 1
    return json.dumps({"num_rows": rows, "num_elements": count, "shape": list(shape)})
