"""What a call has taken is in the log once, whatever kills, splits or interrupts the process."""

from __future__ import annotations

import random
import signal
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lightflow_jlab.spool.format import RecordType
from lightflow_jlab.spool.reader import SegmentReader, list_segments

from .conftest import Child, read_log

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and fork are POSIX")

POINT = np.dtype(
    [("run", "<u4"), ("key", "<u4"), ("step", "<i8"), ("time", "<i8"), ("value", "<f8")]
)

KILLED = """
for start in range(0, 1_000_000, 50):
    log(range(start, start + 50))
    say(start + 50)
"""


def _kill_while_logging(child: Child, seconds: float) -> int:
    """Return how many points the child had seen taken before it was killed."""
    child.says()
    time.sleep(seconds)
    child.kill()
    out, _ = child.communicate(timeout=30)
    lines = [line for line in out.splitlines(keepends=True) if line.endswith("\n")]
    return int(lines[-1]) if lines else 50


@pytest.mark.parametrize("times", [3, pytest.param(50, marks=pytest.mark.slow)])
def test_no_point_is_missing_after_kill_9(start_child: type[Child], tmp_path: Path, times: int):
    for attempt in range(times):
        spool = tmp_path / str(attempt)
        taken = _kill_while_logging(start_child(KILLED, spool), random.uniform(0.0, 0.5))
        steps = read_log(spool).steps
        assert steps == list(range(len(steps)))
        assert len(steps) >= taken > 0


FORKED = """
log(range(100))
child = os.fork()
if child == 0:
    log(range(100, 300))
    writer.sync()
    os._exit(0)
log(range(300, 500))
assert os.waitpid(child, 0)[1] == 0
log(range(500, 600))
writer.close()
"""


def test_a_forked_child_has_a_log_of_its_own(start_child: type[Child], tmp_path: Path):
    start_child(FORKED, tmp_path / "spool").ended()
    log = read_log(tmp_path / "spool")
    assert len(log.writers) == 2
    assert sorted(log.steps) == list(range(600))
    assert {point[:2] for point in log.points} == {("0123456789abcdef" * 2, "loss")}


FORKED_WHILE_THREADS_LOG = """
stop = threading.Event()
def busy(number):
    own = writer.define_key(f"thread-{number}")
    for step in range(1_000_000):
        writer.point(run, own, step, 0, 0.0)
        if stop.is_set():
            say(number, step + 1)
            return
threads = [threading.Thread(target=busy, args=(n,)) for n in range(3)]
for thread in threads:
    thread.start()
children = []
for n in range(20):
    child = os.fork()
    if child == 0:
        log(range(n * 10, n * 10 + 10))
        writer.sync()
        os._exit(0)
    children.append(child)
    time.sleep(0.005)
for child in children:
    assert os.waitpid(child, 0)[1] == 0
stop.set()
for thread in threads:
    thread.join()
writer.close()
"""


@pytest.mark.parametrize("times", [1, pytest.param(20, marks=pytest.mark.slow)])
def test_forks_while_threads_log_neither_hang_nor_lose(
    start_child: type[Child], tmp_path: Path, times: int
):
    for attempt in range(times):
        spool = tmp_path / str(attempt)
        out = start_child(FORKED_WHILE_THREADS_LOG, spool).ended()
        counts = dict(map(int, line.split()) for line in out.splitlines())
        log = read_log(spool)
        assert len(log.writers) == 21
        assert sorted(s for _, key, s, _, _ in log.points if key == "loss") == list(range(200))
        for number, count in counts.items():
            own = [s for _, key, s, _, _ in log.points if key == f"thread-{number}"]
            assert own == list(range(count))


SPAWNED = """
log(range(int(sys.stdin.readline()), 1_000_000, 4)[:2_000])
writer.close()
"""


def test_ranks_of_one_run_write_side_by_side(start_child: type[Child], tmp_path: Path):
    ranks = [start_child(SPAWNED, tmp_path / "spool") for _ in range(4)]
    for rank, child in enumerate(ranks):
        child.told(f"{rank}")
    for child in ranks:
        child.ended()
    log = read_log(tmp_path / "spool")
    assert len(log.writers) == 4
    assert sorted(log.steps) == list(range(8_000))


