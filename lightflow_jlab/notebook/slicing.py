"""The executions that one execution stands on, by the names that they read, bind and change."""

from __future__ import annotations

import builtins
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from lightflow_jlab.notebook.names import Names

_GIVEN = frozenset(dir(builtins)) | {"get_ipython", "display", "In", "Out", "exit", "quit", "_"}


@dataclass(frozen=True)
class Slice:
    indices: tuple[int, ...]
    """Into what was sliced, rising; the last execution itself is the last."""
    unknown: tuple[str, ...]
    """Names that are read but set by nothing that was seen."""


def slice_of(executed: Sequence[Names], own: Sequence[int] = ()) -> Slice:
    """Return what the last of some executions stands on.

    Parameters
    ----------
    own
        Indices of others that belong to what is sliced.
    """
    changes = _changes(executed)
    touched: dict[str, list[int]] = defaultdict(list)
    for index, names in enumerate(executed):
        for name in names.binds | changes[index]:
            touched[name].append(index)
    last = len(executed) - 1
    found = {last, *own}
    unknown: set[str] = set()
    wanted = [
        (name, index)
        for index in found
        for name in executed[index].reads | executed[index].deferred - executed[index].binds
    ]
    # What it may leave as it was, as in `if a: x = 1`, is as some earlier one made it.
    wanted += [(name, last) for name in changes[last] if touched[name][0] < last]
    seen = set(wanted)
    while wanted:
        name, before = wanted.pop()
        indices = [index for index in touched.get(name, ()) if index < before]
        bound = False
        for index in reversed(indices):
            needed = executed[index]
            found.add(index)
            for other, at in [(other, index) for other in needed.reads] + [
                # A function reads when it is called, so what counts is how things stand then.
                (other, before)
                for other in needed.deferred
            ]:
                if (other, at) not in seen:
                    seen.add((other, at))
                    wanted.append((other, at))
            if name in needed.binds and name not in changes[index]:
                bound = True
                break
        begun = bound or (indices and name in executed[indices[0]].binds)
        if not begun and name not in _GIVEN:
            unknown.add(name)
    return Slice(tuple(sorted(found)), tuple(sorted(unknown)))


def _changes(executed: Sequence[Names]) -> list[set[str]]:
    """Return what each execution changes: calling a function of a module is no change of it."""
    modules: set[str] = set()
    found = []
    for names in executed:
        found.append(names.changes | (names.calls - modules))
        modules = (modules - names.binds) | names.imports
    return found
