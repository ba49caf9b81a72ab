"""Two stores become one by the ids of their runs; what is there already is kept."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lightflow_jlab.cli import main
from lightflow_jlab.config.locations import artifact_folder
from lightflow_jlab.contract.rest import RunPatch
from lightflow_jlab.store import Store, model_versions

from .whole_store import EMPTIED, LOGGED, OF_A_CLIENT, Contents, contents, make_store

HERE = "5a" * 16


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Contents]:
    """Return a store with one of everything, and what it answers."""
    folder = tmp_path_factory.mktemp("other") / ".lightflow"
    store = make_store(folder)
    files = artifact_folder(folder, LOGGED[0])
    (files / "plots").mkdir(parents=True)
    (files / "plots" / "a.txt").write_text("four")
    (files / "link").symlink_to("/etc/hostname")
    told = contents(store)
    store.close()
    return folder, told


def merged(other: Path, into: Path, *more: str) -> int:
    return main(["merge", str(other), "--into", str(into), *more])


def test_all_that_another_store_has_comes_once(
    other: tuple[Path, Contents], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, told = other
    into = tmp_path / ".lightflow"
    store = Store.open(into)
    for name in ("letters", "words"):
        store.create_experiment(name)

    assert merged(folder, into, "--dry-run") == 0
    assert "12 runs in 1 new experiments would come" in capsys.readouterr().out
    assert contents(store).runs == {}
    assert merged(folder, into) == 0
    printed = capsys.readouterr().out
    assert "12 runs in 1 new experiments came, 4 bytes of artifacts" in printed
    assert "digits-net, digits-net/1" in printed

    digits = store.experiment_by_name("digits")
    assert digits is not None
    expected = {
        run_id: {**run, "experiment_id": digits.experiment_id} for run_id, run in told.runs.items()
    }
    found = contents(store)
    assert found.runs == expected
    assert (found.histories, found.documents) == (told.histories, told.documents)
    assert found.models == told.models
    assert found.ledgers == told.ledgers
    assert [one.source for one in told.ledgers[LOGGED[0]]] == ["x = 1\n", "x += 1\n", "x = 1\n"]
    copied = artifact_folder(into, LOGGED[0]) / "plots" / "a.txt"
    assert copied.read_text() == "four"
    assert not (artifact_folder(into, LOGGED[0]) / "link").is_symlink()
    assert copied.stat().st_mode & 0o777 == 0o600

    assert merged(folder, into) == 0
    assert "0 runs in 0 new experiments came" in capsys.readouterr().out
    assert contents(store) == found
    store.close()


def test_what_is_here_is_kept_and_what_was_removed_here_stays_so(
    other: tuple[Path, Contents], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, _ = other
    into = Path(shutil.copytree(folder, tmp_path / ".lightflow", symlinks=True))
    store = Store.open(into)
    store.update_run(LOGGED[0], RunPatch(note="mine"))
    store.delete_run(LOGGED[1])
    store.empty_trash()
    number = store.change(
        model_versions.create_version,
        "digits-net",
        model_versions.NewVersion("elsewhere", "", None, None, None, None, {}),
    )
    assert merged(folder, into) == 0
    told = capsys.readouterr().out
    assert "0 runs in 0 new experiments came" in told
    assert "2 runs were deleted here for good, and stay so." in told
    assert store.run(LOGGED[0]).note == "mine"
    assert number == 2
    assert len(store.ask(model_versions.find_versions, model_versions.versions.c.version > 0)) == 2
    assert EMPTIED not in contents(store).runs
    store.close()


def test_a_version_whose_number_is_taken_gets_the_next_and_only_once(
    other: tuple[Path, Contents], tmp_path: Path
) -> None:
    folder, _ = other
    into = Path(shutil.copytree(folder, tmp_path / "into" / ".lightflow", symlinks=True))
    theirs = Path(shutil.copytree(folder, tmp_path / "theirs" / ".lightflow", symlinks=True))
    for at, source in ((into, "made here"), (theirs, "made there")):
        store = Store.open(at)
        new = model_versions.NewVersion(source, "", OF_A_CLIENT, None, None, None, {})
        assert store.change(model_versions.create_version, "digits-net", new) == 2
        store.close()
    for _ in range(2):
        assert merged(theirs, into) == 0
    store = Store.open(into)
    found = store.ask(model_versions.find_versions, model_versions.versions.c.version > 0)
    assert {
        version.row["version"]: version.row["source"]
        for version in found
        if version.row["version"] > 1
    } == {2: "made here", 3: "made there"}
    store.close()


def test_a_store_is_not_merged_into_itself_or_from_nowhere(
    other: tuple[Path, Contents], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert merged(other[0], other[0]) == 1
    assert "can't be merged into itself" in capsys.readouterr().err
    assert merged(tmp_path / "none", other[0]) == 1
    assert "There is no store at" in capsys.readouterr().err
