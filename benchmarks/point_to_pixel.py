"""What the browser measures of itself: plays its UI tests, and reads what they kept."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import msgspec

from benchmarks.table import Row

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "ui-tests" / "measured.json"


def measure() -> list[Row]:
    """Build the wheel, install it and measure in a real Chromium; minutes, not seconds."""
    KEPT.unlink(missing_ok=True)
    environment = os.environ | {"LIGHTFLOW_MEASURES": "1"}
    subprocess.run(
        [ROOT / "scripts" / "test", "ui", "measures", "loading"],
        cwd=ROOT,
        env=environment,
        check=True,
    )
    kept = msgspec.json.decode(KEPT.read_bytes(), type=list[dict[str, str]])
    return [Row(**row) for row in kept]
