"""Full, failing, slow and hung disks: the code goes on, nothing is told falsely, logs are whole."""

from __future__ import annotations

import errno
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lightflow_jlab.config.notices import LightflowWarning
from lightflow_jlab.errors import SpoolError
from lightflow_jlab.spool.reader import SegmentReader, list_segments
from lightflow_jlab.spool.writer import SpoolWriter

from ..faulty_disk import NOT_MAPPED, Disk
from .conftest import Child, log_steps, read_log

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="tmpfs and LD_PRELOAD are Linux's")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte, mounted."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip(f"mounting is not allowed here: {mounted.stderr.decode().strip()}")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def _enlarge(place: Path) -> None:
    subprocess.run(["mount", "-o", "remount,size=64m", str(place)], check=True)


# --- full


def test_on_a_full_disk_logging_goes_on_and_resumes_by_itself(
    make_writer: Callable[..., SpoolWriter], small_disk: Path
):
    writer = make_writer(small_disk / "spool")
    with pytest.warns(LightflowWarning, match="lost until there is space") as told:
        log_steps(writer, range(300_000))
    assert len(told) == 1
    lost = writer.dropped
    assert 0 < lost < 300_000
    with pytest.raises(SpoolError, match="Free some space"):
        writer.sync()
    _enlarge(small_disk)
    writer.sync()
    log_steps(writer, range(300_000, 301_000))
    writer.close()
    steps = read_log(small_disk / "spool").steps
    assert steps == [*range(300_000 - lost), *range(300_000, 301_000)]


# --- failing


def test_flush_raises_while_the_disk_refuses_and_is_true_when_it_does_not(
    start_child: type[Child], disk: Disk, tmp_path: Path
):
    child = start_child(
        """
for line in sys.stdin:
    log(range(int(line), int(line) + 100))
    try:
        writer.sync()
        say("kept")
    except OSError as error:
        say("refused", error.errno)
""",
        tmp_path / "spool",
        environment=disk.environment,
    )
    child.told("0")
    assert child.says() == "kept"
    disk.set(f"fsync fail {errno.EIO}")
    for start in (100, 200):
        child.told(str(start))
        assert child.says() == f"refused {errno.EIO}"
    disk.set("")
    child.told("300")
    assert child.says() == "kept"
    child.kill()
    child.wait()
    assert read_log(tmp_path / "spool").steps == list(range(400))


@pytest.mark.parametrize("faults", ["", NOT_MAPPED], ids=["mapped", "written"])
def test_what_a_failed_sync_may_have_lost_is_written_again_before_flush_says_yes(
    start_child: type[Child], disk: Disk, tmp_path: Path, faults: str
):
    disk.set(f"{faults}fsync fail {errno.EIO}\nfsync note 0\npwrite note 0\n")
    child = start_child(
        """
log(range(1_000))
for line in sys.stdin:
    try:
        writer.sync()
        say("kept")
    except OSError:
        say("refused")
""",
        tmp_path / "spool",
        environment=disk.environment,
    )
    child.told()
    assert child.says() == "refused"
    disk.set(f"{faults}fsync note 0\npwrite note 0\n")
    child.told()
    assert child.says() == "kept"
    child.kill()
    child.wait()
    calls = disk.notes()
    failed = max(at for at, call in enumerate(calls) if call == ["fsync", "0", "0", str(errno.EIO)])
    kept = calls.index(["fsync", "0", "0", "0"], failed)
    again = {int(at): int(size) for call, at, size, _ in calls[failed:kept] if call == "pwrite"}
    (file,) = list_segments(tmp_path / "spool")
    assert (
        again[0]
        == sum(again.values())
        >= SegmentReader(file.path).end_of_records(SegmentReader(file.path).start)
    )


def test_a_write_that_fails_goes_to_the_other_folder_once(
    start_child: type[Child], disk: Disk, tmp_path: Path
):
    disk.set(NOT_MAPPED)
    child = start_child(
        """
import warnings
warnings.simplefilter("ignore")
log(range(1_000)); say("begun"); sys.stdin.readline()
log(range(1_000, 1_100)); say("failed"); sys.stdin.readline()
log(range(1_100, 2_000)); writer.close()
""",
        tmp_path / "first",
        tmp_path / "second",
        environment=disk.environment,
    )
    assert child.says() == "begun"
    disk.set(NOT_MAPPED + f"pwrite fail {errno.ENOSPC}\n")
    child.told()
    assert child.says() == "failed"
    disk.set(NOT_MAPPED)
    child.told()
    child.ended()
    log = read_log(tmp_path / "first", tmp_path / "second")
    assert sorted(log.steps) == list(range(2_000))
    assert log.damaged_bytes == 0


def test_short_writes_are_completed(start_child: type[Child], disk: Disk, tmp_path: Path):
    disk.set(NOT_MAPPED + "pwrite short 19\n")
    child = start_child("log(range(500)); writer.close()", tmp_path, environment=disk.environment)
    child.ended()
    log = read_log(tmp_path)
    assert log.steps == list(range(500))
    assert log.damaged_bytes == 0


# --- slow and hung


