"""A library between processes and the disk that makes their calls fail, wait or end half-way."""

from __future__ import annotations

import errno
import shutil
import subprocess
from pathlib import Path

import pytest

NOT_MAPPED = f"posix_fallocate fail {errno.EOPNOTSUPP}\n"
"""The log is written, not mapped."""


class Disk:
    """The faults of a disk, as children with this `environment` meet them; see faulty_disk.c."""

    def __init__(self, library: Path, folder: Path) -> None:
        self._control = folder / "faults"
        self._notes = folder / "notes"
        self.environment = {
            "LD_PRELOAD": str(library),
            "FAULTY_DISK": str(self._control),
            "DISK_NOTES": str(self._notes),
        }
        self.set("")

    def set(self, faults: str) -> None:
        draft = self._control.with_suffix(".new")
        draft.write_text(faults)
        draft.replace(self._control)

    def notes(self) -> list[list[str]]:
        """Return what `note` has noted: call, place, size, error number."""
        return [line.split() for line in self._notes.read_text().splitlines()]


@pytest.fixture(scope="session")
def faulty_disk_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not shutil.which("cc"):
        pytest.skip("there is no C compiler here")
    target = tmp_path_factory.mktemp("shim") / "faulty_disk.so"
    source = Path(__file__).with_name("faulty_disk.c")
    subprocess.run(
        ["cc", "-shared", "-fPIC", "-O1", "-o", str(target), str(source), "-ldl"], check=True
    )
    return target


@pytest.fixture
def disk(faulty_disk_library: Path, tmp_path: Path) -> Disk:
    return Disk(faulty_disk_library, tmp_path)
