"""A run that is called clean comes out the same when its notebook runs from top to bottom."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lightflow_jlab.notebook.ledger import Ledger
from lightflow_jlab.notebook.names import names_of
from lightflow_jlab.notebook.saved_notebook import SavedNotebook
from lightflow_jlab.notebook.verdict import Verdict, verdict_on

SOURCES = [
    "a = 1",
    "a = 2",
    "a += 1",
    "b = a",
    "b = a + 10",
    "c = [a]",
    "c.append(b)",
    "b = sum(c)",
    "def f():\n    return a",
    "b = f()",
    "if a > 1:\n    b = 5",
    "for a in [3, 4]:\n    b = a",
    "del b",
    "try:\n    a = b\nexcept NameError:\n    a = 7",
    "print(a)",
]
RUN, EDIT, MOVE, REMOVE, INSERT = "run", "edit", "move", "remove", "insert"
STEPS = st.tuples(
    st.sampled_from([RUN, RUN, RUN, EDIT, MOVE, REMOVE, INSERT]),
    st.integers(0, 9),
    st.integers(0, 9),
    st.sampled_from(SOURCES),
)
SAVED_LATER = 1e9


@dataclass
class Paper:
    """A notebook and its kernel, as simple as can be."""

    cells: list[tuple[str, str]] = field(default_factory=list)
    """Ids and sources."""
    ledger: Ledger = field(default_factory=Ledger)
    kernel: dict[str, Any] = field(default_factory=dict)
    made: int = 0

    @classmethod
    def of(cls, sources: list[str]) -> Paper:
        """Return a notebook that was run once from top to bottom."""
        paper = cls([(f"cell-{number}", source) for number, source in enumerate(sources)])
        paper.made = len(sources)
        for place in range(len(sources)):
            paper.run(place)
        return paper

    def do(self, step: tuple[str, int, int, str]) -> None:
        what, one, other, source = step
        if what == INSERT or not self.cells:
            self.cells.insert(one % (len(self.cells) + 1), (f"cell-{self.made}", source))
            self.made += 1
            return
        place = one % len(self.cells)
        if what == RUN:
            self.run(place)
            return
        cell_id, before = self.cells.pop(place)
        if what == EDIT:
            self.cells.insert(place, (cell_id, source))
        elif what == MOVE:
            self.cells.insert(other % (len(self.cells) + 1), (cell_id, before))

    def run(self, place: int) -> None:
        cell_id, source = self.cells[place]
        count = len(self.ledger.executions) + 1
        succeeded = executed(source, self.kernel)
        self.ledger.add(source, cell_id, count, float(count), succeeded)

    def verdict(self) -> Verdict:
        return verdict_on(
            list(self.ledger.executions),
            self.ledger.source,
            names_of,
            SavedNotebook(dict(self.cells), SAVED_LATER),
        )


def executed(source: str, namespace: dict[str, Any]) -> bool:
    try:
        exec(source, namespace)
    except (NameError, TypeError):
        return False
    return True


def state(namespace: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in namespace.items() if name in ("a", "b", "c")}


@settings(max_examples=400, deadline=None)
@given(st.lists(STEPS, min_size=2, max_size=25), st.integers(0, 9))
def test_a_clean_run_comes_out_the_same_from_top_to_bottom(
    steps: list[tuple[str, int, int, str]], last: int
) -> None:
    paper = Paper.of(["a = 1", "b = 2", "c = [b]"])
    for step in steps:
        paper.do(step)
    if not paper.cells:
        return
    place = last % len(paper.cells)
    paper.run(place)
    verdict = paper.verdict()
    if verdict.state != "clean":
        assert verdict.notes
        return
    fresh: dict[str, Any] = {}
    for _, source in paper.cells[:place]:
        executed(source, fresh)
    succeeded = executed(paper.cells[place][1], fresh)
    assert succeeded == paper.ledger.executions[-1].succeeded
    # What the cell itself used and set; the rest of the kernel is none of its business.
    used = [name for name in "abc" if name in compile(paper.cells[place][1], "", "exec").co_names]
    assert {n: state(fresh).get(n) for n in used} == {n: state(paper.kernel).get(n) for n in used}


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(SOURCES), max_size=12))
def test_a_notebook_run_once_from_top_to_bottom_leans_on_nothing(sources: list[str]) -> None:
    paper = Paper.of(["a = 1", "b = 2", "c = [b]", *sources])
    if all(one.succeeded for one in paper.ledger.executions):
        assert paper.verdict().state == "clean"
