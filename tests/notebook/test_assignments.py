"""What a cell's variables are: params, metrics, or nobody's business."""

from __future__ import annotations

import keyword
import math
import string
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightflow_jlab.notebook.assignments import Assignments, assignments_of
from lightflow_jlab.notebook.automatic import automatic_values, read_assignments
from lightflow_jlab.tracking.secrecy import hide_secrets, looks_secret

names = st.text(string.ascii_lowercase, min_size=1).filter(lambda n: not keyword.iskeyword(n))

texts = st.text(string.printable + "äß→")


@pytest.mark.parametrize(
    ("code", "literal", "computed"),
    [
        ("lr = 0.1", ["lr"], []),
        ("lr: float = 1e-3", ["lr"], []),
        ("seconds = 60 * 60", ["seconds"], []),
        ("a = b = -1", ["a", "b"], []),
        ("a, (b, c) = 1, (2, f())", ["a", "b"], ["c"]),
        ("config = {'lr': 0.1, 'layers': [1, 2]}", ["config"], []),
        ("loss = f(x)", [], ["loss"]),
        ("text = f'{x}'", [], ["text"]),
        ("lr = 0.1\nlr *= 0.5", ["lr"], []),
        ("best = 0.0\nfor x in xs:\n    best = max(best, x)", [], ["best"]),
        ("n = 0\nwhile True:\n    n += 1", [], ["n"]),
        ("for i in range(3):\n    pass\ni = 4", [], []),
        ("async for i, j in xs:\n    y = i", [], ["y"]),
        ("if debug:\n    lr = 1\nelse:\n    lr = 2", ["lr"], []),
        ("with open(p) as f:\n    n = 1", ["n"], []),
        ("try:\n    n = g()\nexcept E:\n    n = 0", [], ["n"]),
        ("def f():\n    hidden = 1\nclass C:\n    hidden = 2", [], []),
        ("print(n := 10)", [], ["n"]),
        ("x = [hidden := 1 for _ in y]", [], ["x"]),
        ("_private = 1\n__all__ = []", [], []),
        ("a.b = 1\nc['d'] = 2", [], []),
        ("*rest, last = 1, 2", ["last"], ["rest"]),
        ("x = await f()", [], ["x"]),
        ("import os", [], []),
    ],
)
def test_names_are_sorted_by_how_they_are_assigned(
    code: str, literal: list[str], computed: list[str]
) -> None:
    found = assignments_of(code)
    assert (sorted(found.literal), sorted(found.computed)) == (literal, computed)


@given(st.dictionaries(names, st.integers() | texts | st.booleans() | st.none()))
def test_any_literal_is_a_param_with_its_value(values: dict[str, Any]) -> None:
    code = "\n".join(f"{name} = {value!r}" for name, value in values.items())
    found = assignments_of(code)
    assert found == Assignments(tuple(values), ())
    expected = {
        name: value
        for name, value in values.items()
        if not looks_secret(name, value) and len(str(value)) <= 500
    }
    params, metrics = automatic_values(found, values)
    assert (params, metrics) == (dict(list(expected.items())[:100]), {})


def test_values_are_those_at_the_end() -> None:
    found = Assignments(
        ("lr", "config", "huge", "gone", "password", "handle", "empty"),
        ("loss", "count", "name", "vector", "scalar", "zero_d", "imaginary", "flag", "auth_token"),
    )
    namespace = {
        "lr": 0.05,
        "config": {"layers": [1, 2], "api_key": "x", "deep": {"token": "y", "n": 1}},
        "huge": "x" * 501,
        "password": 1234,
        "handle": object(),
        "empty": {},
        "loss": 0.5,
        "count": 3,
        "name": "resnet",
        "vector": np.ones(3),
        "scalar": np.float32(0.25),
        "zero_d": np.array(2),
        "imaginary": np.complex64(1j),
        "flag": True,
        "auth_token": 7,
        "other": 1,
    }
    assert automatic_values(found, namespace) == (
        {"lr": 0.05, "config": {"layers": [1, 2], "deep": {"n": 1}}},
        {"loss": 0.5, "count": 3.0, "scalar": 0.25, "zero_d": 2.0, "flag": 1.0},
    )


def test_a_number_too_large_for_a_metric_is_left_out() -> None:
    values = {"big": 10**400, "endless": math.inf}
    assert automatic_values(Assignments((), ("big", "endless")), values) == (
        {},
        {"endless": math.inf},
    )


@pytest.mark.parametrize(
    ("python", "expected"),
    [
        ("get_ipython().run_cell_magic('time', '', 'lr = 1\\n')", ("lr",)),
        ("get_ipython().run_cell_magic('capture', 'out', 'lr = 1\\n')", ("lr",)),
        ("get_ipython().run_cell_magic('bash', '', 'lr=1\\n')", ()),
        ("get_ipython().run_line_magic('time', 'f()')\nlr = 1", ("lr",)),
    ],
)
def test_magics_that_run_python_are_looked_into(python: str, expected: tuple[str, ...]) -> None:
    assert read_assignments(python, lambda body: body).literal == expected


@pytest.mark.parametrize(
    "name",
    "password PASSWD db_password api_key apiKey OPENAI_API_KEY token hf_token secret clientSecret "
    "credentials auth AUTH_HEADER pwd aws_secret_access_key github_token_2 passphrase key".split(),
)
def test_names_of_secrets_are_known(name: str) -> None:
    assert looks_secret(name, "text")


@pytest.mark.parametrize(
    "name",
    "lr monkey keyboard author tokenizer max_tokens passes compass donkey pin_memory".split(),
)
def test_other_names_are_no_secrets(name: str) -> None:
    assert not looks_secret(name, "text")


def test_numbers_beside_such_words_are_no_secrets() -> None:
    assert not looks_secret("key_dim", 64)
    assert not looks_secret("token_count", 3)
    assert looks_secret("token", 3)


@pytest.mark.parametrize(
    ("code", "kept"),
    [
        ('api_key = "sk-1234567890"', 'api_key = "***"'),
        ("login(token='hf_1234567890')", "login(token='***')"),
        ('{"password": "correct-horse"}', '{"password": "***"}'),
        ("os.environ['HF_TOKEN'] = 'hf_1234567890'", "os.environ['HF_TOKEN'] = '***'"),
        ("%%track a=1 api_key=sk-1234567890\n1", "%%track a=1 api_key=***\n1"),
        ("token = tokenizer_of_model", "token = tokenizer_of_model"),
        ("sorted(rows, key='creation_time')", "sorted(rows, key='creation_time')"),
        ("tokenizer = 'bert-base-uncased'", "tokenizer = 'bert-base-uncased'"),
        ("password = getpass()", "password = getpass()"),
    ],
)
def test_secrets_are_taken_out_of_a_cells_source(code: str, kept: str) -> None:
    assert hide_secrets(code) == kept
