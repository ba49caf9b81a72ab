"""A param's value as the table keeps it: a text to show, and a number to compare."""

from __future__ import annotations

import json
import re

from lightflow_jlab.contract.records import ParamRecord

_NUMBER = re.compile(r"[-+]?(\d{1,400}\.?\d{0,400}|\.\d{1,400})([eE][-+]?\d{1,4})?", re.ASCII)


def param_text(param: ParamRecord) -> str:
    """Return the value as MLflow would show it."""
    if param.value is None or isinstance(param.value, bool):
        return str(param.value)
    return param.value if isinstance(param.value, str) else json.dumps(param.value)


def param_number(param: ParamRecord) -> float | None:
    """Return what the param is compared with a number as: also a text that writes one."""
    if param.type in ("none", "json") or param.value is None:
        return None
    if isinstance(param.value, str) and param.type == "str" and not _NUMBER.fullmatch(param.value):
        return None
    return float(param.value)
