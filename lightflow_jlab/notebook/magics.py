"""`%%track?`, `%runs` and their like, as IPython's help and completion know them."""

from __future__ import annotations

import sys
from typing import Any

from IPython.core.magic import Magics, cell_magic, line_magic, magics_class

import lightflow_jlab
from lightflow_jlab.notebook.ledger_log import LedgerLog
from lightflow_jlab.notebook.track_line import TrackLineError, split_words, unquoted

_NOTHING_WRITTEN = (
    "Nothing is written down of the cells that this kernel executed: that begins with its first "
    "run, or with %ledger on.\n"
)


@magics_class
class LightflowMagics(Magics):
    def __init__(self, shell: Any, ledger_log: LedgerLog) -> None:
        super().__init__(shell)
        self._ledger_log = ledger_log

    @cell_magic
    def track(self, line: str, cell: str) -> None:
        """Record this cell as a run; the cell itself runs as it would without this line.

        %%track [NAME] [flags] [param=value ...]

        NAME                 the run's name; quote one with spaces
        param=value          set as a variable before the cell runs, and recorded as a param
        -e, --experiment X   the experiment; by default that of lf.set_experiment
        -t, --tag key=value  a tag; may be given several times
        -n, --note "..."     the run's note, in markdown
        --nested             a run below the active one (what is active decides; accepted for
                             clearness)
        --resume ID|last     go on with a run instead of starting one
        --no-params          leave out what the cell's variables tell
        --no-capture         leave out source, output, figures, git and environment
        -q, --quiet          no card under the cell

        The run ends with the cell: FINISHED, FAILED with the exception, KILLED when interrupted.
        Log in between with lf.log({'loss': 0.1}).

            %%track baseline -e digits -t stage=draft lr=0.01 epochs=5
            for epoch in range(epochs):
                lf.log({'loss': train(lr)})
        """
        raise TrackLineError(
            "%%track: was called as a function. Expected it as the first line of a cell: it makes "
            "a run of the cell around it."
        )

    @line_magic
    def runs(self, line: str) -> Any:
        """Show runs as a DataFrame: %runs [FILTER], for example %runs metrics.accuracy > 0.9"""
        return lightflow_jlab.runs(line.strip())

    @line_magic
    def compare(self, line: str) -> Any:
        """Compare runs by their ids or names: %compare RUN RUN ..."""
        wanted = [unquoted(word) for word in split_words(line)]
        if not wanted:
            raise TrackLineError("%compare: no run is named. Expected run ids: %compare ID ID.")
        return lightflow_jlab.compare(wanted)

    @line_magic
    def changed(self, line: str) -> Any:
        """Tell what changed since the cell's previous and best attempts: %changed [RUN_ID]"""
        return lightflow_jlab.changed(line.strip() or None)

    @line_magic
    def ledger(self, line: str) -> Any:
        """Show which cells this kernel executed: %ledger [on|off|RUN_ID]

        RUN_ID  show those of the kernels that recorded a run, alive or not
        on      write them down from now on, those until now too, without a run as well
        off     note and write down nothing more: runs have no slice and no verdict then

        By itself it is written down from the kernel's first run on. LIGHTFLOW_LEDGER=1 or 0 in the
        kernel's environment is `on` or `off` from the beginning.
        """
        word = line.strip()
        if word == "on":
            self._ledger_log.ask_for()
        elif word == "off":
            self._ledger_log.end()
        elif word or self._ledger_log.is_writing:
            return lightflow_jlab.ledger(word or None)
        else:
            sys.stdout.write(_NOTHING_WRITTEN)
        return None
