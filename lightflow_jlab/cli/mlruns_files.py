"""The small files of which MLflow's older store is made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from lightflow_jlab.errors import InvalidValueError


def read_meta(folder: Path) -> dict[str, Any]:
    meta = yaml.safe_load((folder / "meta.yaml").read_text("utf-8"))
    if not isinstance(meta, dict):
        raise InvalidValueError(f"{folder / 'meta.yaml'} is none of MLflow's.")
    return meta


def read_texts(folder: Path) -> dict[str, str]:
    """Return the files below a folder by their paths, which are the keys."""
    return {
        file.relative_to(folder).as_posix(): file.read_text("utf-8")
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not file.is_symlink()
    }
