"""A kernel started by this process, where there is no Jupyter server to start it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any


@asynccontextmanager
async def local_kernel(
    *, kernel_name: str | None, folder: Path, environment: dict[str, str]
) -> AsyncIterator[Any]:
    """Start a kernel in a folder; it is shut down at the end. See `StartKernel`.

    A kernel of a name that isn't installed here is replaced by the usual one.
    """
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager

    manager_class: Any = AsyncKernelManager
    specs: Any = KernelSpecManager()
    manager = manager_class(kernel_spec_manager=specs)
    if kernel_name in specs.find_kernel_specs():
        manager.kernel_name = kernel_name
    await manager.start_kernel(cwd=str(folder), env=environment)
    try:
        yield manager
    finally:
        await manager.shutdown_kernel(now=False)
