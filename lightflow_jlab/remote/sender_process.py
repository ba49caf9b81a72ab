"""Starting a process that sends an outbox and outlives us."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

_START = (
    "import sys; sys.path.append(sys.argv.pop(1)); import runpy; "
    "runpy.run_module('lightflow_jlab.remote', run_name='__main__', alter_sys=True)"
)


def start_sender(outbox: Path) -> subprocess.Popen[bytes]:
    """Start a process that sends an outbox, in a session of its own. Raises `OSError`."""
    detached: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        flags = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
        detached = {"creationflags": flags}
    return subprocess.Popen(
        [sys.executable, "-c", _START, str(Path(__file__).parents[2]), str(outbox)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=outbox,
        **detached,
    )
