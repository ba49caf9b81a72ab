"""A real kernel, as a front end talks to it, recording into a store of its own."""

from __future__ import annotations

import os
import queue
import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from lightflow_jlab.contract import records
from lightflow_jlab.spool import format as fmt
from lightflow_jlab.spool.format import RecordType
from lightflow_jlab.spool.reader import SegmentReader, list_segments
from lightflow_jlab.widgets.document import VIEW_MEDIA_TYPE

TIME_LIMIT_SECONDS = 60.0


@dataclass
class Executed:
    """What one execute request brought: its messages in order, and its reply."""

    reply: dict[str, Any]
    messages: list[dict[str, Any]] = field(default_factory=list)

    @property
    def status(self) -> str:
        return str(self.reply["status"])

    @property
    def types(self) -> list[str]:
        return [message["msg_type"] for message in self.messages]

    @property
    def types_beside_the_card(self) -> list[str]:
        """The types of the messages, less those that show Lightflow's card."""
        cards = {
            _display_id(message)
            for message in self.messages
            if VIEW_MEDIA_TYPE in message["content"].get("data", {})
        }
        return [m["msg_type"] for m in self.messages if _display_id(m) not in cards - {None}]

    def contents(self, message_type: str) -> list[dict[str, Any]]:
        return [m["content"] for m in self.messages if m["msg_type"] == message_type]

    @property
    def stdout(self) -> str:
        return self._stream("stdout")

    @property
    def stderr(self) -> str:
        return self._stream("stderr")

    def _stream(self, name: str) -> str:
        return "".join(c["text"] for c in self.contents("stream") if c["name"] == name)

    @property
    def traceback(self) -> str:
        return "\n".join(self.contents("error")[0]["traceback"])


@dataclass
class RecordedRun:
    """A run as its log tells it."""

    start: records.RunStart
    end: records.RunEnd | None = None
    params: dict[str, Any] = field(default_factory=dict)
    """Values by key, the user's and the automatic ones."""
    automatic: set[str] = field(default_factory=set)
    """Keys of params and metrics that were recorded by themselves."""
    metrics: dict[str, list[float]] = field(default_factory=dict)
    tags: dict[str, str | None] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)
    artifacts: list[str] = field(default_factory=list)

    @property
    def status(self) -> str:
        return self.end.status if self.end else "RUNNING"

    @property
    def error(self) -> tuple[str, str] | None:
        if self.end is None or not self.end.error_type:
            return None
        return self.end.error_type, self.end.error_message


def _display_id(message: dict[str, Any]) -> Any:
    return message["content"].get("transient", {}).get("display_id")


def recorded_runs(folder: Path) -> list[RecordedRun]:
    runs: dict[str, RecordedRun] = {}
    for file in list_segments(folder):
        reader = SegmentReader(file.path)
        batch = reader.read(reader.start, 64 * 1024 * 1024)
        numbers: dict[int, str] = {}
        keys: dict[int, str] = {}
        for record in batch.records:
            _apply(record.type, record.payload, runs, numbers, keys)
        for number, key, _, _, value in fmt.POINT_BODY.iter_unpack(batch.points):
            runs[numbers[number]].metrics.setdefault(keys[key], []).append(value)
    return sorted(runs.values(), key=lambda run: run.start.start_time)


def _apply(
    kind: int,
    payload: bytes,
    runs: dict[str, RecordedRun],
    numbers: dict[int, str],
    keys: dict[int, str],
) -> None:
    decode = msgspec.msgpack.decode
    match kind:
        case RecordType.DEFINE_RUN:
            numbers[int.from_bytes(payload[:4], "little")] = payload[4:].decode()
        case RecordType.DEFINE_KEY:
            keys[int.from_bytes(payload[:4], "little")] = payload[4:].decode()
        case RecordType.POINTS:
            number, count, _, _ = fmt.POINTS_HEAD.unpack_from(payload)
            rest = payload[fmt.POINTS_HEAD.size :]
            found = struct.unpack(f"<{count}I", rest[: 4 * count])
            values = struct.unpack(f"<{count}d", rest[len(rest) - 8 * count :])
            for key, value in zip(found, values, strict=True):
                runs[numbers[number]].metrics.setdefault(keys[key], []).append(value)
        case RecordType.RUN_START:
            start = decode(payload, type=records.RunStart)
            run = runs.setdefault(start.run_id, RecordedRun(start))
            run.end = None
            run.tags.update(start.tags)
        case RecordType.RUN_END:
            end = decode(payload, type=records.RunEnd)
            runs[end.run_id].end = end
        case RecordType.PARAMS:
            params = decode(payload, type=records.Params)
            for param in params.params:
                runs[params.run_id].params[param.key] = param.value
                if param.origin == "auto":
                    runs[params.run_id].automatic.add(param.key)
        case RecordType.TAGS:
            tags = decode(payload, type=records.Tags)
            runs[tags.run_id].tags.update(tags.tags)
        case RecordType.METRIC_INFO:
            info = decode(payload, type=records.MetricInfo)
            runs[info.run_id].automatic.update(info.keys)
        case RecordType.ARTIFACT:
            artifact = decode(payload, type=records.ArtifactRecord)
            runs[artifact.run_id].artifacts.append(artifact.path)
        case RecordType.DOCUMENT:
            document = decode(payload, type=records.DocumentRecord)
            runs[document.run_id].documents[document.kind] = document.text


