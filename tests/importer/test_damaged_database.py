"""A damaged database is moved away whole, and the store has its runs again by itself."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lightflow_jlab.config.notices import notices
from lightflow_jlab.errors import StoreDamagedError
from lightflow_jlab.importer import Importer
from lightflow_jlab.importer.catch_up import catch_up
from lightflow_jlab.importer.retention import kept_segments
from lightflow_jlab.store import Store
from lightflow_jlab.store.quarantine import quarantined

from .whole_store import EMPTIED, LOGGED, OF_A_CLIENT, Contents, contents, make_store, row_counts

PAGE = 4096
Damage = Callable[[random.Random, Path], None]


def head(dice: random.Random, database: Path) -> None:
    _overwrite(database, 0, dice.randbytes(100))


def first_page(dice: random.Random, database: Path) -> None:
    _overwrite(database, 0, dice.randbytes(PAGE))


def pages_of_garbage(dice: random.Random, database: Path) -> None:
    for _ in range(dice.randint(1, 6)):
        _overwrite(database, PAGE * _some_page(dice, database), dice.randbytes(PAGE))


def pages_of_zeros(dice: random.Random, database: Path) -> None:
    first = _some_page(dice, database)
    _overwrite(database, PAGE * first, bytes(PAGE * dice.randint(1, 8)))


def cut_short(dice: random.Random, database: Path) -> None:
    with database.open("r+b") as file:
        file.truncate(dice.randrange(database.stat().st_size))


def log_of_garbage(dice: random.Random, database: Path) -> None:
    log = database.with_name(database.name + "-wal")
    _overwrite(log, dice.randrange(log.stat().st_size), dice.randbytes(dice.randint(1, 20_000)))


def log_cut_short(dice: random.Random, database: Path) -> None:
    log = database.with_name(database.name + "-wal")
    with log.open("r+b") as file:
        file.truncate(dice.randrange(log.stat().st_size))


DAMAGES: tuple[Damage, ...] = (
    head,
    first_page,
    pages_of_garbage,
    pages_of_zeros,
    cut_short,
    log_of_garbage,
    log_cut_short,
)


def _some_page(dice: random.Random, database: Path) -> int:
    return dice.randrange(1, database.stat().st_size // PAGE)


def _overwrite(file: Path, place: int, data: bytes) -> None:
    size = file.stat().st_size
    with file.open("r+b") as out:
        out.seek(place)
        out.write(data[: size - place])


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path, Contents]]:
    """Give a folder that holds a store in order, one whose last changes are in its log, and what
    both answer.
    """
    base = tmp_path_factory.mktemp("sound")
    store = make_store(base / "made")
    shutil.copytree(base / "made", base / "with-log")
    told = contents(store)
    store.close()
    return base / "made", base / "with-log", told


def damaged_copy(
    sound: tuple[Path, Path, Contents], damage: Damage, seed: int, folder: Path
) -> Path:
    closed, with_log, _ = sound
    shutil.copytree(with_log if damage in (log_of_garbage, log_cut_short) else closed, folder)
    damage(random.Random(seed), folder / "lightflow.db")
    return folder


def opened_and_imported(folder: Path) -> tuple[Store, Contents]:
    """Do what a server does, and read all there is; damage that this meets is mended too."""
    store = Store.open(folder)
    importer = Importer(store)
    for _ in range(4):
        try:
            assert importer.take_lease()
            store.look_through()
            while importer.run_once():
                pass
            moved = len(quarantined(folder))
            found = contents(store)
        except StoreDamagedError:
            continue
        finally:
            importer.release()
        if len(quarantined(folder)) == moved:
            importer.close()
            return store, found
    raise AssertionError("damaged again and again")


def check_damage(sound: tuple[Path, Path, Contents], damage: Damage, seed: int, at: Path) -> None:
    folder = damaged_copy(sound, damage, seed, at)
    before = (folder / "lightflow.db").read_bytes()
    _, _, whole = sound
    store, found = opened_and_imported(folder)
    store.close()
    for run_id in set(LOGGED) - {EMPTIED}:
        logged = {"params", "metrics", "status", "user_id", "start_time", "end_time"}
        for name in logged:
            assert found.runs[run_id][name] == whole.runs[run_id][name], (run_id, name)
    logged_histories = {at: h for at, h in whole.histories.items() if at[0] != OF_A_CLIENT}
    assert logged_histories.items() <= found.histories.items()
    assert whole.documents.items() <= found.documents.items()
    logged_ledgers = {at: one for at, one in whole.ledgers.items() if at != OF_A_CLIENT}
    assert logged_ledgers.items() <= found.ledgers.items()
    for moved in quarantined(folder):
        assert moved.about.rebuilt
        assert moved.database.exists()
    if quarantined(folder) and damage not in (log_of_garbage, log_cut_short):
        assert quarantined(folder)[-1].database.read_bytes() == before


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_runs_whose_logs_are_kept_are_whole_after_any_damage(
    sound: tuple[Path, Path, Contents], damage: Damage, tmp_path: Path
) -> None:
    check_damage(sound, damage, 1, tmp_path / ".lightflow")


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_runs_whose_logs_are_kept_are_whole_after_200_random_damages(
    sound: tuple[Path, Path, Contents], tmp_path: Path
) -> None:
    for seed in range(200):
        folder = tmp_path / f"store-{seed}"
        check_damage(sound, DAMAGES[seed % len(DAMAGES)], seed, folder)
        shutil.rmtree(folder)


def test_rows_of_every_table_come_back(sound: tuple[Path, Path, Contents], tmp_path: Path) -> None:
    """A table that is new here needs its place in `transfer`, and rows in `whole_store`."""
    store = Store.open(shutil.copytree(sound[0], tmp_path / "sound"))
    before = row_counts(store)
    store.close()
    assert {table for table, count in before.items() if not count} == {"unknown_records"}
    folder = damaged_copy(sound, head, 4, tmp_path / ".lightflow")
    store, _ = opened_and_imported(folder)
    assert row_counts(store) == before
    store.close()


def test_what_no_log_knows_is_copied_from_the_damaged_database(
    sound: tuple[Path, Path, Contents], tmp_path: Path
) -> None:
    folder = damaged_copy(sound, first_page, 3, tmp_path / ".lightflow")
    store, found = opened_and_imported(folder)
    assert found == sound[2]
    (moved,) = quarantined(folder)
    assert "11 of its runs are back from their logs, 1 were copied from it; 0 places" in str(moved)
    store.close()


def test_without_kept_logs_all_that_can_be_read_is_copied(
    sound: tuple[Path, Path, Contents], tmp_path: Path
) -> None:
    folder = damaged_copy(sound, head, 5, tmp_path / ".lightflow")
    for kept in kept_segments(folder / "spool"):
        kept.unlink()
    store, found = opened_and_imported(folder)
    assert found == sound[2]
    store.close()


def test_a_log_without_its_beginning_is_not_imported_twice(
    sound: tuple[Path, Path, Contents], tmp_path: Path
) -> None:
    folder = damaged_copy(sound, head, 6, tmp_path / ".lightflow")
    lost, *_ = kept_segments(folder / "spool")
    lost.rename(lost.with_name(lost.name.replace("-0", "-9", 1)))
    store, found = opened_and_imported(folder)
    assert found == sound[2]
    store.close()


def test_a_rebuild_that_was_broken_off_is_finished_by_the_next(
    sound: tuple[Path, Path, Contents], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = damaged_copy(sound, head, 7, tmp_path / ".lightflow")
    store = Store.open(folder)
    importer = Importer.acquire(store)
    assert importer is not None
    importer._meet_database()
    assert any("is being rebuilt" in told for told in notices())
    importer.close()
    store.close()
    store, found = opened_and_imported(folder)
    assert found == sound[2]
    store.close()


def test_a_store_in_use_goes_on_with_the_new_database(
    sound: tuple[Path, Path, Contents], tmp_path: Path
) -> None:
    folder = tmp_path / ".lightflow"
    shutil.copytree(sound[0], folder)
    server, reader = Store.open(folder), catch_up(folder)
    known = server.seq()
    pages_of_garbage(random.Random(1), folder / "lightflow.db")
    first_page(random.Random(1), folder / "lightflow.db")
    for store in (server, reader):
        store._connections.dispose()
    catch_up(folder)
    assert contents(server) == contents(reader) == sound[2]
    assert len(quarantined(folder)) == 1
    assert type(server.changes(known)).__name__ == "Reset"
    server.close()
    reader.close()


def test_a_disk_that_damages_each_database_is_not_filled_with_them(tmp_path: Path) -> None:
    folder = tmp_path / ".lightflow"
    for _ in range(5):
        Store.open(folder).close()
        head(random.Random(1), folder / "lightflow.db")
    Store.open(folder).close()
    head(random.Random(1), folder / "lightflow.db")
    with pytest.raises(StoreDamagedError, match="the disk may be failing"):
        Store.open(folder)
