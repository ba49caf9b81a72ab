"""What users give is recorded as they meant it, or refused with a sentence that helps."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import lightflow_jlab as lf
from lightflow_jlab.contract.records import ParamRecord
from lightflow_jlab.tracking import values


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path):
    lf.set_tracking_uri(tmp_path)
    yield
    while lf.active_run():
        lf.end_run()


@pytest.mark.parametrize(
    ("given", "number"),
    [(1, 1.0), (True, 1.0), (np.float32(0.5), 0.5), (np.array(3), 3.0), (np.array([2.5]), 2.5)],
)
def test_anything_that_is_one_number_is_a_metric(given, number):
    assert values.as_number("loss", given) == number


def test_nan_and_infinities_are_metrics():
    assert math.isnan(values.as_number("loss", np.nan))
    assert values.as_number("loss", -math.inf) == -math.inf


@pytest.mark.parametrize("given", ["0.5", None, b"1", 1j, [1, 2], np.array([1, 2]), object()])
def test_what_is_not_one_number_is_refused_with_its_key_and_value(given):
    with pytest.raises(lf.InvalidTypeError, match="'loss'.*Expected a number"):
        lf.log_metric("loss", given)


def test_an_integer_too_large_for_a_float_is_refused():
    with pytest.raises(lf.InvalidValueError, match="too large"):
        lf.log_metric("loss", 10**400)


@pytest.mark.parametrize("key", ["", "a//b", "../a", "/a", "a/", "a@b", "loss%", "x" * 251, "\0"])
def test_a_key_that_mlflow_would_refuse_is_refused(key):
    with pytest.raises(lf.InvalidValueError, match="key"):
        lf.log_metric(key, 1.0)
    with pytest.raises(lf.InvalidValueError, match="key"):
        lf.log_param(key, 1)
    with pytest.raises(lf.InvalidValueError, match="key"):
        lf.set_tag(key, "x")


@pytest.mark.parametrize("key", [1, None, ("a",), ["unhashable"]])
def test_a_key_that_is_no_string_is_refused(key):
    with pytest.raises(lf.InvalidTypeError, match="key is a string"):
        lf.log_metric(key, 1.0)


@pytest.mark.parametrize("step", ["1", 1.5, True, None.__class__, 2**63])
def test_a_step_that_is_no_integer_of_64_bits_is_refused(step):
    with pytest.raises((lf.InvalidTypeError, lf.InvalidValueError), match="step"):
        lf.log_metric("loss", 1.0, step=step)


def test_params_keep_their_types():
    given = {
        "lr": 0.1,
        "layers": 3,
        "bias": True,
        "note": "a",
        "seed": None,
        "sizes": [1, 2],
        "width": np.int64(7),
        "huge": 2**70,
        "rate": float("inf"),
    }
    assert values.param_records(given, "user") == [
        ParamRecord("lr", 0.1, "float"),
        ParamRecord("layers", 3, "int"),
        ParamRecord("bias", True, "bool"),
        ParamRecord("note", "a", "str"),
        ParamRecord("seed", None, "none"),
        ParamRecord("sizes", "[1, 2]", "json"),
        ParamRecord("width", 7, "int"),
        ParamRecord("huge", str(2**70), "int"),
        ParamRecord("rate", math.inf, "float"),
    ]


def test_nested_params_are_joined_with_dots():
    given = {"model": {"layers": {"first": 1}, "empty": {}}, "lr": 0.1}
    assert [record.key for record in values.param_records(given, "user")] == [
        "model.layers.first",
        "model.empty",
        "lr",
    ]


def test_a_param_of_ten_megabytes_is_refused_with_the_way_to_keep_it():
    with pytest.raises(lf.InvalidValueError, match=r"10,000,000 characters.*log_text"):
        lf.log_param("blob", "x" * 10_000_000)


def test_a_tag_too_long_is_refused():
    with pytest.raises(lf.InvalidValueError, match="log_text"):
        lf.set_tag("blob", "x" * 8_001)


def test_a_name_that_is_not_utf8_is_recorded_as_what_can_be_stored():
    name = b"run-\xff".decode("utf-8", "surrogateescape")
    with lf.start_run(run_name=name) as run:
        lf.log_param("file", name)
    assert run.info.run_name == "run-?"


@pytest.mark.parametrize("timestamp", [1_700_000_000.5, "now", True, 2**63])
def test_a_timestamp_is_milliseconds_as_an_integer(timestamp: object):
    wrong = (lf.InvalidTypeError, lf.InvalidValueError)
    with lf.start_run():
        with pytest.raises(wrong, match="timestamp"):
            lf.log_metric("loss", 0.5, timestamp=timestamp)
        with pytest.raises(wrong, match="timestamp"):
            lf.log_metrics({"loss": 0.5}, timestamp=timestamp)