def test_a_slow_disk_is_written_by_a_thread_until_it_is_quick_again(
    start_child: type[Child], disk: Disk, tmp_path: Path
):
    disk.set(NOT_MAPPED + "pwrite wait 20\n")
    child = start_child(
        """
def timed(steps):
    took = []
    for step in steps:
        before = time.perf_counter()
        log([step])
        took.append(time.perf_counter() - before)
    return sorted(took)
log(range(100))
took = timed(range(100, 3_000))
say(took[len(took) // 2] < 0.001)
sys.stdin.readline()
deadline = time.monotonic() + 30
step = 3_000
while writer.slow and time.monotonic() < deadline:
    log([step]); step += 1
    time.sleep(0.001)
say(writer.slow, step)
log(range(step, 5_000))
writer.close()
""",
        tmp_path / "spool",
        environment=disk.environment,
    )
    assert child.says() == "True"
    disk.set(NOT_MAPPED)
    child.told()
    slow, step = child.says().split()
    assert slow == "False"
    child.ended()
    assert read_log(tmp_path / "spool").steps == list(range(max(5_000, int(step))))


@pytest.mark.parametrize(
    "faults",
    [
        pytest.param("fsync wait 60000\n", id="sync hangs"),
        pytest.param(NOT_MAPPED + "fsync wait 60000\n", id="sync of a written log hangs"),
    ],
)
def test_a_hung_disk_holds_up_neither_logging_nor_the_exit(
    start_child: type[Child], disk: Disk, tmp_path: Path, faults: str
):
    disk.set(faults)
    child = start_child(
        """
import atexit
atexit.register(writer.close)
log(range(1_000))
time.sleep(1.5)
before = time.monotonic()
log(range(1_000, 50_000))
say(time.monotonic() - before)
say("exit")
""",
        tmp_path / "spool",
        environment=disk.environment,
    )
    logging = float(child.says())
    assert child.says() == "exit"
    before = time.monotonic()
    assert child.wait(timeout=30) == 0
    assert time.monotonic() - before < 2.0
    assert logging < 5.0
    assert read_log(tmp_path / "spool").steps == list(range(50_000))


def test_a_disk_that_stops_writing_holds_up_the_exit_no_longer_than_two_seconds(
    start_child: type[Child], disk: Disk, tmp_path: Path
):
    # Slow at first, so that a helper thread writes and it is not the call that logs which hangs.
    disk.set(NOT_MAPPED + "pwrite wait 20\n")
    child = start_child(
        """
import atexit
atexit.register(writer.close)
log(range(2_000))
while not writer.slow: log([2_000])
writer.position(); say("slow"); sys.stdin.readline()
log(range(2_000, 30_000))
say("exit")
""",
        tmp_path / "spool",
        environment=disk.environment,
    )
    assert child.says() == "slow"
    disk.set(NOT_MAPPED + "pwrite wait 60000\n")
    child.told()
    assert child.says() == "exit"
    before = time.monotonic()
    assert child.wait(timeout=30) == 0
    assert time.monotonic() - before < 2.0
    assert child.stderr is not None and "The disk did not take the last" in child.stderr.read()
    steps = read_log(tmp_path / "spool").steps
    assert steps[:2_000] == list(range(2_000))


@pytest.mark.parametrize(
    "points",
    [500_000, pytest.param(10_000_000, marks=[pytest.mark.slow, pytest.mark.timeout(900)])],
)
@pytest.mark.parametrize("faults", ["", "fsync wait 600000\n", NOT_MAPPED + "pwrite wait 600000\n"])
def test_memory_stays_flat_while_nobody_takes_the_log(
    start_child: type[Child], disk: Disk, tmp_path: Path, points: int, faults: str
):
    code = f"""
import re
def memory():
    return int(re.search(r"VmRSS:\\s+(\\d+)", open("/proc/self/status").read())[1]) // 1024
log(range(10))
say("ready")
sys.stdin.readline()
before = memory()
most = before
for start in range(10, {points}, 100_000):
    log(range(start, start + 100_000))
    most = max(most, memory())
say(most - before)
os._exit(0)
"""
    # Slow at first, so that it is not the call that logs which hangs.
    disk.set(faults.replace("600000", "30"))
    child = start_child(code, tmp_path / "spool", environment=disk.environment)
    assert child.says() == "ready"
    disk.set(faults)
    child.told()
    assert int(child.says()) <= 64


# --- gone


def test_after_flush_power_loss_takes_nothing_and_before_it_a_second_at_most(
    start_child: type[Child], disk: Disk, tmp_path: Path
):
    disk.set("fsync keep 0")
    spool = tmp_path / "spool"
    child = start_child(
        """
started = time.monotonic()
for start in range(0, 3_000, 100):
    log(range(start, start + 100))
    if start == 1_000:
        writer.sync()
        say("flushed", start + 100)
    say("logged", start + 100, time.monotonic())
    time.sleep(0.1)
""",
        spool,
        environment=disk.environment,
    )
    lines = []
    while (words := child.says().split()) and (words[0] == "flushed" or int(words[1]) < 2_500):
        lines.append(words)
    child.kill()
    child.wait()
    killed = time.monotonic()
    survived = tmp_path / "survived"
    survived.mkdir()
    for copy in spool.glob("*.synced"):
        (survived / copy.name.removesuffix(".synced")).write_bytes(copy.read_bytes())
    steps = read_log(survived).steps
    assert steps == list(range(len(steps)))
    assert len(steps) >= 1_100
    due = [int(n) for word, n, *when in lines if word == "logged" and killed - float(when[0]) > 2.0]
    assert len(steps) >= max(due)
