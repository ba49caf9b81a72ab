"""What is logged to MLflow goes in portions that its server takes, none of it left out."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from lightflow_jlab.contract.records import ParamRecord
from lightflow_jlab.remote.outgoing import (
    MOST,
    MOST_TOGETHER,
    Item,
    by_kind,
    metric,
    param,
    portions,
    tag,
)

KEYS = st.sampled_from(["a", "b", "c", "é" * 250])
ITEMS = st.one_of(
    st.builds(metric, KEYS, st.floats(), st.integers(0, 9), st.integers(0, 9)),
    st.builds(lambda k, v: param(ParamRecord(k, v, "str")), KEYS, st.text(max_size=9)),
    st.builds(tag, KEYS, st.text(max_size=9)),
)


@given(st.lists(ITEMS, max_size=60), st.integers(1, 80))
def test_portions_are_within_the_bounds_and_in_order(items: list[Item], times: int) -> None:
    many = items * times
    found = list(portions(many))
    assert [item for portion in found for item in portion] == many
    for portion in found:
        assert 0 < len(portion) <= MOST_TOGETHER
        for kind, most in MOST.items():
            of_kind = [item for item in portion if item.kind == kind]
            assert len(of_kind) <= most
            keys = [item.content["key"] for item in of_kind]
            assert kind == "metrics" or len(keys) == len(set(keys))


def test_long_values_make_more_portions_none_beyond_a_megabyte() -> None:
    params = [param(ParamRecord(f"p{n}", "x" * 6_000, "str")) for n in range(100)]
    tags = [tag(f"t{n}", "x" * 8_000) for n in range(100)]
    found = list(portions([*params, *tags]))
    assert len(found) == 2 and sum(len(portion) for portion in found) == 200
    assert all(len(msgspec.json.encode(by_kind(portion))) < 1_000_000 for portion in found)


def test_numbers_that_json_lacks_are_words() -> None:
    values = [metric("k", value, 0, 0).content["value"] for value in (float("nan"), -1e999, 1e999)]
    assert values == ["NaN", "-Infinity", "Infinity"]
