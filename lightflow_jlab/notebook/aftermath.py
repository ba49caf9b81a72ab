"""What is told of a run when it has ended: its verdict, and what changed since the last attempt."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lightflow_jlab.contract.records import ParamRecord
from lightflow_jlab.contract.scalars import Origin
from lightflow_jlab.notebook.attempts import recorded_attempts
from lightflow_jlab.notebook.harmless import harmless
from lightflow_jlab.notebook.judgement import Judgement
from lightflow_jlab.notebook.surroundings import Surroundings
from lightflow_jlab.tracking.run import ActiveRun, Source

if TYPE_CHECKING:
    from lightflow_jlab.store.attempt import Attempt

SETTING = "LIGHTFLOW_CHANGED"
Tell = Callable[[list[str]], None]
_LONGEST_WAIT_SECONDS = 20.0


def is_switched_on() -> bool:
    """Tell whether attempts are compared at all: not with LIGHTFLOW_CHANGED=0."""
    return os.environ.get(SETTING, "").strip().lower() not in ("0", "false", "no", "off")


@dataclass
class _Ended:
    """What is known of the run itself when it ends."""

    metrics: dict[str, tuple[float, Origin]]
    params: dict[str, ParamRecord]
    code: str


class Aftermath:
    """Found out in a thread, when the cell has ended; it loads nothing that users import too.

    Parameters
    ----------
    source
        Where the run comes from; None where its attempts are not compared.
    tell
        Called with the sentences where they were not there yet when they were asked for.
    only_changes
        Say nothing where there is no earlier attempt to compare with.
    """

    def __init__(
        self,
        run: ActiveRun,
        source: Source | None,
        surroundings: Surroundings | None,
        tell: Tell,
        *,
        only_changes: bool = False,
    ) -> None:
        self._run = run
        self._source = source if source and source.cell_id and is_switched_on() else None
        self._surroundings = surroundings
        self._judgement: Judgement | None = None
        self._tell = tell
        self._only_changes = only_changes
        self._ending = threading.Event()
        self._ended: _Ended | None = None
        self._lock = threading.Lock()
        self._found: list[str] | None = None
        self._is_awaited = False
        self._thread = threading.Thread(
            target=self._find_out, name="lightflow-aftermath", daemon=True
        )

    def start(self) -> None:
        self._thread.start()

    def ended(self, code: str, judgement: Judgement | None, tell: Tell | None) -> None:
        """Take note of what was recorded; while the run can still be logged to.

        `tell` takes the place of the one that was given first.
        """
        self._judgement = judgement
        self._tell = tell or self._tell
        self._ended = _Ended(self._run.last_values, dict(self._run.params), code)
        self._ending.set()

    def wait(self, seconds: float) -> None:
        self._thread.join(seconds)

    def sentences(self) -> list[str]:
        """Return what was found out; where that isn't done, `tell` hears of it later."""
        with self._lock:
            self._is_awaited = self._found is None
            return self._found or []

    @harmless("find out what changed since the last attempt")
    def _find_out(self) -> None:
        self._ending.wait()
        for beside in (self._judgement, self._surroundings):
            if beside is not None:
                beside.wait(_LONGEST_WAIT_SECONDS)
        changes = self._changes()
        sentences = [changes] if changes else []
        verdict = self._judgement.verdict if self._judgement is not None else None
        if verdict is not None and (changes or not self._only_changes):
            sentences.insert(0, verdict.in_one_line)
        with self._lock:
            self._found = sentences
            is_awaited = self._is_awaited
        if is_awaited and sentences:
            self._tell(sentences)

    def _changes(self) -> str:
        """Return what changed in one line; empty where there is nothing to compare with."""
        assert self._ended is not None, "the thread waits for it"
        if self._source is None:
            return ""
        from lightflow_jlab.store.changes import changes_of
        from lightflow_jlab.store.leading_metric import leading_key
        from lightflow_jlab.tracking.changes import in_one_line

        leading = leading_key({key: origin for key, (_, origin) in self._ended.metrics.items()})
        now = self._now(self._ended)
        try:
            with recorded_attempts(self._run.store, self._source, now, leading) as earlier:
                return in_one_line(changes_of(now, leading, earlier))
        except sqlite3.Error:
            # The database is busy, damaged, or just being replaced: the run's details have it.
            return ""

    def _now(self, ended: _Ended) -> Attempt:
        from lightflow_jlab.contract.param_values import param_text
        from lightflow_jlab.store.attempt import Attempt, data_text, packages_in, stood_on

        verdict = self._judgement.verdict if self._judgement else None
        beside = self._surroundings
        return Attempt(
            run_id=self._run.info.run_id,
            run_name=self._run.info.run_name,
            number=0,
            metrics={key: value for key, (value, _) in ended.metrics.items()},
            params={key: param_text(record) for key, record in ended.params.items()},
            source=ended.code,
            stood_on=stood_on(verdict.as_json(is_tracked=False)) if verdict else {},
            packages=packages_in(beside.environment) if beside else {},
            commit=beside.commit if beside else "",
            datasets={
                one.name: data_text(one.digest, one.profile) for one in self._run.datasets.values()
            },
        )
