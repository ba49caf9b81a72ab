"""What is kept of a cell's output, however long."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightflow_jlab.notebook.streams import BoundedText, without_overwritten


@given(st.lists(st.text(max_size=30), max_size=30))
def test_the_beginning_and_the_end_of_a_text_are_kept(parts: list[str]) -> None:
    kept = BoundedText(10, 15)
    for part in parts:
        kept.add(part)
    whole = "".join(parts)
    if len(whole) <= 25:
        assert kept.text() == whole
    else:
        left_out = len(whole) - 25
        marker = f"\n… {left_out:,} characters left out …\n"
        assert kept.text() == whole[:10] + marker + whole[-15:]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb\n", "a\nb\n"),
        ("10%\r20%\r100%\nend", "100%\nend"),
        ("a\r\nb\r\n", "a\r\nb\r\n"),
        ("before\n1\r2", "before\n2"),
        ("kept\r", "kept\r"),
    ],
)
def test_a_progress_bar_is_its_last_state(text: str, shown: str) -> None:
    assert without_overwritten(text) == shown
