"""What git says of a folder, asked so that a repository one doesn't trust runs nothing.

No shell, no hooks, no pager, no network, no filter, no textconv, no external diff, no monitor, no
submodule; a clean environment, a limit on time and on what is read.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

TIME_LIMIT_SECONDS = 2.0
MAX_DIFF_BYTES = 1024 * 1024
_MAX_LISTING_BYTES = 4 * 1024 * 1024
_KEPT_VARIABLES = ("HOME", "PATH", "SYSTEMROOT", "TEMP", "TMP", "USERPROFILE", "XDG_CONFIG_HOME")
_SAFE = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.pager": "cat",
    "diff.external": "",
    "protocol.allow": "never",
    "protocol.ext.allow": "never",
    "safe.bareRepository": "explicit",
    "submodule.recurse": "false",
}
_PROGRAM_SETTINGS = {"filter": ("clean", "smudge", "process"), "diff": ("command", "textconv")}


@dataclass(frozen=True)
class GitState:
    """A work tree at one moment."""

    commit: str
    """Empty before the first commit."""
    branch: str
    """Empty when detached."""
    dirty: bool
    """Whether a tracked file differs from the commit."""
    remote: str
    """Address of `origin` without credentials; empty where there is none."""
    diff: str
    """From the commit to the work tree, tracked files only."""
    truncated: bool


class _TooSlowError(Exception):
    pass


def git_state(
    folder: Path,
    *,
    time_limit_seconds: float = TIME_LIMIT_SECONDS,
    max_diff_bytes: int = MAX_DIFF_BYTES,
) -> GitState | None:
    """Return the state of the work tree around `folder`.

    None where there is none, git is missing or refuses, or the time is up. Blocks; any thread.
    """
    program = git_program()
    if program is None:
        return None
    call = _Git(program, folder, time.monotonic() + time_limit_seconds)
    try:
        settings = _settings(call.read(["config", "--list", "-z"], _MAX_LISTING_BYTES)[0])
        call.disarm(settings)
        listing, _ = call.read(
            [
                "status",
                "--porcelain=v2",
                "--branch",
                "-z",
                "--untracked-files=no",
                "--ignore-submodules=all",
                "--no-renames",
            ],
            _MAX_LISTING_BYTES,
        )
        commit, branch, dirty = _read_status(listing)
        diff, truncated = b"", False
        if dirty and commit:
            diff, truncated = call.read(
                [
                    "diff",
                    "--no-ext-diff",
                    "--no-textconv",
                    "--no-color",
                    "--ignore-submodules=all",
                    "HEAD",
                    "--",
                ],
                max_diff_bytes,
            )
    except (OSError, subprocess.SubprocessError, _TooSlowError):
        return None
    return GitState(
        commit=commit,
        branch=branch,
        dirty=dirty,
        remote=without_credentials(settings.get("remote.origin.url", "")),
        diff=diff.decode("utf-8", "replace"),
        truncated=truncated,
    )


@functools.cache
def git_program() -> str | None:
    """Return git's absolute path: never one that stands in the working folder."""
    absolute = [part for part in os.get_exec_path() if os.path.isabs(part)]
    return shutil.which("git", path=os.pathsep.join(absolute))


def without_credentials(address: str) -> str:
    """Return a remote's address without user, password and query.

    >>> without_credentials("https://me:token@example.org/a.git")
    'https://example.org/a.git'
    >>> without_credentials("git@example.org:a.git")
    'git@example.org:a.git'
    """
    if "://" not in address:
        return "" if "::" in address else address
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


class _Git:
    def __init__(self, program: str, folder: Path, deadline: float) -> None:
        self._program = program
        self._folder = folder
        self._deadline = deadline
        self._settings = dict(_SAFE)

    def disarm(self, settings: Mapping[str, str]) -> None:
        """Empty each setting that names a program to run on files."""
        for key in settings:
            section, _, rest = key.partition(".")
            driver, _, name = rest.rpartition(".")
            if driver and name in _PROGRAM_SETTINGS.get(section, ()):
                self._settings[key] = ""
            if driver and section == "filter" and name == "required":
                self._settings[key] = "false"

    def read(self, arguments: list[str], max_bytes: int) -> tuple[bytes, bool]:
        """Return what git prints and whether that was cut at `max_bytes`."""
        remaining = self._deadline - time.monotonic()
        if remaining <= 0:
            raise _TooSlowError
        command = [self._program, "--no-pager", "--literal-pathspecs", *arguments]
        process = subprocess.Popen(
            command,
            cwd=self._folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(remaining, stop)
        timer.daemon = True
        timer.start()
        assert process.stdout is not None
        with process.stdout as stdout:
            output = stdout.read(max_bytes + 1)
            if len(output) > max_bytes:
                process.kill()
            process.wait()
        timer.cancel()
        truncated = len(output) > max_bytes
        if late.is_set():
            raise _TooSlowError
        if process.returncode != 0 and not truncated:
            raise subprocess.CalledProcessError(process.returncode, command)
        return output[:max_bytes], truncated

    def _environment(self) -> dict[str, str]:
        """Return a clean environment; settings go in it since a key may hold a '='."""
        environment = {
            name: value for name in _KEPT_VARIABLES if (value := os.environ.get(name)) is not None
        }
        environment |= {
            "LC_ALL": "C",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_ALLOW_PROTOCOL": "none",
            "GIT_CONFIG_COUNT": str(len(self._settings)),
        }
        for number, (key, value) in enumerate(self._settings.items()):
            environment[f"GIT_CONFIG_KEY_{number}"] = key
            environment[f"GIT_CONFIG_VALUE_{number}"] = value
        return environment


def _settings(listing: bytes) -> dict[str, str]:
    settings: dict[str, str] = {}
    for item in listing.split(b"\0"):
        key, _, value = item.decode("utf-8", "surrogateescape").partition("\n")
        if key:
            settings[key] = value
    return settings


def _read_status(listing: bytes) -> tuple[str, str, bool]:
    commit = branch = ""
    dirty = False
    for item in listing.decode("utf-8", "replace").split("\0"):
        if item.startswith("# branch.oid "):
            commit = item.removeprefix("# branch.oid ").replace("(initial)", "")
        elif item.startswith("# branch.head "):
            branch = item.removeprefix("# branch.head ").replace("(detached)", "")
        elif item and not item.startswith("#"):
            dirty = True
    return commit, branch, dirty
