"""The Python and the packages that a run sees."""

from __future__ import annotations

import json
import os
import platform
import re
import sys
from functools import lru_cache

_FOLDER = re.compile(r"(?P<name>.+?)-(?P<version>[^-]+)(?:-py[\d.]+)?\.(?:dist-info|egg-info)")


def environment_json() -> str:
    """Return Python, system and packages as JSON. Some milliseconds; any thread."""
    return json.dumps(
        {
            "python": platform.python_version(),
            "implementation": platform.python_implementation(),
            "system": platform.system(),
            "release": platform.release(),
            "machine": platform.machine(),
            "packages": installed_packages(),
        },
        indent=1,
    )


def installed_packages() -> dict[str, str]:
    """Return the version of each installed distribution, by normalised name, sorted.

    Read from the names of the metadata folders on `sys.path`, where the first found wins, as in
    `importlib.metadata`, which would open each of them: 100 times slower.
    """
    found: dict[str, str] = {}
    for entry in sys.path:
        folder = entry or os.getcwd()
        try:
            changed = os.stat(folder).st_mtime_ns
        except OSError:
            continue
        for name, version in _distributions(folder, changed):
            found.setdefault(name, version)
    return dict(sorted(found.items()))


@lru_cache(maxsize=64)
def _distributions(folder: str, changed: int) -> tuple[tuple[str, str], ...]:
    """Return (name, version) pairs; `changed` is the folder's mtime and keeps the cache honest."""
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries]
    except OSError:
        return ()
    matches = [found for name in names if (found := _FOLDER.fullmatch(name))]
    return tuple(
        (re.sub(r"[-_.]+", "-", match["name"]).lower(), match["version"]) for match in matches
    )
