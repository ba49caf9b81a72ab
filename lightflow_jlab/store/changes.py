"""What changed between two attempts, and in which words it is told."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from lightflow_jlab.contract.changes import Change, ChangeKind, ChangesSince, RunChanges
from lightflow_jlab.contract.records import NOT_READ, PARTLY_READ
from lightflow_jlab.store.attempt import Attempt, Earlier
from lightflow_jlab.store.leading_metric import is_lower_better

MAX_TOLD = 20
MAX_VALUE_CHARACTERS = 40
MAX_CODE_LINES = 40


def changes_of(now: Attempt, leading: str | None, earlier: Sequence[Earlier]) -> RunChanges:
    """Compare an attempt, which need not be in the store yet, with earlier ones.

    Parameters
    ----------
    leading
        The key of the metric by which the best is meant.
    """
    previous = max(earlier, key=lambda one: one.number, default=None)
    best = _better(now, leading, earlier)
    if best is previous:
        best = None
    return RunChanges(
        run_id=now.run_id,
        previous=None if previous is None else _since(previous.load(), now, leading),
        best=None if best is None else _since(best.load(), now, leading),
    )


def _better(now: Attempt, key: str | None, earlier: Sequence[Earlier]) -> Earlier | None:
    """Return the earlier attempt that is better than `now` by a metric, the best of them."""
    if key is None:
        return None
    sign = -1 if is_lower_better(key) else 1
    ranked = [(sign * one.value, one) for one in earlier if one.value is not None]
    best = max(ranked, key=lambda pair: pair[0], default=None)
    own = now.metrics.get(key)
    if best is None or (own is not None and own == own and sign * own >= best[0]):
        return None
    return best[1]


def told(since: ChangesSince, title: str, most: int = MAX_TOLD) -> str:
    """Return the changes as one line; empty where there are none."""
    words = [_words(change) for change in since.changes]
    if len(words) > most:
        words = [*words[:most], f"and {len(words) - most} more"]
    return f"{title}: {'; '.join(words)}" if words else ""


def _since(before: Attempt, now: Attempt, leading: str | None) -> ChangesSince:
    return ChangesSince(
        run_id=before.run_id,
        run_name=before.run_name,
        attempt=before.number,
        changes=_changes(before, now, leading),
        same_data=_same_data(before.datasets, now.datasets),
        data_partly_read=any(text.startswith(PARTLY_READ) for text in now.datasets.values()),
    )


def _same_data(before: Mapping[str, str], now: Mapping[str, str]) -> bool | None:
    if not before or not now:
        return None
    if before != now:
        return False
    return None if any(text.startswith(NOT_READ) for text in now.values()) else True


def _changes(before: Attempt, now: Attempt, leading: str | None) -> list[Change]:
    metrics = _metrics(before.metrics, now.metrics)
    changes = [
        *sorted(metrics, key=lambda change: change.name != leading),
        *_values("param", before.params, now.params),
        *_lines("code", before.source, now.source),
    ]
    if before.stood_on and now.stood_on:
        changes += _lines("slice", *("\n".join(one.stood_on.values()) for one in (before, now)))
    if before.datasets and now.datasets:
        changes += _values("data", before.datasets, now.datasets)
    if before.packages and now.packages:
        changes += _values("package", before.packages, now.packages)
    return changes + _values("git", {"": before.commit[:8]}, {"": now.commit[:8]})


def _metrics(before: dict[str, float], now: dict[str, float]) -> list[Change]:
    found = []
    for key in sorted(before.keys() & now.keys()):
        old, new = before[key], now[key]
        if old == new or (old != old and new != new):
            continue
        lower = is_lower_better(key)
        known = lower is not None and old == old and new == new
        found.append(
            Change(
                kind="metric",
                name=key,
                before=f"{old:.5g}",
                now=f"{new:.5g}",
                note=f"{new - old:+.3g}",
                is_better=(new < old) == lower if known else None,
            )
        )
    new_keys, gone = sorted(now.keys() - before.keys()), sorted(before.keys() - now.keys())
    found += [Change("metric", key, "", f"{now[key]:.5g}", "", None) for key in new_keys]
    return found + [Change("metric", key, f"{before[key]:.5g}", "", "", None) for key in gone]


def _values(kind: ChangeKind, before: Mapping[str, str], now: Mapping[str, str]) -> list[Change]:
    return [
        Change(kind, key, _shown(before, key), _shown(now, key), "", None)
        for key in sorted(before.keys() | now.keys())
        if before.get(key, ...) != now.get(key, ...)
    ]


def _shown(values: Mapping[str, str], key: str) -> str:
    text = values.get(key, "")
    return text if len(text) <= MAX_VALUE_CHARACTERS else f"{text[: MAX_VALUE_CHARACTERS - 1]}…"


def _lines(kind: ChangeKind, before: str, now: str) -> list[Change]:
    lines = list(difflib.unified_diff(before.splitlines(), now.splitlines(), n=0, lineterm=""))[2:]
    added = [line[1:] for line in lines if line.startswith("+")]
    removed = [line[1:] for line in lines if line.startswith("-")]
    if not added and not removed:
        return []
    old, new = ("\n".join(some[:MAX_CODE_LINES]) for some in (removed, added))
    return [Change(kind, "", old, new, f"+{len(added)} −{len(removed)}", None)]


def _words(change: Change) -> str:
    before, now = change.before or "none", change.now or "none"
    match change.kind:
        case "metric" if not change.before:
            return f"{change.name} is new: {change.now}"
        case "metric" if not change.now:
            return f"{change.name} is gone"
        case "metric":
            verdict = {True: ", better", False: ", worse", None: ""}[change.is_better]
            return f"{change.name} {before} → {now} ({change.note}{verdict})"
        case "code":
            return f"lines of the cell {change.note}"
        case "slice":
            return f"lines of the cells before it {change.note}"
        case "git":
            return f"commit {before} → {now}"
        case "param":
            return f"{change.name} {before} → {now}"
        case _:
            return f"{change.kind} {change.name} {before} → {now}"
