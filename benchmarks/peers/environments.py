"""An environment of its own for each peer, under `.test/peers/`, made by uv when it isn't there."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.peers.roster import Peer

ROOT = Path(__file__).resolve().parents[2]
_HOME = ROOT / ".test" / "peers"


class NotInstalledError(Exception):
    """Carries what the installer said."""


def python_of(peer: Peer) -> str:
    """Return the interpreter that has the peer. Raises `NotInstalledError`."""
    if not peer.requirement:
        return sys.executable
    folder = _HOME / peer.module
    python, installed = folder / "bin" / "python", folder / "requirement.txt"
    if installed.exists() and installed.read_text() == peer.requirement:
        return str(python)
    print(f"Making the environment of {peer.title}: {peer.requirement}", file=sys.stderr)
    _uv("venv", "--clear", "--python", sys.executable, str(folder))
    _uv(
        *("pip", "install", "--compile-bytecode", "--python", str(python)),
        *peer.requirement.split(),
    )
    installed.write_text(peer.requirement)
    return str(python)


def _uv(*arguments: str) -> None:
    beside = Path(sys.executable).with_name("uv")
    command = str(beside) if beside.exists() else shutil.which("uv")
    if command is None:
        raise SystemExit("The peers' environments are made by uv, which isn't here: pip install uv")
    done = subprocess.run([command, "--quiet", *arguments], capture_output=True, text=True)
    if done.returncode:
        raise NotInstalledError(done.stderr.strip())
