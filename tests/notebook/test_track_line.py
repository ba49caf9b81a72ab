"""The `%%track` line as people write it, and what they are told where it can't be read."""

from __future__ import annotations

import keyword
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightflow_jlab.errors import InvalidValueError
from lightflow_jlab.notebook.track_line import TrackLine, TrackLineError, parse_track_line

RUN_ID = "0123456789abcdef0123456789abcdef"

names = st.text(string.ascii_letters + "_", min_size=1).filter(lambda n: not keyword.iskeyword(n))
literals = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(string.printable),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=5,
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", TrackLine()),
        ("baseline", TrackLine(name="baseline")),
        ('"two words"', TrackLine(name="two words")),
        ("why?", TrackLine(name="why?")),
        ("it's-mine", TrackLine(name="it's-mine")),
        ("-e digits", TrackLine(experiment="digits")),
        ("--experiment=digits", TrackLine(experiment="digits")),
        ("--experiment='my digits'", TrackLine(experiment="my digits")),
        ("-t team=vision --tag stage='a b'", TrackLine(tags={"team": "vision", "stage": "a b"})),
        ('-n "a *wider* net"', TrackLine(note="a *wider* net")),
        ("--nested", TrackLine(nested=True)),
        ("--resume last", TrackLine(resume="last")),
        (f"--resume {RUN_ID} again", TrackLine(name="again", resume=RUN_ID)),
        ("--no-params --no-capture -q", TrackLine(automatic=False, captured=False, quiet=True)),
        ("lr=0.1 epochs=5", TrackLine(values={"lr": 0.1, "epochs": 5})),
        ("net=resnet", TrackLine(values={"net": "resnet"})),
        ("lr='0.1'", TrackLine(values={"lr": "0.1"})),
        ("layers=[64, 32] on=True", TrackLine(values={"layers": [64, 32], "on": True})),
        ("opts={'a': 1, 'b': (2, 3)}", TrackLine(values={"opts": {"a": 1, "b": (2, 3)}})),
        ("text='' none=None", TrackLine(values={"text": "", "none": None})),
        ("path=data/a=b.csv", TrackLine(values={"path": "data/a=b.csv"})),
        (
            'first -e digits -t a=b -n "n" lr=1e-3 --nested',
            TrackLine(
                name="first",
                experiment="digits",
                tags={"a": "b"},
                note="n",
                nested=True,
                values={"lr": 0.001},
            ),
        ),
    ],
)
def test_a_line_is_read(text: str, expected: TrackLine) -> None:
    assert parse_track_line(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("--expermient x", "Did you mean --experiment?"),
        ("-x", "'-x' is no flag"),
        ("-e", "-e needs a value, for example -e churn"),
        ("-e --nested", "-e needs a value"),
        ("-e a -e b", "-e is given twice, 'a' and 'b'"),
        ("--nested=yes", "--nested takes no value"),
        ("-t team", "the tag 'team' has no value. Expected key=value"),
        ("-t team@home=1", "can't be the key of a tag"),
        ("--resume 123", "is not a run id"),
        (f"--resume {RUN_ID} -e x", "A run stays in its experiment"),
        ("two words", 'quote a name with spaces: %%track "two words"'),
        ("lr = 0.1", "without spaces around '='"),
        ("lr=", "the param 'lr' has no value"),
        ("lr=1 lr=2", "the param 'lr' is given twice"),
        ("2lr=1", "'2lr' in '2lr=1' can't be a variable"),
        ("class=1", "can't be a variable"),
        ("'open", "' is missing in"),
        ("a=[1, 2", "a closing bracket is missing"),
        ("'  '", "The run's name is empty"),
        ("-t note=" + "x" * 8_001, "The tag 'note' has 8,001 characters"),
        ("text=" + "x" * 6_001, "The param 'text' has 6,001 characters; at most 6,000"),
        ("config={'a@b':1}", "'config.a@b' can't be the key of a param"),
        ("text=" + "x" * 10_000_000, "the line has 10,000,005 characters; at most 20,000"),
    ],
)
def test_a_line_that_cannot_be_read_is_explained(text: str, said: str) -> None:
    with pytest.raises(TrackLineError) as raised:
        parse_track_line(text)
    assert isinstance(raised.value, InvalidValueError)
    assert said in str(raised.value)


@given(st.dictionaries(names, literals, max_size=4))
def test_values_written_as_python_are_read_back(values: dict[str, object]) -> None:
    text = " ".join(f"{name}={value!r}" for name, value in values.items())
    assert parse_track_line(text).values == values


@given(st.text(string.printable + "äß→", max_size=60))
def test_any_text_is_read_or_refused_with_a_reason(text: str) -> None:
    line = text.replace("\n", " ").replace("\r", " ")
    told = "%%track: "
    try:
        parse_track_line(line)
    except TrackLineError as error:
        told = str(error)
    assert told.startswith("%%track: ")
