"""What the first line of a tracked cell says: `%%track [NAME] [flags] [k=v …]`."""

from __future__ import annotations

import ast
import difflib
import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lightflow_jlab.contract.limits import check_name, check_run_id
from lightflow_jlab.errors import InvalidValueError, LightflowError
from lightflow_jlab.tracking.values import param_records, tag_values

USAGE = (
    '%%track [NAME] [-e EXPERIMENT] [-t key=value]… [-n "NOTE"] [--nested] [--resume RUN_ID|last] '
    "[--no-params] [--no-capture] [-q] [param=value …]"
)
LAST = "last"
MAX_LENGTH = 20_000

FLAGS = {
    "-e": "experiment",
    "--experiment": "experiment",
    "-t": "tag",
    "--tag": "tag",
    "-n": "note",
    "--note": "note",
    "--resume": "resume",
    "--nested": "nested",
    "--no-params": "no_params",
    "--no-capture": "no_capture",
    "-q": "quiet",
    "--quiet": "quiet",
}
_SWITCHES = {"nested", "no_params", "no_capture", "quiet"}
_EXAMPLES = {
    "experiment": "-e churn",
    "tag": "-t team=vision",
    "note": '-n "a wider net"',
    "resume": "--resume last",
}
_ASSIGNMENT = re.compile(r"([^\s=\"']+)=(?!=)(.*)", re.DOTALL)


class TrackLineError(InvalidValueError):
    """The `%%track` line can't be understood; the cell is not run."""

    def _render_traceback_(self) -> list[str]:
        """Show the message alone: IPython's hook for errors without a useful traceback."""
        return [f"{self}", f"The cell was not run. Usage: {USAGE}"]


@dataclass(frozen=True)
class TrackLine:
    """A `%%track` line, understood."""

    name: str | None = None
    experiment: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    note: str | None = None
    nested: bool = False
    resume: str | None = None
    """A run id, or `last`."""
    automatic: bool = True
    """Whether what the cell assigns is recorded by itself."""
    captured: bool = True
    quiet: bool = False
    values: dict[str, object] = field(default_factory=dict)
    """Variables to set before the cell runs, recorded as params."""


def parse_track_line(text: str) -> TrackLine:
    """Read what follows `%%track`. Raises TrackLineError."""
    if len(text) > MAX_LENGTH:
        raise TrackLineError(
            f"%%track: the line has {len(text):,} characters; at most {MAX_LENGTH:,} are allowed. "
            "Assign long values in the cell."
        )
    given: dict[str, str] = {}
    switches: set[str] = set()
    tags: dict[str, str] = {}
    values: dict[str, object] = {}
    name: str | None = None
    words = iter(split_words(text))
    for word in words:
        if word.startswith("-"):
            flag, what, attached = _flag(word)
            if what in _SWITCHES:
                if attached is not None:
                    raise TrackLineError(f"%%track: {flag} takes no value; given was {word!r}.")
                switches.add(what)
                continue
            value = unquoted(attached if attached is not None else next(words, ""))
            if not value or (attached is None and value.startswith("-")):
                raise TrackLineError(
                    f"%%track: {flag} needs a value, for example {_EXAMPLES[what]}."
                )
            if what == "tag":
                key, tag = _tag(value)
                tags[key] = tag
            elif what in given:
                raise TrackLineError(
                    f"%%track: {flag} is given twice, {given[what]!r} and {value!r}. Expected once."
                )
            else:
                given[what] = value
        elif assignment := _ASSIGNMENT.fullmatch(word):
            key = _param_name(assignment[1], word)
            if key in values:
                raise TrackLineError(f"%%track: the param {key!r} is given twice. Expected once.")
            values[key] = _value(assignment[2], key)
        elif "=" in (word[0], word[-1]):
            raise TrackLineError(
                f"%%track: {word!r} stands alone. Write a param without spaces around '=', "
                "for example lr=0.1."
            )
        elif name is not None:
            raise TrackLineError(
                f"%%track: two names are given, {name!r} and {word!r}. Expected one; "
                f'quote a name with spaces: %%track "{name} {unquoted(word)}".'
            )
        else:
            name = unquoted(word)
    return _checked(
        TrackLine(
            name=name,
            experiment=given.get("experiment"),
            tags=tags,
            note=given.get("note"),
            nested="nested" in switches,
            resume=given.get("resume"),
            automatic="no_params" not in switches,
            captured="no_capture" not in switches,
            quiet="quiet" in switches,
            values=values,
        )
    )


def split_words(text: str) -> Iterator[str]:
    """Split at white space outside of quotes and brackets; quotes are kept."""
    word = ""
    quote = ""
    depth = 0
    escaped = False
    for character in text.strip():
        if escaped:
            escaped = False
        elif quote:
            escaped = character == "\\"
            if character == quote:
                quote = ""
        elif character in "\"'" and (not word or word[-1] in "=([{,: " or depth):
            quote = character
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth = max(0, depth - 1)
        elif character.isspace() and not depth:
            if word:
                yield word
            word = ""
            continue
        word += character
    if quote or depth:
        missing = quote or "a closing bracket"
        raise TrackLineError(
            f"%%track: {missing} is missing in {text.strip()!r}. Close what was opened."
        )
    if word:
        yield word


def _flag(word: str) -> tuple[str, str, str | None]:
    flag, equals, value = word.partition("=")
    what = FLAGS.get(flag)
    if what is None:
        near = difflib.get_close_matches(flag, FLAGS, n=1)
        hint = f"Did you mean {near[0]}?" if near else "Quote a name that begins with '-'."
        raise TrackLineError(
            f"%%track: {flag!r} is no flag. Expected one of {', '.join(sorted(FLAGS))}. {hint}"
        )
    return flag, what, value if equals else None


def _tag(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise TrackLineError(
            f"%%track: the tag {text!r} has no value. Expected key=value, for example "
            f"{_EXAMPLES['tag']}."
        )
    return key.strip(), unquoted(value)


def _param_name(key: str, word: str) -> str:
    if not key.isidentifier() or keyword.iskeyword(key):
        raise TrackLineError(
            f"%%track: {key!r} in {word!r} can't be a variable. Expected a Python name, "
            "for example lr=0.1."
        )
    return key


def _value(text: str, key: str) -> object:
    if not text:
        raise TrackLineError(
            f"%%track: the param {key!r} has no value. Expected {key}=value without spaces; "
            f"an empty text is {key}=''."
        )
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text


def unquoted(word: str) -> str:
    """Return the text in a word's quotes, a word without them as it is."""
    if len(word) >= 2 and word[0] in "\"'" and word[-1] == word[0]:
        try:
            return str(ast.literal_eval(word))
        except (ValueError, SyntaxError):
            return word[1:-1]
    return word


def _checked(line: TrackLine) -> TrackLine:
    try:
        if line.name is not None:
            check_name("run", line.name)
        if line.experiment is not None:
            check_name("experiment", line.experiment)
        tag_values(line.tags)
        param_records(line.values, "user")
        if line.resume not in (None, LAST):
            check_run_id(line.resume)
    except LightflowError as error:
        raise TrackLineError(f"%%track: {error}") from None
    if line.resume is not None and line.experiment is not None:
        raise TrackLineError(
            f"%%track: --resume and -e {line.experiment!r} are both given. A run stays in its "
            "experiment; leave -e out."
        )
    return line
