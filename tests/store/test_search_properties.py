"""The search language against a second reading of it in plain Python, on random input."""

from __future__ import annotations

import time

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lightflow_jlab.contract.limits import MAX_KEY_LENGTH
from lightflow_jlab.store import RunQuery
from lightflow_jlab.store.search import FilterError, parse_filter, write_filter
from lightflow_jlab.store.search.tree import Comparison, Key, Node

from .filters import PlainRun, holds, runs, trees
from .recorded import blank_store, record_run, run_id

_calm = settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
_names = st.from_regex(r"[\w\-. :/]{1,20}", fullmatch=True)


@given(trees)
@_calm
def test_a_filter_that_is_written_parses_to_the_same_tree(tree: Node) -> None:
    assert parse_filter(write_filter(tree)) == tree


@given(_names, st.floats(allow_nan=False), st.text(max_size=20))
@_calm
def test_any_key_number_and_text_can_be_written(name: str, number: float, text: str) -> None:
    for tree in (
        Comparison(Key("metrics", name), "<", number),
        Comparison(Key("params", name), "=", text),
    ):
        assert parse_filter(write_filter(tree)) == tree


@given(st.tuples(*(runs(number) for number in range(4))), st.lists(trees, min_size=1, max_size=8))
@settings(_calm, max_examples=25)
def test_the_database_finds_what_plain_python_finds(
    plain: tuple[PlainRun, ...], filters: list[Node]
) -> None:
    with blank_store() as store:
        with store.ingest() as ingest:
            for run in plain:
                record_run(
                    ingest,
                    run.number,
                    name=run.attributes["run_name"],
                    user=run.attributes["user_id"],
                    start_time=run.attributes["start_time"],
                    end_time=run.attributes["end_time"],
                    params=run.params,
                    metrics=run.metrics,
                    tags=run.tags,
                )
        for tree in filters:
            text = write_filter(tree)
            found = {run.run_id for run in store.runs(RunQuery(filter=text)).runs}
            expected = {run_id(run.number) for run in plain if holds(tree, run)}
            assert found == expected, text


_words = st.sampled_from(
    "metrics.a params.`b c` start_time status = != < ( ) , AND OR NOT IN LIKE IS NULL BETWEEN 1 "
    "-2e3 5m 2d ago now 'x' \" ' ` 1h30 true . é".split(" ")
)


@given(st.one_of(st.text(max_size=200), st.lists(_words, max_size=60).map(" ".join)))
@example("(" * 5_000)
@example("NOT " * 2_500)
@example("1" * 10_000)
@example("'" * 9_999)
@example("metrics.a = 1 AND " * 555)
@example("attempt IN (" + "1," * 4_990 + "1)")
@example("1ms" * 3_333)
@example("1" + " " * 9_990)
@example("`" * 9_999)
@example("a." * 5_000)
@example("metrics.a " * 1_000)
@settings(_calm, max_examples=400)
def test_any_text_is_parsed_or_refused_at_a_place_in_bounded_time(text: str) -> None:
    position = _mistake(text)
    assert position is None or 0 <= position <= len(text)
    assert min(_parsing_seconds(text) for _ in range(3)) < 0.1


def _parsing_seconds(text: str) -> float:
    started = time.thread_time()
    _mistake(text)
    return time.thread_time() - started


def _mistake(text: str) -> int | None:
    try:
        parse_filter(text)
    except FilterError as error:
        return error.position
    return None


def test_the_longest_key_fits() -> None:
    name = "k" * MAX_KEY_LENGTH
    assert parse_filter(f"metrics.{name} > 1") == Comparison(Key("metrics", name), ">", 1.0)
