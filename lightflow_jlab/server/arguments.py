"""Ids, numbers and words of a URL, checked before anything is asked of the store."""

from __future__ import annotations

import re
from typing import get_args

from lightflow_jlab.contract.limits import check_run_id
from lightflow_jlab.contract.scalars import View
from lightflow_jlab.errors import InvalidValueError

MAX_INTEGER = 2**63 - 1
MAX_CELLS = 10_000

_EXPERIMENT_ID = re.compile(r"0|[1-9][0-9]{0,17}")
_DOCUMENT_KIND = re.compile(r"[a-z][a-z0-9_]{0,63}")
_CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""As nbformat has it."""
_INTEGER = re.compile(r"-?[0-9]{1,19}")


def check_experiment_id(experiment_id: str) -> str:
    if _EXPERIMENT_ID.fullmatch(experiment_id):
        return experiment_id
    raise InvalidValueError(
        f"{_short(experiment_id)} is not an experiment id. Expected a number, for example '3'."
    )


def check_document_kind(kind: str) -> str:
    if _DOCUMENT_KIND.fullmatch(kind):
        return kind
    raise InvalidValueError(
        f"{_short(kind)} is not a kind of document. Expected a word, for example 'source'."
    )


def check_run_ids(run_ids: list[str], most: int) -> list[str]:
    """Return the ids, each once, in their order."""
    unique = list(dict.fromkeys(check_run_id(run_id) for run_id in run_ids))
    if len(unique) > most:
        raise InvalidValueError(f"{len(unique)} runs are asked for; at most {most} are answered.")
    return unique


def check_cell_ids(cell_ids: list[str]) -> list[str]:
    """Return the ids, each once, in their order."""
    unique = list(dict.fromkeys(cell_ids))
    if len(unique) > MAX_CELLS:
        raise InvalidValueError(f"{len(unique)} cells are asked for; at most {MAX_CELLS} may be.")
    for cell_id in unique:
        if not _CELL_ID.fullmatch(cell_id):
            raise InvalidValueError(
                f"{_short(cell_id)} is not a cell's id. "
                "Expected are 1 to 64 letters, digits, - or _."
            )
    return unique


def integer(name: str, text: str, least: int, most: int) -> int:
    if _INTEGER.fullmatch(text):
        return check_range(name, int(text), least, most)
    raise _out_of_range(name, text, least, most)


def check_range(name: str, value: int, least: int, most: int) -> int:
    if least <= value <= most:
        return value
    raise _out_of_range(name, str(value), least, most)


def _out_of_range(name: str, text: str, least: int, most: int) -> InvalidValueError:
    return InvalidValueError(
        f"{name}={_short(text)} can't be used. Expected a whole number from {least} to {most}."
    )


def view(text: str) -> View:
    for known in get_args(View):
        if text == known:
            return known  # type: ignore[no-any-return]
    raise InvalidValueError(
        f"view={_short(text)} is unknown. Expected one of {', '.join(get_args(View))}."
    )


def _short(text: str) -> str:
    return repr(text) if len(text) <= 80 else repr(text[:77] + "...")
