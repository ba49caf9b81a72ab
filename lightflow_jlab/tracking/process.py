"""Who writes: this process as an observer can recognise it later, read without any library."""

from __future__ import annotations

import getpass
import os
import platform
import re
import sys
import time
from functools import cache
from pathlib import Path

from lightflow_jlab.config.machine import boot_id, pid_namespace, start_ticks
from lightflow_jlab.contract.limits import storable_text
from lightflow_jlab.contract.records import Process

_KERNEL_FILE = re.compile(r"kernel-([\w-]+)\.json$")


def this_process() -> Process:
    ticks = start_ticks(os.getpid())
    return Process(
        host=host(),
        boot_id=boot_id(),
        pid=os.getpid(),
        start_time=_start_time(ticks),
        kernel_id=kernel_id(),
        start_ticks=ticks,
        pid_namespace=pid_namespace(),
    )


@cache
def host() -> str:
    return platform.node()


@cache
def user_name() -> str:
    try:
        return storable_text(getpass.getuser())
    except (KeyError, OSError, ImportError):
        return ""


def kernel_id() -> str:
    """Return the Jupyter kernel's id, or '' where this process is no kernel."""
    for argument in sys.argv:
        if found := _KERNEL_FILE.search(argument):
            return found.group(1)
    return ""


def _start_time(ticks: int) -> float:
    """Return when this process started, in seconds since the epoch, as psutil computes it."""
    try:
        for line in Path("/proc/stat").read_text("ascii").splitlines():
            if ticks and line.startswith("btime "):
                return float(line.split()[1]) + ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        pass
    try:
        import psutil

        return float(psutil.Process().create_time())
    except Exception:  # noqa: BLE001 - an unknown start time only makes liveness less exact
        return time.time()
