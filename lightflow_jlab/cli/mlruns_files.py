"""The small files of which MLflow's older store is made."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from lightflow_jlab.contract.limits import storable_text
from lightflow_jlab.errors import InvalidValueError

_BROKEN = (OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError)
"""What reading files raises that a writer left half-written, or that somebody changed."""


@contextlib.contextmanager
def told_if_broken(what: str, lines: list[str]) -> Iterator[None]:
    """Leave out what can't be read, with a line for it; the rest of the store is taken."""
    try:
        yield
    except InvalidValueError as error:
        lines.append(f"{what}: {error}")
    except _BROKEN as error:
        lines.append(f"{what}: not as MLflow writes it ({type(error).__name__}: {error})")


def read_meta(folder: Path) -> dict[str, Any]:
    """Raises `InvalidValueError` where there is none, or half of one."""
    try:
        meta = yaml.safe_load((folder / "meta.yaml").read_text("utf-8"))
    except FileNotFoundError:
        raise InvalidValueError("it has no meta.yaml") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        meta = None
    if not isinstance(meta, dict):
        raise InvalidValueError("its meta.yaml is half-written, or none of MLflow's")
    return meta


def read_texts(folder: Path) -> dict[str, str]:
    """Return the files below a folder by their paths, which are the keys.

    Bytes that are no UTF-8 become the sign for that.
    """
    return {
        storable_text(file.relative_to(folder).as_posix()): file.read_text("utf-8", "replace")
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not file.is_symlink()
    }
