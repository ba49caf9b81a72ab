"""The `%%track` line becomes a comment and nothing else changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.inputtransformer2 import TransformerManager

from lightflow_jlab.notebook.track_line import TrackLineError
from lightflow_jlab.notebook.transformer import body_of, hide_track_line, track_text


def transformed(cell: str) -> str:
    manager = TransformerManager()
    manager.cleanup_transforms.append(hide_track_line)
    return str(manager.transform_cell(cell))


@pytest.mark.parametrize(
    ("cell", "python"),
    [
        ("%%track\nx = 1", "# %%track\nx = 1\n"),
        ("%%track a b=1", None),
        ("\n\n%%track lr=1\nx = 1\n", "# %%track lr=1\nx = 1\n"),
        ("%%track", "# %%track\n"),
        ("%%track\n\n  x = 1\n  y = 2", "# %%track\n\nx = 1\ny = 2\n"),
        ("%%track\n%time 1", "# %%track\nget_ipython().run_line_magic('time', '1')\n"),
        ("%%track\n\n%%time\n1", "get_ipython().run_cell_magic('time', '', '1\\n')\n"),
        ("%%track?", "get_ipython().run_line_magic('pinfo', '%%track')\n"),
        ("%%tracked\nx", "get_ipython().run_cell_magic('tracked', '', 'x\\n')\n"),
        ("x = 1\n%%track", None),
        ("text = '''\n%%track\n'''", "text = '''\n%%track\n'''\n"),
    ],
)
def test_a_cell_is_transformed(cell: str, python: str | None) -> None:
    if python is not None:
        assert transformed(cell) == python


def test_a_bad_line_stops_the_cell() -> None:
    with pytest.raises(TrackLineError, match="is no flag"):
        transformed("%%track --bad\nx = 1")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("%%track", ""),
        ("  \n\t\n %%track  a -q \nx", "a -q"),
        ("%%track\r\nx", ""),
        ("%%track?", None),
        ("%%trackers", None),
        ("# %%track", None),
        ("x\n%%track", None),
    ],
)
def test_the_line_is_found_on_the_first_line_only(cell: str, text: str | None) -> None:
    assert track_text(cell) == text


@given(st.lists(st.sampled_from(["x = 1", "", "  ", "# c", "def f():", "    return 1", "%time x"])))
def test_every_line_keeps_its_number(lines: list[str]) -> None:
    body = "\n".join(lines)
    plain = TransformerManager().transform_cell(f"# first\n{body}")
    first = next((line for line in lines if line.strip()), "")
    if not first.startswith(" "):
        assert transformed(f"%%track\n{body}") == plain.replace("# first", "# %%track", 1)
    assert body_of(f"%%track\n{body}") == body