class Notebook:
    """A kernel and its client."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.store = folder / ".lightflow"
        self.manager = KernelManager(kernel_name="python3")
        self.manager.start_kernel(cwd=str(folder), env=environment)
        self.client: BlockingKernelClient = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=TIME_LIMIT_SECONDS)

    def send(
        self,
        code: str,
        *,
        cell_id: str = "cell-1",
        metadata: dict[str, Any] | None = None,
        **options: Any,
    ) -> str:
        """Send an execute request as JupyterLab does, with the cell's metadata; return its id."""
        content = {
            "code": code,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": False,
            **options,
        }
        message = self.client.session.msg("execute_request", content)
        message["metadata"] = {**(metadata or {}), "cellId": cell_id}
        self.client.shell_channel.send(message)
        return str(message["header"]["msg_id"])

    def receive(
        self, message_id: str, each: Callable[[dict[str, Any]], None] | None = None
    ) -> Executed:
        """Return when the kernel is idle after a request."""
        deadline = time.monotonic() + TIME_LIMIT_SECONDS
        messages: list[dict[str, Any]] = []
        while True:
            message = self.client.get_iopub_msg(timeout=max(0.1, deadline - time.monotonic()))
            if message["parent_header"].get("msg_id") != message_id:
                continue
            messages.append(message)
            if each is not None:
                each(message)
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                break
        while True:
            reply = self.client.get_shell_msg(timeout=max(0.1, deadline - time.monotonic()))
            if reply["parent_header"].get("msg_id") == message_id:
                return Executed(reply["content"], messages)

    def run(self, code: str, **options: Any) -> Executed:
        return self.receive(self.send(code, **options))

    def later_messages(self, seconds: float) -> list[dict[str, Any]]:
        """Return what the kernel still sends within a time."""
        found = []
        deadline = time.monotonic() + seconds
        while (remaining := deadline - time.monotonic()) > 0:
            try:
                found.append(self.client.get_iopub_msg(timeout=remaining))
            except queue.Empty:
                break
        return found

    def runs(self) -> list[RecordedRun]:
        """Return all runs as the log holds them now, oldest first."""
        return recorded_runs(self.store / "spool")

    def last_run(self) -> RecordedRun:
        return self.runs()[-1]

    def judged_run(self) -> RecordedRun:
        """Return the last run when what is recorded beside its cell is there too."""
        return self.judged_runs()[-1]

    def judged_runs(self) -> list[RecordedRun]:
        self.run(
            "for _ in __import__('threading').enumerate():\n"
            "    if _.name in ('lightflow-verdict', 'lightflow-surroundings'):\n"
            "        _.join(20)",
            silent=True,
        )
        return self.runs()

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture
def notebook(tmp_path: Path) -> Iterator[Notebook]:
    """A notebook `study/first.ipynb` in a folder with a store; Lightflow is loaded."""
    yield from loaded_notebook(tmp_path)


@pytest.fixture(scope="module")
def shared_notebook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Notebook]:
    """The same, for all tests of a module that don't mind what ran before."""
    yield from loaded_notebook(tmp_path_factory.mktemp("shared"))


def loaded_notebook(folder: Path) -> Iterator[Notebook]:
    opened = open_notebook(folder)
    try:
        loaded = opened.run("%load_ext lightflow_jlab")
        assert (loaded.status, loaded.types) == ("ok", ["status", "execute_input", "status"])
        yield opened
    finally:
        opened.close()


def open_notebook(folder: Path, **variables: str) -> Notebook:
    """Start a kernel; `variables` are of its environment."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LIGHTFLOW_", "JPY_", "PYTEST"))
    }
    environment |= {
        "LIGHTFLOW_STRICT": "1",
        "LIGHTFLOW_STATE_DIR": str(folder / "state"),
        "LIGHTFLOW_TRACKING_URI": str(folder),
        "JPY_SESSION_NAME": str(folder / "study" / "first.ipynb"),
        "IPYTHONDIR": str(folder / "ipython"),
        "PYTHONWARNINGS": "default",
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        **variables,
    }
    return Notebook(folder, environment)
