"""What a cell reads and sets, and which earlier cells it stands on."""

from __future__ import annotations

import pytest

from lightflow_jlab.notebook.names import names_of
from lightflow_jlab.notebook.slicing import slice_of


@pytest.mark.parametrize(
    ("code", "reads", "binds", "changes"),
    [
        ("x = 1\ny = x", "", "x y", ""),
        ("y = x\nx = 1", "x", "x y", ""),
        ("x += 1", "x", "x", "x"),
        ("x = x + 1", "x", "x", ""),
        ("xs.append(y)", "xs y", "", "xs"),
        ("loss = model.fit(x)", "model x", "loss", "model"),
        ("m = df.mean()", "df", "m", ""),
        ("df['a'] = b\ndf.c.d = 1", "df b", "", "df"),
        ("if flag:\n    x = 1\nx", "flag x", "x", "x"),
        ("if flag:\n    x = 1\n    y = x", "flag", "x y", "x y"),
        ("for i in xs:\n    t = i\n    u = t", "xs", "i t u", ""),
        ("while go:\n    n = n + 1", "go n", "n", ""),
        ("try:\n    import m\nexcept ImportError as e:\n    m = 0", "ImportError", "m", ""),
        ("with open(p) as f:\n    s = f.read()", "open p", "f s", ""),
        ("[a for a in xs if a > low]", "xs low", "", ""),
        ("def f(a, b=c):\n    return a + g + b", "c", "f", ""),
        ("class A(B):\n    k = 1\n    j = k + z", "B z", "A", ""),
        ("import os.path, numpy as np", "", "os np", ""),
        ("(n := f(x))", "f x", "n", ""),
        ("del x", "x", "", "x"),
        ("a, (b, c.d) = e", "e c", "a b", "c"),
        ("x: int", "", "", ""),
    ],
)  # fmt: skip
def test_names_are_read_bound_and_changed(code: str, reads: str, binds: str, changes: str) -> None:
    names = names_of(code)
    assert (names.reads, names.binds, names.changes | names.calls) == (
        set(reads.split()),
        set(binds.split()),
        set(changes.split()),
    )


def test_what_a_function_reads_is_read_when_it_is_called() -> None:
    names = names_of("def f(a):\n    t = a\n    return t + scale\ng = lambda x: x * other")
    assert (names.deferred, names.reads) == ({"scale", "other"}, set())


@pytest.mark.parametrize(
    ("code", "hidden"),
    [
        ("exec('x = 1')", ["exec()"]),
        ("from m import *", ["import *"]),
        ("get_ipython().run_line_magic('run', 'a.py')", ["%run"]),
        ("def f():\n    globals()['x'] = 1", ["globals()"]),
        ("get_ipython().run_line_magic('time', 'f()')", []),
    ],
)
def test_what_cannot_be_followed_is_noted(code: str, hidden: list[str]) -> None:
    assert names_of(code).hidden == hidden


def test_code_below_a_timing_magic_is_read() -> None:
    assert names_of("get_ipython().run_cell_magic('time', '', 'y = x')").binds == {"y"}


@pytest.mark.parametrize(
    ("cells", "stands_on"),
    [
        (["x = 1", "y = 2", "x"], [0, 2]),
        (["x = 1", "x = 2", "x"], [1, 2]),
        (["xs = []", "xs.append(1)", "xs.append(2)", "zs = []", "xs"], [0, 1, 2, 4]),
        (["n = 0", "n += 1", "n += 1", "n"], [0, 1, 2, 3]),
        (["scale = 1", "def f(): return scale", "scale = 2", "f()"], [1, 2, 3]),
        (["import math", "r = 2", "area = math.pi * r", "r = 3", "area"], [0, 1, 2, 4]),
        (["x = 1", "1"], [1]),
        (["flag = x = 1", "if flag:\n    x = 2", "x"], [0, 1, 2]),
        (["for i in [1]:\n    t = i", "for i in [2]:\n    t = i", "t"], [1, 2]),
        (["a = 1", "b = a", "a = b", "a"], [0, 1, 2, 3]),
        (["import numpy as np", "a = np.ones(3)", "b = np.zeros(3)", "np.sum(a)"], [0, 1, 3]),
        (["import lightflow_jlab as lf", "lf.log({'a': 1})", "lf.log({'b': 1})"], [0, 2]),
        (["import random", "random.seed(1)", "a = random.random()"], [0, 1, 2]),
        (["b = 1", "a = 1", "if a:\n    b = 2"], [0, 1, 2]),
        (["from a import net", "net = net()", "net.fit()", "net.score()"], [0, 1, 2, 3]),
    ],
)
def test_a_cell_stands_on_what_made_its_names(cells: list[str], stands_on: list[int]) -> None:
    found = slice_of([names_of(cell) for cell in cells])
    assert (list(found.indices), found.unknown) == (stands_on, ())


def test_names_that_nothing_set_are_told() -> None:
    cells = [names_of("y = elsewhere"), names_of("print(len(y), lr)")]
    assert slice_of(cells).unknown == ("elsewhere", "lr")
