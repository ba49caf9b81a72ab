"""What JupyterLab's side asks of a kernel before a cell runs that is tracked without a line."""

from __future__ import annotations

import os
import sys

from lightflow_jlab.notebook.extension import load
from lightflow_jlab.notebook.without_line import SETTING


def prepare(*, track_training: bool) -> None:
    """Load Lightflow into the kernel's shell; called in a silent execution."""
    shell = sys.modules["IPython"].get_ipython()
    load(shell, by_a_cell=False)
    os.environ[SETTING] = "1" if track_training else "0"
