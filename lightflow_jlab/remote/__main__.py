"""The sender's process: `python -m lightflow_jlab.remote OUTBOX`, started by those who log."""

from __future__ import annotations

import sys
from pathlib import Path

from lightflow_jlab.remote.sender import Sender

if __name__ == "__main__":
    sys.exit(int(Sender(Path(sys.argv[1])).run()))
