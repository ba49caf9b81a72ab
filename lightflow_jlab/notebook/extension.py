"""Lightflow in an IPython shell: loading it, and taking it out again without a trace."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from lightflow_jlab.notebook.context import CellContext
from lightflow_jlab.notebook.harmless import forget_failures
from lightflow_jlab.notebook.hooks import CellHooks
from lightflow_jlab.notebook.streams import StreamCapture
from lightflow_jlab.notebook.transformer import hide_track_line, prefilter_below
from lightflow_jlab.tracking.place import set_place

if TYPE_CHECKING:
    from lightflow_jlab.notebook.card import CardFactory

MAGICS = {"cell": ("track",), "line": ("runs", "compare", "changed", "ledger")}

_undo: WeakKeyDictionary[Any, list[Callable[[], None]]] = WeakKeyDictionary()


def load_ipython_extension(ip: Any) -> None:
    """Answer `%load_ext lightflow_jlab`."""
    load(ip)


def unload_ipython_extension(ip: Any) -> None:
    """Answer `%unload_ext lightflow_jlab`."""
    unload(ip)


def load(ip: Any, card_factory: CardFactory | None = None, *, by_a_cell: bool = True) -> None:
    """Offer `%%track` in a shell; loading twice changes nothing.

    Parameters
    ----------
    card_factory
        Makes the card under a tracked cell; without one there is no card. By default what the
        package offers as `card_factory`.
    by_a_cell
        Whether the last of IPython's inputs is the cell that loads Lightflow.
    """
    if ip in _undo:
        return
    forget_failures()
    from lightflow_jlab.notebook.magics import LightflowMagics

    streams = StreamCapture()
    context = CellContext(ip, streams, _factory_finder(card_factory))
    if context.ledger.is_on:
        # The cell that loads Lightflow is added when it ends.
        inputs = ip.history_manager.input_hist_raw[1:]
        context.ledger.add_earlier(inputs[:-1] if by_a_cell else inputs)
    hooks = CellHooks(context)
    prefilter = prefilter_below(ip)
    undo: list[Callable[[], None]] = []
    _undo[ip] = undo

    set_place(hooks.place)
    undo.append(partial(set_place, None))
    streams.install()
    undo.append(streams.remove)
    for transformers, transformer in (
        (ip.input_transformers_cleanup, hide_track_line),
        (ip.input_transformers_cleanup, hooks.check_place),
        (ip.input_transformers_post, prefilter),
    ):
        transformers.append(transformer)
        undo.append(_remover(transformers, transformer))
    for event, callback in (
        ("pre_run_cell", hooks.pre_run_cell),
        ("post_run_cell", hooks.post_run_cell),
    ):
        ip.events.register(event, callback)
        undo.append(_unregisterer(ip, event, callback))
    undo.append(_magics_restorer(ip))
    ip.register_magics(LightflowMagics(ip, context.ledger_log))


def unload(ip: Any) -> None:
    """Take out everything that `load` put in; does nothing where it isn't loaded."""
    for step in reversed(_undo.pop(ip, [])):
        step()


def _remover(transformers: list[Any], transformer: Any) -> Callable[[], None]:
    def remove() -> None:
        if transformer in transformers:
            transformers.remove(transformer)

    return remove


def _unregisterer(ip: Any, event: str, callback: Any) -> Callable[[], None]:
    def unregister() -> None:
        if callback in ip.events.callbacks[event]:
            ip.events.unregister(event, callback)

    return unregister


def _magics_restorer(ip: Any) -> Callable[[], None]:
    """Remember the magics that ours replace, to put them back."""
    tables = ip.magics_manager.magics
    before = {
        (kind, name): tables[kind].get(name) for kind, names in MAGICS.items() for name in names
    }

    def restore() -> None:
        for (kind, name), magic in before.items():
            tables[kind].pop(name, None)
            if magic is not None:
                tables[kind][name] = magic
        ip.magics_manager.registry.pop("LightflowMagics", None)

    return restore


def _factory_finder(given: CardFactory | None) -> Callable[[], CardFactory | None]:
    """Return what finds the card factory: `given`, or what the package's root offers."""

    def find() -> CardFactory | None:
        if given is not None:
            return given
        import lightflow_jlab

        offered: CardFactory | None = getattr(lightflow_jlab, "card_factory", None)
        return offered

    return find
