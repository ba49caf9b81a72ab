"""Git's word on a folder, and that a hostile repository runs nothing by it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from lightflow_jlab.tracking.git import GitState, git_program, git_state, without_credentials


def git(folder: Path, *arguments: str) -> str:
    settings = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    done = subprocess.run(
        ["git", *settings, *arguments], cwd=folder, check=True, capture_output=True, timeout=20
    )
    return done.stdout.decode().strip()


@pytest.fixture
def work_tree(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    (folder / "train.py").write_text("lr = 0.1\n")
    git(folder, "add", "train.py")
    git(folder, "commit", "-q", "-m", "Train")
    return folder


def test_a_clean_work_tree_has_its_commit_and_branch(work_tree: Path) -> None:
    git(work_tree, "remote", "add", "origin", "https://me:secret@example.org/team/project.git")
    (work_tree / "untracked.txt").write_text("not git's business")
    assert git_state(work_tree) == GitState(
        commit=git(work_tree, "rev-parse", "HEAD"),
        branch="main",
        dirty=False,
        remote="https://example.org/team/project.git",
        diff="",
        truncated=False,
    )


def test_an_edited_work_tree_is_dirty_and_gives_its_diff(work_tree: Path) -> None:
    (work_tree / "train.py").write_text("lr = 0.2\n")
    below = work_tree / "notebooks"
    below.mkdir()
    state = git_state(below)
    assert state is not None
    assert (state.dirty, state.truncated) == (True, False)
    assert state.diff.splitlines()[-2:] == ["-lr = 0.1", "+lr = 0.2"]


def test_a_long_diff_is_cut(work_tree: Path) -> None:
    (work_tree / "train.py").write_text("line\n" * 100_000)
    state = git_state(work_tree, max_diff_bytes=1_000)
    assert state is not None
    assert (len(state.diff), state.truncated) == (1_000, True)


def test_a_detached_head_has_no_branch(work_tree: Path) -> None:
    git(work_tree, "checkout", "-q", "--detach")
    state = git_state(work_tree)
    assert state is not None
    assert (state.branch, state.commit) == ("", git(work_tree, "rev-parse", "HEAD"))


def test_before_the_first_commit_there_is_only_a_branch(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    assert git_state(tmp_path) == GitState("", "main", False, "", "", False)


def test_outside_of_a_work_tree_there_is_no_state(tmp_path: Path) -> None:
    assert git_state(tmp_path) is None
    assert git_state(tmp_path / "gone") is None


def test_when_the_time_is_up_there_is_no_state(work_tree: Path) -> None:
    assert git_state(work_tree, time_limit_seconds=0.0) is None


def test_git_is_named_by_an_absolute_path() -> None:
    program = git_program()
    assert program is not None and Path(program).is_absolute()


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://example.org/a.git", "https://example.org/a.git"),
        ("https://token@example.org:8443/a.git?key=1#x", "https://example.org:8443/a.git"),
        ("ssh://git@example.org/a.git", "ssh://example.org/a.git"),
        ("git@example.org:team/a.git", "git@example.org:team/a.git"),
        ("ext::sh -c 'curl -H token' %S", ""),
        ("", ""),
    ],
)
def test_a_remote_is_shown_without_credentials(address: str, shown: str) -> None:
    assert without_credentials(address) == shown


def canary_script(folder: Path, name: str) -> tuple[str, Path]:
    script, canary = folder / f"{name}.sh", folder / f"{name}.sang"
    script.write_text(f"#!/bin/sh\ntouch '{canary}'\ncat\n")
    script.chmod(0o700)
    return str(script), canary


HOSTILE_SETTINGS = {
    "core.fsmonitor": ["status"],
    "core.pager": [],
    "core.editor": [],
    "core.sshCommand": [],
    "diff.external": ["diff", "HEAD"],
    "diff.evil.command": ["diff", "HEAD"],
    "diff.evil.textconv": ["diff", "HEAD"],
    "filter.evil.clean": ["diff", "HEAD"],
    "filter.evil.process": ["diff", "HEAD"],
    "filter.e=v=il.clean": ["diff", "HEAD"],
    "filter.e.v.il.clean": ["diff", "HEAD"],
    "remote.origin.uploadpack": [],
    "alias.status": [],
}


@pytest.mark.parametrize("setting", HOSTILE_SETTINGS)
def test_a_hostile_setting_runs_nothing(work_tree: Path, tmp_path: Path, setting: str) -> None:
    command, canary = canary_script(tmp_path, "canary")
    driver = setting.partition(".")[2].rpartition(".")[0] or "evil"
    kind = setting.partition(".")[0] if setting.partition(".")[0] in ("diff", "filter") else "diff"
    (work_tree / ".gitattributes").write_text(f"*.py {kind}={driver}\n")
    (work_tree / "train.py").write_text("lr = 0.2\n")
    git(work_tree, "config", setting, command)
    if setting.startswith("filter."):
        git(work_tree, "config", f"filter.{driver}.required", "true")
    state = git_state(work_tree)
    assert state is not None and state.dirty
    assert not canary.exists()
    if arguments := HOSTILE_SETTINGS[setting]:
        subprocess.run(
            ["git", *arguments], cwd=work_tree, capture_output=True, timeout=20, check=False
        )
        assert canary.exists(), "plain git runs it, so the test could have seen it"


def test_hooks_run_nothing(work_tree: Path, tmp_path: Path) -> None:
    command, canary = canary_script(tmp_path, "hook")
    for hook in ("post-index-change", "fsmonitor-watchman", "post-checkout", "pre-commit"):
        (work_tree / ".git" / "hooks").mkdir(exist_ok=True)
        target = work_tree / ".git" / "hooks" / hook
        target.write_text(Path(command).read_text())
        target.chmod(0o700)
    (work_tree / "train.py").touch()
    assert git_state(work_tree) is not None
    assert not canary.exists()


def test_a_missing_object_is_not_fetched(work_tree: Path, tmp_path: Path) -> None:
    command, canary = canary_script(tmp_path, "fetch")
    Path(command).write_text(f"#!/bin/sh\ntouch '{canary}'\n")
    blob = git(work_tree, "rev-parse", "HEAD:train.py")
    (work_tree / "train.py").write_text("lr = 0.2\n")
    git(work_tree, "config", "remote.origin.url", f"ext::{command} %S")
    git(work_tree, "config", "remote.origin.promisor", "true")
    git(work_tree, "config", "core.repositoryFormatVersion", "1")
    git(work_tree, "config", "extensions.partialClone", "origin")
    git(work_tree, "config", "protocol.ext.allow", "always")
    (work_tree / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    git_state(work_tree)
    assert not canary.exists()
    subprocess.run(
        ["git", "diff", "HEAD"], cwd=work_tree, capture_output=True, timeout=20, check=False
    )
    assert canary.exists(), "plain git runs it, so the test could have seen it"


def test_a_hostile_submodule_runs_nothing(work_tree: Path, tmp_path: Path) -> None:
    command, canary = canary_script(tmp_path, "submodule")
    inner = tmp_path / "inner"
    inner.mkdir()
    git(inner, "init", "-q")
    (inner / "a").write_text("a")
    git(inner, "add", "a")
    git(inner, "commit", "-q", "-m", "A")
    git(work_tree, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner), "sub")
    git(work_tree, "commit", "-q", "-m", "Add a submodule")
    git(work_tree / "sub", "config", "core.fsmonitor", command)
    (work_tree / "sub" / "a").write_text("b")
    assert git_state(work_tree) is not None
    assert not canary.exists()
    git(work_tree, "status")
    assert canary.exists(), "plain git runs it, so the test could have seen it"


def test_the_persons_git_variables_are_not_passed_on(
    work_tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command, canary = canary_script(tmp_path, "variable")
    (work_tree / "train.py").write_text("lr = 0.2\n")
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", command)
    monkeypatch.setenv("GIT_DIR", str(tmp_path))
    monkeypatch.setenv("GIT_PAGER", command)
    state = git_state(work_tree)
    assert state is not None and state.dirty and "+lr = 0.2" in state.diff
    assert not canary.exists()
