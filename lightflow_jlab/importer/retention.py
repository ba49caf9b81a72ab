"""Imported segments are kept for a while, compressed, so that a damaged database can be rebuilt."""

from __future__ import annotations

import os
import time
from pathlib import Path

import zstandard

from lightflow_jlab.config.locations import make_private_folder
from lightflow_jlab.config.notices import warn_once
from lightflow_jlab.config.private_files import create_private
from lightflow_jlab.errors import InvalidValueError

KEEP_DAYS = 30.0
KEEP_DAYS_VARIABLE = "LIGHTFLOW_KEEP_LOG_DAYS"
KEPT_FOLDER = "imported"
KEPT_SUFFIX = ".zst"


def days_to_keep() -> float:
    """Return the setting of the environment. Raises `InvalidValueError` where it is no number."""
    given = os.environ.get(KEEP_DAYS_VARIABLE, "")
    if not given:
        return KEEP_DAYS
    try:
        days = float(given)
    except ValueError:
        days = -1.0
    if not days >= 0:
        raise InvalidValueError(
            f"{KEEP_DAYS_VARIABLE} is {given!r}. Expected is a number of days, for example 30; "
            "0 keeps nothing."
        )
    return days


def put_away(segment: Path, spool: Path, keep_days: float) -> None:
    """Keep an imported segment in the store's spool, compressed, and forget those that are old."""
    folder = spool / KEPT_FOLDER
    try:
        if keep_days > 0:
            _compress(segment, make_private_folder(folder) / (segment.name + KEPT_SUFFIX))
        segment.unlink(missing_ok=True)
        forget_old(folder, keep_days)
    except OSError as error:
        warn_once(f"spool-keep:{error.errno}", f"{segment} can't be put away: {error}.")


def kept_segments(spool: Path) -> list[Path]:
    """Return the compressed segments of a spool folder, each writer's in order."""
    return sorted((spool / KEPT_FOLDER).glob(f"*{KEPT_SUFFIX}"))


def take_out(kept: Path) -> None:
    """Put a kept segment back among those that are to be imported, unless it is there."""
    target = kept.parent.parent / kept.name.removesuffix(KEPT_SUFFIX)
    if target.exists():
        return
    draft = target.with_name(f".{target.name}.part")
    with create_private(draft) as out, kept.open("rb") as packed:
        zstandard.ZstdDecompressor().copy_stream(packed, out)
    draft.replace(target)


def is_whole(kept: Path) -> bool:
    """Tell whether a kept segment can be unpacked; reads all of it."""
    try:
        with kept.open("rb") as packed:
            for _ in zstandard.ZstdDecompressor().read_to_iter(packed):
                pass
    except (OSError, zstandard.ZstdError):
        return False
    return True


def forget_old(folder: Path, keep_days: float) -> None:
    before = time.time() - keep_days * 86_400
    for kept in folder.glob(f"*{KEPT_SUFFIX}"):
        if kept.stat().st_mtime < before:
            kept.unlink(missing_ok=True)


def _compress(segment: Path, target: Path) -> None:
    draft = target.with_name(f".{target.name}.part")
    with create_private(draft) as out, segment.open("rb") as source:
        zstandard.ZstdCompressor(level=1, write_checksum=True).copy_stream(source, out)
    draft.replace(target)
