"""The log is on a local disk, where there is one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lightflow_jlab.config.file_system import file_system
from lightflow_jlab.config.locations import fallback_spool_folder, spool_folder
from lightflow_jlab.tracking.recorder import spool_folders

STORE = Path("/home/ada/.lightflow")


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs"])
def test_beside_a_network_folder_the_local_disk_comes_first(kind: str):
    own, local = spool_folder(STORE), fallback_spool_folder(STORE)
    kinds = {own: kind, local: "ext4"}
    assert spool_folders(STORE, kinds.__getitem__) == [local, own]


@pytest.mark.parametrize(("own", "local"), [("ext4", "ext4"), ("nfs4", "nfs4"), ("", "")])
def test_elsewhere_the_stores_own_folder_comes_first(own: str, local: str):
    folders = [spool_folder(STORE), fallback_spool_folder(STORE)]
    kinds = dict(zip(folders, (own, local), strict=True))
    assert spool_folders(STORE, kinds.__getitem__) == folders


@pytest.mark.skipif(sys.platform != "linux", reason="told by Linux only")
def test_the_kind_of_a_folder_is_what_the_system_says(tmp_path: Path):
    said = subprocess.run(
        ["stat", "-f", "-c", "%T", str(tmp_path)], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert file_system(tmp_path / "not" / "there").rstrip("234") in said or said == "overlayfs"
