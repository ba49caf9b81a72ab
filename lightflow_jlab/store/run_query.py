"""A question about runs."""

from __future__ import annotations

from dataclasses import dataclass, field

from lightflow_jlab.contract.scalars import View


@dataclass(frozen=True)
class Group:
    """The runs that have one value of what runs are grouped by."""

    by: str
    """`params.lr`, `tags.team`, `cell`, `parent`, `experiment`, or an attribute as `status`."""
    value: str | None
    """None: the runs without it."""


@dataclass(frozen=True)
class RunQuery:
    """Which runs, in what order. Everything given must hold."""

    experiment_ids: list[str] | None = None
    filter: str = ""
    """In the search language, see `search`."""
    text: str = ""
    """Found anywhere in name, id, note, source, params and tags; case doesn't matter."""
    order_by: list[str] = field(default_factory=list)
    """`metrics.loss DESC`, `params.lr`, `start_time` …; newest first by default."""
    view: View = "active"
    limit: int = 100
    offset: int = 0
    run_ids: list[str] | None = None
    params_as_text: bool = False
    """Sort params as the texts they were logged as, as MLflow does, not numbers as numbers."""
    ties_by_id: bool = False
    """Runs that began in one millisecond stand by their ids, as in MLflow, not the newest first."""
    group: Group | None = None
    nested: bool = False
    """Runs whose parent matches too stand below it."""
    folded: bool = False
    """Earlier attempts of a cell stand below the latest; of runs without a parent only."""
    below: str | None = None
    """What stands below the run with this id, instead of what stands at the top."""
