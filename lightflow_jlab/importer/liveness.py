"""Whether a writer still lives, judged from outside."""

from __future__ import annotations

from lightflow_jlab.contract.records import Process

START_TOLERANCE_SECONDS = 2.0


def is_gone(process: Process, *, host: str, boot_id: str) -> bool:
    """Tell whether a process of this machine has ended; never said of another machine's.

    A process is known by its id and its start time, since ids are used again.
    """
    import psutil

    if process.host != host:
        return False
    if process.boot_id and boot_id and process.boot_id != boot_id:
        return True
    try:
        other = psutil.Process(process.pid)
        if other.status() == psutil.STATUS_ZOMBIE:
            return True
        return abs(other.create_time() - process.start_time) > START_TOLERANCE_SECONDS
    except psutil.NoSuchProcess:
        return True
    except psutil.Error:
        return False
