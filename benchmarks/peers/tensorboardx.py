"""TensorBoardX, an event file; read by TensorBoard's own accumulator. It has no search."""

from __future__ import annotations

from collections.abc import Callable

from tensorboardX import SummaryWriter

from benchmarks.peers.protocol import KEY

_writers: list[SummaryWriter] = []


def start(folder: str) -> Callable[[str, float, int], object]:
    writer = SummaryWriter(folder)
    _writers.append(writer)
    log: Callable[[str, float, int], object] = writer.add_scalar
    return log


def finish() -> None:
    _writers.pop().close()


def reader(folder: str) -> Callable[[], int]:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    def read() -> int:
        events = EventAccumulator(folder, size_guidance={"scalars": 0})
        events.Reload()
        return len(events.Scalars(KEY))

    return read
