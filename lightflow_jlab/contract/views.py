"""How the table of runs is set, and settings of it that were saved."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from lightflow_jlab.contract.scalars import RunStatus


class TableSort(Struct, forbid_unknown_fields=True):
    id: str
    """`params.lr`, `metrics.loss`, or an attribute."""
    descending: bool


class TableView(Struct, forbid_unknown_fields=True):
    """How the table of runs is set."""

    experiment_id: str | None
    """None for all."""
    search: str
    """Words, or a filter."""
    statuses: list[RunStatus]
    """Only runs in these states; empty for all."""
    sort: TableSort | None
    """None for the newest first."""
    columns: list[str] | None
    """In their order; None where they are chosen by what differs."""
    pinned: list[str]
    """Columns that stay in sight."""
    group_by: str
    """See `runs/groups`; empty for no groups."""
    aggregate: Literal["range", "min", "max", "mean"]
    """What a group shows of a metric."""
    nested: bool
    folded: bool


class SavedView(Struct, frozen=True):
    view_id: str
    name: str
    definition: TableView
    is_default: bool
    """It is what a new workspace shows; at most one is."""
    created_by: str
    creation_time: int
    updated_by: str
    last_update_time: int


class SavedViewList(Struct, frozen=True):
    """Views by their names."""

    views: list[SavedView]


class SavedViewCreate(Struct, forbid_unknown_fields=True):
    name: str
    definition: TableView
    is_default: bool = False


class SavedViewPatch(Struct, forbid_unknown_fields=True):
    name: str | UnsetType = UNSET
    definition: TableView | UnsetType = UNSET
    is_default: bool | UnsetType = UNSET
