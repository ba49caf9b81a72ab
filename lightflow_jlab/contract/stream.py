"""Messages of the WebSocket: JSON objects told apart by `type`."""

from __future__ import annotations

from msgspec import Struct

from lightflow_jlab.contract.rest import Experiment, Run
from lightflow_jlab.contract.scalars import Number


class Hello(Struct, frozen=True, tag="hello", tag_field="type"):
    """First message of every connection."""

    store_id: str
    seq: int
    version: str


class Changes(Struct, frozen=True, tag="changes", tag_field="type"):
    """All that changed after the client's cursor, whole objects; `seq` is the new cursor."""

    seq: int
    experiments: list[Experiment]
    runs: list[Run]
    removed_run_ids: list[str]
    """Runs deleted for good."""
    removed_experiment_ids: list[str]
    """Experiments deleted for good."""


class Reset(Struct, frozen=True, tag="reset", tag_field="type"):
    """More changed than is worth sending: load the pages again, go on from `seq`."""

    seq: int


class SeriesDelta(Struct, frozen=True):
    """Points that follow the first `start` points of this metric, in order of arrival."""

    run_id: str
    key: str
    start: int
    steps: list[int]
    values: list[Number]
    times: list[int]


class Points(Struct, frozen=True, tag="points", tag_field="type"):
    series: list[SeriesDelta]
    stale: list[SubscribedSeries]
    """Subscribed series that grew too much to append: load them again, subscribe from there."""


class SubscribedSeries(Struct, frozen=True):
    run_id: str
    key: str
    start: int
    """How many points of it the client already has (`Series.total`)."""


class Subscribe(Struct, frozen=True, tag="subscribe", tag_field="type"):
    """Replaces the connection's whole subscription; an empty list ends it."""

    series: list[SubscribedSeries]


ServerMessage = Hello | Changes | Reset | Points
ClientMessage = Subscribe
