"""The packages of an environment, as `importlib.metadata` would name them."""

from __future__ import annotations

import importlib.metadata
import json
import platform
import re
import sys
from pathlib import Path

import pytest

from lightflow_jlab.tracking.environment import environment_json, installed_packages


def test_packages_are_those_that_importlib_finds() -> None:
    expected: dict[str, str] = {}
    for distribution in importlib.metadata.distributions():
        name = re.sub(r"[-_.]+", "-", distribution.metadata["Name"]).lower()
        expected.setdefault(name, distribution.version)
    assert installed_packages() == dict(sorted(expected.items()))


def test_a_package_installed_later_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path), "missing folder"])
    assert installed_packages() == {}
    (tmp_path / "My_Package-1.2.post1.dist-info").mkdir()
    assert installed_packages() == {"my-package": "1.2.post1"}


def test_python_is_named() -> None:
    environment = json.loads(environment_json())
    assert environment["python"] == platform.python_version()
    assert environment["packages"] == installed_packages()
