"""The open store behind the handlers: calls in threads, the importer, who hears of changes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from subprocess import Popen
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from lightflow_jlab.config.notices import notices
from lightflow_jlab.contract.records import Process
from lightflow_jlab.importer import Importer, ImporterService
from lightflow_jlab.importer.received import ReceivedLogs
from lightflow_jlab.remote.left_over import left_over, ship_on
from lightflow_jlab.remote.sender_process import start_sender
from lightflow_jlab.store import Store
from lightflow_jlab.store.quarantine import recent_notices

P = ParamSpec("P")
T = TypeVar("T")

_log = logging.getLogger(__name__)
_THREADS = 4
SHIP_SECONDS = 300.0
"""How often it is looked for what programs that are gone have left for other servers."""


class Listener(Protocol):
    """Called in the event loop."""

    def changed(self) -> None: ...

    def stopped(self) -> None: ...


class StoreService:
    """Opens the store on first use. Used from the event loop; closed once, for good.

    Parameters
    ----------
    keep_days, is_stopped_by_user
        See `Importer`.
    """

    def __init__(
        self,
        folder: Path,
        *,
        importing: bool = True,
        keep_days: float | None = None,
        is_stopped_by_user: Callable[[Process], bool] = lambda process: False,
    ) -> None:
        self.folder = folder
        self._importing = importing
        self._keep_days = keep_days
        self._is_stopped_by_user = is_stopped_by_user
        self._executor = ThreadPoolExecutor(_THREADS, thread_name_prefix="lightflow-store")
        self._opening = asyncio.Lock()
        self._store: Store | None = None
        self._importer: ImporterService | None = None
        self._received: ReceivedLogs | None = None
        self._listeners: set[Listener] = set()
        self._shipping: asyncio.Task[None] | None = None
        self.senders: dict[Path, Popen[bytes]] = {}
        """Those last started here, by outbox; they outlive us."""
        self._closed = False

    async def store(self) -> Store:
        """Return the open store. Raises StoreError; the next call tries again."""
        if self._store is not None:
            return self._store
        async with self._opening:
            if self._store is None:
                store = await self._in_thread(partial(Store.open, self.folder))
                self._start_importer(store)
                self._store = store
                self._look_through(store)
                if self._importing and not self._closed:
                    self._shipping = asyncio.create_task(self._keep_shipping())
        return self._store

    async def read(
        self, method: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Call a method of the store in a thread."""
        store = await self.store()
        return await self._in_thread(partial(method, store, *args, **kwargs))

    async def command(
        self, method: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Call a method that changes the store, and tell the listeners."""
        result = await self.read(method, *args, **kwargs)
        self.tell()
        return result

    async def in_thread(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call what reads files and would hold up the event loop."""
        return await self._in_thread(partial(function, *args, **kwargs))

    async def writable_store(self) -> Store:
        """Return the open store. Raises `StoreReadOnlyError` where it can't be written."""
        store = await self.store()
        store.check_writable()
        return store

    async def received(self) -> ReceivedLogs:
        """Return the logs that other machines send here."""
        store = await self.store()
        if self._received is None:
            self._received = ReceivedLogs(store)
        return self._received

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Have the listener told of each change and of the end; returns the undo."""
        self._listeners.add(listener)
        return partial(self._listeners.discard, listener)

    def warnings(self) -> list[str]:
        """Return what the user should know of the store."""
        found = [*notices(), *recent_notices(self.folder)]
        if self._store is not None and self._store.read_only:
            found.append(
                f"The store {self.folder} is read-only: what it holds is shown, but nothing can "
                "be changed, and new runs are not shown."
            )
        return found

    async def left_over(self) -> list[str]:
        """Return what is to be said of runs that wait to be sent to servers."""
        found = await self._in_thread(left_over)
        return [one.told() for one in found]

    def look_at_once(self) -> None:
        """Have the importer look now: a kernel has ended, or something has come."""
        if self._importer is not None:
            self._importer.wake()

    async def close(self) -> None:
        """Stop importing and close the store; waits for calls that still run."""
        self._closed = True
        for listener in list(self._listeners):
            listener.stopped()
        async with self._opening:
            shipping, self._shipping = self._shipping, None
            importer, self._importer = self._importer, None
            store, self._store = self._store, None
        if shipping is not None:
            shipping.cancel()
        loop = asyncio.get_running_loop()
        if importer is not None:
            await loop.run_in_executor(None, importer.stop)
        await loop.run_in_executor(None, self._executor.shutdown)
        for sender in self.senders.values():
            # One that is not done goes on without us.
            sender.poll()
        if store is not None:
            await loop.run_in_executor(None, store.close)

    def _start_importer(self, store: Store) -> None:
        if not self._importing or store.read_only or self._closed:
            return
        loop = asyncio.get_running_loop()
        importer = Importer(
            store, keep_days=self._keep_days, is_stopped_by_user=self._is_stopped_by_user
        )
        self._importer = ImporterService(store, importer, lambda _seq: _call_in(loop, self.tell))
        self._importer.start()

    async def _keep_shipping(self) -> None:
        """Send what programs that are gone have left for other servers, now and later."""
        while True:
            try:
                await self._in_thread(partial(ship_on, self._start_sender))
            except OSError:
                _log.exception("What was left for other servers can't be sent; it is tried again.")
            await asyncio.sleep(SHIP_SECONDS)

    def _start_sender(self, outbox: Path) -> None:
        sender = self.senders.get(outbox)
        if sender is None or sender.poll() is not None:
            self.senders[outbox] = start_sender(outbox)

    def _look_through(self, store: Store) -> None:
        """Find damage that nobody has met yet, while the store is in use."""
        if not store.read_only and not self._closed:
            self._executor.submit(store.look_through, is_stopped=lambda: self._closed)

    def tell(self) -> None:
        """Have the listeners look for changes."""
        for listener in list(self._listeners):
            listener.changed()

    async def _in_thread(self, function: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, function)


def _call_in(loop: asyncio.AbstractEventLoop, function: Callable[[], None]) -> None:
    """Call `function` in `loop` from another thread, unless the loop ended meanwhile."""
    try:
        loop.call_soon_threadsafe(function)
    except RuntimeError:
        if not loop.is_closed():
            raise
