"""The golden wire files are what the structs read and write; the panel's tests read them too."""

from __future__ import annotations

import json
import math
from pathlib import Path

import msgspec
import pytest

from lightflow_jlab.contract import contents, rest, stream
from lightflow_jlab.contract.scalars import decode_number, encode_number
from lightflow_jlab.contract.typescript import structs

GOLDEN = Path(__file__).parent.parent / "golden"
RUN_ID = "0123456789abcdef0123456789abcdef"


def struct_of(path: Path) -> type[msgspec.Struct]:
    return {kind.__name__: kind for kind in structs()}[
        "".join(word.capitalize() for word in path.stem.split("_"))
    ]


def not_json(word: str) -> float:
    raise ValueError(f"{word} is not JSON")


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_a_golden_file_survives_the_round_trip_through_its_struct(path: Path) -> None:
    text = path.read_text("utf-8")
    value = msgspec.json.decode(text, type=struct_of(path))

    written = msgspec.json.encode(value)

    assert json.loads(written, parse_constant=not_json) == json.loads(text)


def test_every_answer_and_message_has_a_golden_file() -> None:
    nested = {
        *("Experiment", "Param", "Metric", "RunError", "Run", "DocumentInfo", "Series", "Artifact"),
        *("SeriesDelta", "SubscribedSeries", "Completion", "TrashedRun", "CellRuns", "CellVersion"),
        *("ReproducedMetric", "Change", "ChangesSince", "Dataset"),
        *("Source", "RunGroup", "GroupedMetric", "SavedView", "TableView", "TableSort"),
    }
    named = {struct_of(path).__name__ for path in GOLDEN.glob("*.json")}
    assert {kind.__name__ for kind in structs()} == named | nested


def test_numbers_that_json_lacks_travel_as_words() -> None:
    values = [1.5, math.inf, -math.inf, 0.0, -0.0, 5e-324, 1.7976931348623157e308]
    series = contents.Series(
        run_id=RUN_ID,
        key="loss",
        steps=list(range(8)),
        values=[encode_number(value) for value in (*values, math.nan)],
        times=[0] * 8,
        count=8,
        total=8,
        downsampled=False,
    )

    wire = msgspec.json.encode(series)
    back = msgspec.json.decode(wire, type=contents.Series)

    json.loads(wire, parse_constant=not_json)
    assert back == series
    decoded = [decode_number(value) for value in back.values]
    assert decoded[:-1] == values
    assert math.copysign(1, decoded[4]) == -1
    assert math.isnan(decoded[-1])


@pytest.mark.parametrize(
    "text",
    [
        '{"note": "x", "colour": "red"}',
        '{"note": null}',
        '{"tags": {"a": 1}}',
        '{"tags": []}',
        "[]",
        "null",
        '{"note": NaN}',
    ],
)
def test_a_patch_takes_known_fields_of_the_right_type_only(text: str) -> None:
    with pytest.raises(msgspec.MsgspecError):
        msgspec.json.decode(text, type=rest.RunPatch)


def test_messages_are_told_apart_by_their_type() -> None:
    hello = stream.Hello(store_id=RUN_ID, seq=3, version="1")
    assert msgspec.json.decode(msgspec.json.encode(hello), type=stream.ServerMessage) == hello
    assert json.loads(msgspec.json.encode(hello))["type"] == "hello"
