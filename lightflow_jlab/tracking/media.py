"""Pictures and tables: told from numbers, and as the bytes of a file. Libraries load when used."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from lightflow_jlab.errors import InvalidTypeError, InvalidValueError


def encode_image(image: Any, artifact_file: str) -> bytes:
    """Return a PIL image or an array (height x width x channels) in the format of the name."""
    from PIL import Image

    if not isinstance(image, Image.Image):
        image = Image.fromarray(_as_bytes(image))
    buffer = io.BytesIO()
    extension = "." + artifact_file.rpartition(".")[2].lower()
    format_name = Image.registered_extensions().get(extension)
    if format_name is None:
        raise InvalidValueError(
            f"{artifact_file!r} names no picture format. Expected an ending such as '.png'."
        )
    image.save(buffer, format=format_name)
    return buffer.getvalue()


def _as_bytes(image: Any) -> Any:
    import numpy as np

    if callable(detach := getattr(image, "detach", None)):
        image = detach().cpu()
    array = np.asarray(image)
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (3, 4)):
        raise InvalidTypeError(
            f"log_image was given an array of shape {array.shape}. "
            "Expected height x width, optionally x 1, 3 or 4 channels."
        )
    if array.dtype == bool:
        return array.astype(np.uint8) * 255
    if np.issubdtype(array.dtype, np.floating):
        if not (np.isfinite(array).all() and array.min() >= 0 and array.max() <= 1):
            raise InvalidValueError(
                "log_image was given floats outside 0..1. Scale them, or give integers in 0..255."
            )
        return (array * 255).round().astype(np.uint8)
    if array.min() < 0 or array.max() > 255:
        raise InvalidValueError("log_image was given integers outside 0..255. Scale them first.")
    return array.astype(np.uint8)


def encode_table(data: Any, artifact_file: str) -> bytes:
    """Return a DataFrame or a dict of columns as CSV, JSON (`split` orientation) or Parquet."""
    import pandas as pd

    try:
        frame = data if isinstance(data, pd.DataFrame) else pd.DataFrame(data)
    except (TypeError, ValueError) as error:
        raise InvalidTypeError(
            f"log_table can't make a table of {type(data).__name__}: {error}. "
            "Expected a DataFrame or a dict of equally long columns."
        ) from error
    ending = artifact_file.rpartition(".")[2].lower()
    if ending == "csv":
        named = frame.index.name is not None or not isinstance(frame.index, pd.RangeIndex)
        return frame.to_csv(index=named).encode()
    if ending == "json":
        return str(frame.to_json(orient="split", index=False, date_format="iso")).encode()
    if ending == "parquet":
        buffer = io.BytesIO()
        frame.to_parquet(buffer)
        return buffer.getvalue()
    raise InvalidValueError(
        f"log_table can't write {artifact_file!r}. Expected a name that ends in "
        "'.csv', '.json' or '.parquet'."
    )


def sort_out(
    prefix: str, data: Mapping[Any, Any], metrics: dict[str, float], media: dict[str, Any]
) -> None:
    """Put what `lf.log` was given into `metrics` and `media`; nested keys are joined by `/`."""
    if not isinstance(data, Mapping):
        raise InvalidTypeError(
            f"lf.log takes a dict, for example lf.log({{'loss': 0.1}}); given was {data!r:.60}."
        )
    for key, value in data.items():
        name = f"{prefix}{key}"
        if type(value) is float or type(value) is int:
            metrics[name] = value
        elif isinstance(value, Mapping):
            sort_out(f"{name}/", value, metrics, media)
        elif _is_media(value):
            media[name] = value
        else:
            metrics[name] = value


def _is_media(value: object) -> bool:
    """Tell a figure or picture from a number."""
    return (
        hasattr(value, "savefig")
        or hasattr(value, "write_html")
        or (hasattr(value, "shape") and getattr(value, "ndim", 0) in (2, 3))
        or (hasattr(value, "save") and hasattr(value, "size") and hasattr(value, "mode"))
    )
