"""What a log from another machine may say: records as this version writes them, or unknown ones.

Our own writers check what users give them. Bytes from a network may come from anyone: an id that is
none would lead out of the store's folders, a number too large would stop the import for all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from lightflow_jlab.contract import records
from lightflow_jlab.contract.limits import (
    check_artifact_path,
    check_key,
    check_name,
    check_run_id,
)
from lightflow_jlab.contract.source_digest import digest_of
from lightflow_jlab.errors import InvalidTypeError, InvalidValueError
from lightflow_jlab.spool.format import RecordType
from lightflow_jlab.spool.reader import Record

_DOCUMENT_KIND = re.compile(r"[a-z][a-z0-9_]{0,63}")
_DIGEST = re.compile(r"[ -~]{1,36}")
_MOST = 2**63


def check_records(found: Iterable[Record]) -> None:
    """Raise `InvalidValueError` for the first record that can't be taken from a stranger."""
    for record in found:
        try:
            _check(record)
        except (msgspec.DecodeError, UnicodeDecodeError, InvalidTypeError) as error:
            raise InvalidValueError(
                f"Record {record.seq} of the log is malformed: {error}"
            ) from None


def _check(record: Record) -> None:
    if record.type == RecordType.DEFINE_RUN:
        check_run_id(record.payload[4:].decode("ascii"))
    elif record.type == RecordType.DEFINE_KEY:
        check_key("metric", record.payload[4:].decode())
    elif (kind := _STRUCTS.get(record.type)) is not None:
        decoded = msgspec.msgpack.decode(record.payload, type=kind)
        _check_numbers(decoded)
        if isinstance(decoded, records.Execution):
            _check_execution(decoded)
        for field, check in _CHECKS.items():
            value = getattr(decoded, field, None)
            if value is not None:
                check(value)


_STRUCTS: dict[int, type[msgspec.Struct]] = {
    RecordType.WRITER: records.Process,
    RecordType.RUN_START: records.RunStart,
    RecordType.RUN_END: records.RunEnd,
    RecordType.PARAMS: records.Params,
    RecordType.TAGS: records.Tags,
    RecordType.METRIC_INFO: records.MetricInfo,
    RecordType.ARTIFACT: records.ArtifactRecord,
    RecordType.DOCUMENT: records.DocumentRecord,
    RecordType.INPUTS: records.Inputs,
    RecordType.EXPERIMENT: records.ExperimentRecord,
    RecordType.EXECUTION: records.Execution,
    RecordType.HEARTBEAT: records.Heartbeat,
    RecordType.WRITER_GONE: records.WriterGone,
}


def _check_execution(execution: records.Execution) -> None:
    """A source is kept once for all kernels: nobody may put another in its place."""
    source = execution.source
    if source is not None and digest_of(source) != execution.digest:
        raise InvalidValueError(f"{execution.digest[:80]!r} is not the digest of the source.")


def _check_all(kind: str) -> Callable[[Iterable[Any]], None]:
    def check(keys: Iterable[Any]) -> None:
        for key in keys:
            check_key(kind, key)

    return check


def _check_params(params: list[records.ParamRecord]) -> None:
    for param in params:
        check_key("param", param.key)
        _check_numbers(param)


def _check_document_kind(kind: str) -> None:
    if not _DOCUMENT_KIND.fullmatch(kind):
        raise InvalidValueError(f"{kind[:80]!r} is not a kind of document.")


def _check_datasets(datasets: list[records.DatasetRecord]) -> None:
    for dataset in datasets:
        check_name("dataset", dataset.name)
        if not _DIGEST.fullmatch(dataset.digest):
            raise InvalidValueError(f"{dataset.digest[:80]!r} is not a digest.")


_CHECKS: dict[str, Callable[[Any], object]] = {
    "run_id": check_run_id,
    "parent_run_id": check_run_id,
    "experiment_name": lambda name: check_name("experiment", name),
    "name": lambda name: check_name("experiment", name),
    "path": check_artifact_path,
    "tags": _check_all("tag"),
    "keys": _check_all("metric"),
    "params": _check_params,
    "kind": _check_document_kind,
    "datasets": _check_datasets,
    "process": lambda process: _check_numbers(process),
}
"""By the field's name, which means the same in each record."""


def _check_numbers(decoded: msgspec.Struct) -> None:
    for field in decoded.__struct_fields__:
        value = getattr(decoded, field)
        if isinstance(value, int) and not -_MOST <= value < _MOST:
            raise InvalidValueError(f"{field} is {value}, which has more than 64 bits.")