INTERRUPTED = """
done = threading.Event()
def interrupt():
    pause = __import__("random").Random(int(sys.stdin.readline()))
    say("ready")
    while not done.is_set():
        time.sleep(pause.uniform(0.001, 0.02))
        os.kill(os.getpid(), signal.SIGINT)
def main(seconds):
    step, block, caught = 0, -1, 0
    end = time.monotonic() + seconds
    thread = threading.Thread(target=interrupt, daemon=True)
    thread.start()
    returned = bytearray(200_000_000)
    while True:
        try:
            while time.monotonic() < end:
                if step // 5_000 != block:
                    key = writer.define_key(f"key-{step // 5_000}")
                    block = step // 5_000
                mine = step
                step = mine + 1
                writer.point(run, key, mine, 0, 0.5)
                returned[mine] = 1
            break
        except KeyboardInterrupt:
            caught += 1
    while True:
        try:
            done.set()
            thread.join()
            time.sleep(0.05)
            break
        except KeyboardInterrupt:
            pass
    Path(os.environ["RETURNED"]).write_bytes(returned[:step])
    writer.close()
    say(caught)
"""


@pytest.mark.parametrize(
    "seconds", [2, pytest.param(60, marks=[pytest.mark.slow, pytest.mark.timeout(600)])]
)
def test_interrupts_at_any_moment_neither_lose_nor_double_nor_damage(
    start_child: type[Child], tmp_path: Path, seconds: int
):
    returned = tmp_path / "returned"
    child = start_child(
        INTERRUPTED + f"main({seconds})",
        tmp_path / "spool",
        environment={"RETURNED": str(returned)},
    )
    out, err = child.communicate("7\n", timeout=60 + 5 * seconds)
    assert child.returncode == 0, err
    assert int(out.splitlines()[-1]) > 20 * seconds
    kept = np.fromfile(returned, np.uint8)
    assert not (kept > _times_logged(tmp_path / "spool", len(kept))).any()


def _times_logged(spool: Path, most: int) -> NDArray[np.uint8]:
    """Return how often each step is in an undamaged log, at most once; check their names.

    In arrays: a minute's log holds tens of millions of points.
    """
    times = np.zeros(most + 1, np.uint8)
    for file in list_segments(spool):
        reader = SegmentReader(file.path)
        keys: dict[int, str] = {}
        position, finished = reader.start, False
        while not finished:
            batch = reader.read(position, 4 * 1024 * 1024, final=True)
            assert batch.damaged_bytes == 0 and batch.end > position
            position, finished = batch.end, batch.finished
            for record in batch.records:
                if record.type == RecordType.DEFINE_KEY:
                    number = int.from_bytes(record.payload[:4], "little")
                    keys[number] = record.payload[4:].decode()
            points = np.frombuffer(batch.points, POINT)
            steps = points["step"]
            assert len(np.unique(steps)) == len(steps) and not times[steps].any()
            times[steps] = 1
            named = np.unique(np.stack([points["key"], steps // 5_000], axis=1), axis=0)
            assert all(keys[key] == f"key-{block}" for key, block in named.tolist())
    return times[:most]


HANDLED = """
def also_log(*_):
    for step in range(10):
        writer.point(run, other, counted[0], 0, 0.0)
        counted[0] += 1
    signal.setitimer(signal.ITIMER_REAL, 0.001)
other, counted = writer.define_key("other"), [0]
signal.signal(signal.SIGALRM, also_log)
signal.setitimer(signal.ITIMER_REAL, 0.001)
log(range(200_000))
signal.setitimer(signal.ITIMER_REAL, 0)
writer.close()
say(counted[0])
"""


def test_a_signal_handler_may_log_in_the_middle_of_logging(
    start_child: type[Child], tmp_path: Path
):
    count = int(start_child(HANDLED, tmp_path / "spool").ended())
    log = read_log(tmp_path / "spool")
    assert log.damaged_bytes == 0
    assert [s for _, key, s, _, _ in log.points if key == "loss"] == list(range(200_000))
    assert [s for _, key, s, _, _ in log.points if key == "other"] == list(range(count))
    assert count > 100


def test_a_process_stopped_in_its_log_holds_no_reader_up(start_child: type[Child], tmp_path: Path):
    spool = tmp_path / "spool"
    child = start_child(KILLED, spool)
    child.says()
    child.send_signal(signal.SIGSTOP)
    try:
        assert list_segments(spool)
        steps = read_log(spool, final=False).steps
        assert steps == list(range(len(steps))) and len(steps) >= 50
    finally:
        child.kill()
        child.communicate(timeout=30)
