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

    A restart that is under way, or just over, when a process is found gone is the user's, unless
    Jupyter began it because it found that very process dead.

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
        self._heard: set[str] = set()
        self._died: dict[str, int] = {}

    def start(self) -> None:
        self._events.add_listener(schema_id=ACTIONS, listener=self._hear)
        for kernel_id in self._kernels.list_kernel_ids():
            self._hear_of_death(kernel_id)

    def stop(self) -> None:
        self._events.remove_listener(schema_id=ACTIONS, listener=self._hear)

    def is_stopped_by_user(self, process: Process) -> bool:
        """Tell whether the user is ending this kernel or has just done so. Any thread may ask."""
        kernel_id = process.kernel_id
        if self._died.get(kernel_id) == process.pid:
            return False
        if kernel_id in self._kernels:
            kernel = self._kernels.get_kernel(kernel_id)
            if kernel.shutting_down:
                return True
            present = kernel.provisioner
            if present and present.has_process and process.pid == self._pid(kernel_id):
                return False
        stopped = self._stopped.get(kernel_id)
        return stopped is not None and time.monotonic() - stopped < FRESH_SECONDS

    async def _hear(self, logger: EventLogger, schema_id: str, data: dict[str, Any]) -> None:
        if data.get("status") != "success":
            return
        kernel_id = data["kernel_id"]
        if data["action"] == "start":
            self._hear_of_death(kernel_id)
        if data["action"] in ("restart", "shutdown"):
            self._stopped[kernel_id] = time.monotonic()
            self._on_end()

    def _hear_of_death(self, kernel_id: str) -> None:
        """Remember which process was dead when Jupyter begins to start the kernel anew."""
        if kernel_id in self._heard:
            return  # A restart starts, too.
        self._heard.add(kernel_id)

        def died() -> None:
            pid = self._pid(kernel_id)
            if pid is not None:
                self._died[kernel_id] = pid

        self._kernels.add_restart_callback(kernel_id, died)

    def _pid(self, kernel_id: str) -> int | None:
        """Return the kernel's process, or its last one; None where it runs elsewhere."""
        return getattr(self._kernels.get_kernel(kernel_id).provisioner, "pid", None)
