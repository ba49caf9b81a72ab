"""What the server knows of its kernels' ends, told to whoever judges their runs."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from jupyter_events import EventLogger
from jupyter_server.services.kernels.kernelmanager import MappingKernelManager

from lightflow_jlab.contract.records import Process

ACTIONS = "https://events.jupyter.org/jupyter_server/kernel_actions/v1"
FRESH_SECONDS = 2.0
"""For how long a restart is still the reason why the process before it is gone."""


class KernelWatch:
    """Tells kernels that their user stopped from kernels that died.

    A kernel that died is noticed at once, seconds before Jupyter starts it anew; so a restart
    that is under way when its process is found gone is the user's. One that is over explains no
    end of the process that it started.

    Parameters
    ----------
    on_end
        Called in the event loop when a kernel was shut down or restarted.
    """

    def __init__(
        self, kernels: MappingKernelManager, events: EventLogger, on_end: Callable[[], None]
    ) -> None:
        self._kernels = kernels
        self._events = events
        self._on_end = on_end
        self._stopped: dict[str, float] = {}

    def start(self) -> None:
        self._events.add_listener(schema_id=ACTIONS, listener=self._hear)

    def stop(self) -> None:
        self._events.remove_listener(schema_id=ACTIONS, listener=self._hear)

    def is_stopped_by_user(self, process: Process) -> bool:
        """Tell whether the user is ending this kernel or has just done so. Any thread may ask."""
        kernel_id = process.kernel_id
        if kernel_id in self._kernels:
            kernel = self._kernels.get_kernel(kernel_id)
            if kernel.shutting_down:
                return True
            present = kernel.provisioner
            if present and present.has_process and process.pid == getattr(present, "pid", None):
                return False
        stopped = self._stopped.get(kernel_id)
        return stopped is not None and time.monotonic() - stopped < FRESH_SECONDS

    async def _hear(self, logger: EventLogger, schema_id: str, data: dict[str, Any]) -> None:
        if data["action"] in ("restart", "shutdown") and data.get("status") == "success":
            self._stopped[data["kernel_id"]] = time.monotonic()
            self._on_end()
