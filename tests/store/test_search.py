"""The search language by example: MLflow's meaning, our additions, mistakes, completion."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lightflow_jlab.contract.rest import RunKeys
from lightflow_jlab.store import RunQuery, Store
from lightflow_jlab.store.search import FilterError, filter_hints, parse_filter

from .recorded import START, record_run

DAY = 86_400_000


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder: Path = tmp_path_factory.mktemp("search") / ".lightflow"
    store = Store.open(folder)
    now = int(time.time() * 1000)
    with store.ingest() as ingest:
        record_run(
            ingest, 1, name="alpha", params={"lr": 0.1, "model": "MLP", "bias": True},
            metrics={"acc": [0.5, 0.9], "val/loss": [3.0, 1.0]}, tags={"team": "blue"},
        )  # fmt: skip
        record_run(
            ingest, 2, name="beta", params={"lr": 0.01, "model": "mlp_2", "bias": False},
            metrics={"acc": [math.nan]}, start_time=now - 3 * DAY, end_time=now - 3 * DAY + 600_000,
        )  # fmt: skip
        record_run(
            ingest, 3, name="gamma", params={"lr": "0.5", "model": "cnn", "seed": None},
            metrics={"acc": [math.inf, 0.2]}, start_time=now - 60_000, end_time=None,
        )  # fmt: skip
        record_run(ingest, 4, name="delta", status="FAILED", user="grace", tags={"team": "RED"})
    yield store
    store.close()


def found(store: Store, text: str) -> str:
    """Return the first letters of the runs found, in the order of the alphabet."""
    return "".join(sorted(run.run_name[0] for run in store.runs(RunQuery(filter=text)).runs))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("metrics.acc > 0.5", "a"),
        ("metric.acc != 1", "abg"),
        ("metrics.acc > 0", "ag"),
        ("metrics.acc = 0.9 and params.model = 'MLP'", "a"),
        ("metrics.`val/loss` <= 1e0", "a"),
        ('metrics."val/loss" <= +1.0', "a"),
        ("params.lr = '0.1'", "a"),
        ("params.lr != '0.1'", "bg"),
        ("parameter.model LIKE 'mlp%'", "b"),
        ("params.model LIKE 'mlp_2'", "b"),
        ("params.model ILIKE 'MLP%'", "ab"),
        ("params.seed IS NULL", "abd"),
        ("parameters.seed is not null", "g"),
        ("params.seed = 'None'", "g"),
        ("tags.team = 'blue'", "a"),
        ("tag.team != 'blue'", "d"),
        ("tags.`mlflow.runName` = 'beta'", "b"),
        ("status = 'FAILED'", "d"),
        ("status = 'failed'", ""),
        ("attributes.status IN ('RUNNING', 'FAILED')", "dg"),
        ("attr.run_name NOT IN ('alpha','beta')", "dg"),
        ("run.user_id ILIKE 'GRA%'", "d"),
        ("`run name` = 'alpha'", "a"),
        ('attributes."Run Name" = "alpha"', "a"),
        (f"created = {START}", "ad"),
        (f"Created > {START}", "bg"),
        (f"artifact_uri LIKE '%/{3:032x}'", "g"),
    ],
)
def test_a_filter_of_mlflow_means_what_it_means_there(store: Store, text: str, names: str) -> None:
    assert found(store, text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("metrics.acc > 0.5 OR status = 'FAILED'", "ad"),
        ("NOT metrics.acc > 0.5", "bdg"),
        ("status = 'FINISHED' AND (params.lr > 0.05 OR params.lr < 0.02)", "ab"),
        ("NOT (status = 'FAILED' OR status = 'RUNNING')", "ab"),
        ("params.lr > 0.05", "ag"),
        ("params.lr BETWEEN 0.01 AND 0.1", "ab"),
        ("params.lr NOT BETWEEN 0.01 AND 0.1", "g"),
        ("params.lr IN (0.1, 0.5)", "ag"),
        ("params.model NOT IN ('MLP', 'cnn')", "b"),
        ("params.model NOT LIKE 'mlp%'", "ag"),
        ("params.bias = true", "a"),
        ("metrics.acc IS NULL", "d"),
        ("metrics.acc.max > 1e6", "g"),
        ("metrics.acc.first = 0.5", "a"),
        ("metrics.acc.count >= 2", "ag"),
        ("metrics.acc.min < 0.3", "g"),
        ("metrics.val/loss.max == 3", "a"),
        ("metrics.acc <> 0.9", "bg"),
        ("metrics.acc NOT IN (0.9, 0.2)", "b"),
        ("metrics.acc NOT BETWEEN 0 AND 0.5", "ab"),
        ("duration > 5m", "b"),
        ("duration BETWEEN 1m AND 1 minute", "ad"),
        ("duration >= 50s and duration < 1h30m", "abdg"),
        ("start_time > 2d ago", "g"),
        ("start_time < 2 days ago AND start_time > 1w ago", "b"),
        ("start_time <= now", "abdg"),
        ("start_time > '2024-01-01'", "bg"),
        ("start_time BETWEEN '2023-01-01' AND '2023-12-31T23:59:59+00:00'", "ad"),
        ("end_time IS NULL", "g"),
        ("NOT end_time > 1", "g"),
    ],
)
def test_more_can_be_asked_than_in_mlflow(store: Store, text: str, names: str) -> None:
    assert found(store, text) == names


@pytest.mark.parametrize(
    ("text", "position", "allowed"),
    [
        ("metrics.acc >", 13, "a number"),
        ("metrics.acc > 'high'", 14, "a number"),
        ("tags.team = 1", 12, "a text in quotes"),
        ("acc > 1", 0, "metrics.<key>"),
        ("acc > 1", 0, "dataset.digest"),
        ("metrics.acc > 1 metrics.b > 2", 16, "AND"),
        ("metrics.acc > 1 AND", 19, "NOT"),
        ("(metrics.acc > 1", 16, ")"),
        ("metrics.acc LIKE 'a'", 12, "BETWEEN"),
        ("params.model NOT 'a'", 17, "LIKE"),
        ("params.model IS 'a'", 16, "NULL"),
        ("params.lr IN (1, 'a')", 17, "a number"),
        ("status = 'FAILED", 9, "a text in quotes"),
        ("start_time > 2d", 15, "ago"),
        ("start_time > 'soon'", 13, "a time such as 2d ago, now or '2026-01-31 14:00'"),
        ("duration > 'long'", 11, "a duration such as 90s or 1h30m"),
        ("dataset.size > 1", 0, "dataset.name"),
        ("", 0, "NOT"),
    ],
)
def test_a_mistake_is_shown_at_its_place_with_what_is_allowed_there(
    text: str, position: int, allowed: str
) -> None:
    with pytest.raises(FilterError) as refused:
        parse_filter(text)
    error = refused.value
    assert error.position == position
    assert allowed in error.allowed
    shown, caret = str(error).splitlines()[1:3]
    assert (shown[2:], caret.index("^") - 2) == (text, position)


def test_a_filter_has_bounds() -> None:
    for text in ("a" * 10_001, "NOT " * 51 + "attempt = 1", " OR ".join(["attempt = 1"] * 301)):
        with pytest.raises(FilterError, match="at most|more than"):
            parse_filter(text)


def test_the_longest_filter_allowed_is_answered(store: Store) -> None:
    several = " OR ".join(["metrics.acc = 0.9"] * 300)
    assert found(store, several) == "a"
    assert found(store, "NOT " * 48 + "metrics.acc = 0.9") == "a"


KEYS = RunKeys(params=["lr"], metrics=["acc", "val/loss"], tags=["team"])


@pytest.mark.parametrize(
    ("text", "start", "expected"),
    [
        ("", 0, {"metrics.acc", "params.lr", "tags.team", "start_time", "NOT", "("}),
        ("met", 0, {"metrics.acc", "metrics.`val/loss`", "metrics.acc.max"}),
        ("metrics.v", 0, {"metrics.`val/loss`"}),
        ("metrics.`val", 0, {"metrics.`val/loss`"}),
        ("metrics.acc ", 12, {"<", ">=", "BETWEEN", "IS NULL"}),
        ("metrics.acc > 1 ", 16, {"AND", "OR"}),
        ("metrics.acc > 1 an", 16, {"AND"}),
        ("status = ", 9, {"'RUNNING'", "'FAILED'"}),
        ("status = 'FA", 9, {"'FAILED'"}),
        ("start_time > ", 13, {"1d ago", "now"}),
        ("params.model NOT ", 17, {"IN", "LIKE", "BETWEEN"}),
    ],
)
def test_a_filter_bar_is_told_what_may_come_next(text: str, start: int, expected: set[str]) -> None:
    hints = filter_hints(text, len(text), KEYS)
    texts = {one.text for one in hints.completions}
    assert hints.start == start
    assert expected <= texts
    assert all(one.lower().startswith(text[start:].lower().replace("`", ""))
               for one in (t.replace("`", "").lower() for t in texts))  # fmt: skip


def test_a_filter_bar_is_told_what_is_wrong() -> None:
    hints = filter_hints("metrics.acc >> 1", 16, KEYS)
    assert (hints.position, hints.reason) == (13, "'>' can't stand here.")
    assert hints.allowed == ["a number"]
    assert filter_hints("metrics.acc > 1", 15, KEYS).position is None


def test_every_example_of_the_guide_is_understood() -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "guide" / "search.md"
    table = page.read_text("utf-8").partition("## How it is compared")[2].partition("Words like")[0]
    examples = re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)
    assert len(examples) == 13
    for example in examples:
        parse_filter(example)
