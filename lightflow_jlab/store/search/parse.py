"""Text → tree, by recursive descent. Nothing is evaluated.

    filter  = both ("OR" both)*          both = negation ("AND" negation)*
    negation = "NOT" negation | "(" filter ")" | test

Time and depth are bounded: one pass, at most `MAX_DEPTH` deep.
"""

from __future__ import annotations

from datetime import datetime
from typing import NoReturn, cast

from lightflow_jlab.store.ordering import ENTITIES, SUMMARIES
from lightflow_jlab.store.search.mistake import FilterError
from lightflow_jlab.store.search.tokens import Token, segments, span_milliseconds, tokens, unquoted
from lightflow_jlab.store.search.tree import (
    Ago,
    Both,
    Comparison,
    Either,
    Entity,
    Key,
    Likeness,
    Membership,
    Negation,
    Node,
    Operator,
    Presence,
    Range,
    Test,
    Value,
)
from lightflow_jlab.store.search.vocabulary import RUNS, ValueKind, Vocabulary

MAX_LENGTH = 10_000
MAX_DEPTH = 50
MAX_TESTS = 300

A_KEY = "a key such as metrics.loss, params.lr, tags.team or start_time"
A_NUMBER = "a number"
A_TEXT = "a text in quotes"
A_SPAN = "a duration such as 90s or 1h30m"
A_TIME = "a time such as 2d ago, now or '2026-01-31 14:00'"
TRUTH = ("true", "false")

COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_TEXT_OPERATORS = ("LIKE", "ILIKE", "NOT LIKE", "NOT ILIKE")
_OPERATORS = ("IN", "NOT IN", "BETWEEN", "NOT BETWEEN", "IS NULL", "IS NOT NULL")
_SYNONYMS = {"==": "=", "<>": "!="}
_VALUES: dict[ValueKind, tuple[str, ...]] = {
    "number": (A_NUMBER,),
    "text": (A_TEXT,),
    "time": (A_TIME, A_NUMBER),
    "span": (A_SPAN, A_NUMBER),
    "any": (A_NUMBER, A_TEXT, *TRUTH),
}


def parse_filter(text: str, vocabulary: Vocabulary = RUNS) -> Node:
    """Return the tree of a filter that is not blank. Raises `FilterError`."""
    return Parser(text, vocabulary).parse()


class Parser:
    """Parses one text once; `key` is the last key read, also where that ended in a mistake."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        if len(text) > MAX_LENGTH:
            raise FilterError(
                text[:MAX_LENGTH],
                MAX_LENGTH,
                f"The filter has {len(text):,} characters; at most {MAX_LENGTH:,} are allowed.",
                (),
            )
        self.key: Key | None = None
        self._text = text
        self._words = vocabulary
        self._tokens = tokens(text)
        self._at = 0
        self._depth = 0
        self._tests = 0

    def parse(self) -> Node:
        node = self._either()
        if self._token.kind != "end":
            self._fail("AND", "OR")
        return node

    # --- the frame

    def _either(self) -> Node:
        parts = [self._both()]
        while self._word("OR"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _both(self) -> Node:
        parts = [self._negation()]
        while self._word("AND"):
            parts.append(self._negation())
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def _negation(self) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._fail(reason=f"The filter is nested more than {MAX_DEPTH} deep.")
        node: Node
        if self._word("NOT"):
            node = Negation(self._negation())
        elif self._sign("("):
            node = self._either()
            if not self._sign(")"):
                self._fail("AND", "OR", ")")
        else:
            node = self._test()
        self._depth -= 1
        return node

    # --- one test

    def _test(self) -> Test:
        self._tests += 1
        if self._tests > MAX_TESTS:
            self._fail(reason=f"The filter has more than {MAX_TESTS} comparisons.")
        key = self._read_key()
        kind = self._words.kind(key)
        token = self._token
        if token.kind == "operator":
            self._at += 1
            sign = cast("Operator", _SYNONYMS.get(token.text, token.text))
            return Comparison(key, sign, self._value(kind))
        if self._word("IS"):
            negated = not self._word("NOT")
            if not self._word("NULL"):
                self._fail("NULL", *(["NOT NULL"] if negated else []))
            return Presence(key, negated)
        negated = self._word("NOT")
        if self._word("IN"):
            return Membership(key, self._values(kind), negated)
        if self._word("BETWEEN"):
            low = self._value(kind)
            if not self._word("AND"):
                self._fail("AND")
            return Range(key, low, self._value(kind, type(low)), negated)
        case_sensitive = kind in ("text", "any") and self._word("LIKE")
        if not (case_sensitive or (kind in ("text", "any") and self._word("ILIKE"))):
            self._fail(*_operators(kind, negated))
        return Likeness(key, self._pattern(), case_sensitive, negated)

    def _read_key(self) -> Key:
        token = self._token
        if token.kind == "quoted" and token.text[0] == '"':
            words = [unquoted(token.text)]
        elif token.kind == "key" and not _is_keyword(token.text):
            words = segments(token.text)
        else:
            self._fail(A_KEY, "NOT", "(")
        self._at += 1
        self.key = self._key(words, token)
        return self.key

    def _key(self, words: list[str], token: Token) -> Key:
        entity = ENTITIES.get(words[0].lower()) if len(words) > 1 else None
        if entity is None or entity == "attributes":
            return self._attribute(".".join(words[0 if entity is None else 1 :]), token)
        rest = words[1:]
        if entity == "datasets" and ".".join(rest) in self._words.datasets:
            return Key("datasets", ".".join(rest), "", token.start)
        if entity not in self._words.held:
            known = [f"{one}.<key>" for one in self._words.held]
            known += self._dataset_keys()
            reason = f"A {self._words.noun} has no {token.text}."
            self._fail(*known, reason=reason, token=token)
        part = ""
        if entity == "metrics" and len(rest) > 1 and rest[-1] in SUMMARIES:
            part = rest.pop()
        return Key(cast("Entity", entity), ".".join(rest), part, token.start)

    def _attribute(self, name: str, token: Token) -> Key:
        words = self._words
        known = words.aliases.get(name.lower(), name)
        if known not in words.attributes:
            reason = f"{name!r} is no attribute of a {words.noun}."
            others = [f"{entity}.<key>" for entity in words.held] + self._dataset_keys()
            self._fail(*words.attributes, *others, reason=reason, token=token)
        return Key("attributes", known, "", token.start)

    def _dataset_keys(self) -> list[str]:
        return [f"dataset.{name}" for name in self._words.datasets]

    # --- values

    def _values(self, kind: ValueKind) -> tuple[Value, ...]:
        if not self._sign("("):
            self._fail("(")
        values = [self._value(kind)]
        while self._sign(","):
            values.append(self._value(kind, type(values[0])))
        if not self._sign(")"):
            self._fail(",", ")")
        return tuple(values)

    def _value(self, kind: ValueKind, like: type[Value] | None = None) -> Value:
        """Return a value; `like` is the type of those it stands beside, which a list shares."""
        token = self._token
        found = self._read_value(kind, token)
        if found is None:
            self._fail(*_VALUES[kind])
        if kind == "any" and like is not None and type(found) is not like:
            wanted = {str: A_TEXT, float: A_NUMBER}.get(like, "true or false")
            self._fail(wanted, reason="The values are of different kinds.", token=token)
        return found

    def _read_value(self, kind: ValueKind, token: Token) -> Value | None:
        if token.kind == "number" and kind != "text":
            self._at += 1
            return float(token.text)
        if token.kind == "quoted" and kind in ("text", "any"):
            self._at += 1
            return unquoted(token.text)
        if kind == "any" and token.text.lower() in TRUTH:
            self._at += 1
            return token.text.lower() == "true"
        if kind == "span" and token.kind == "span":
            self._at += 1
            return span_milliseconds(token.text)
        return self._time(token) if kind == "time" else None

    def _time(self, token: Token) -> Value | None:
        if self._word("NOW"):
            return Ago(0.0)
        if token.kind == "span":
            self._at += 1
            if not self._word("AGO"):
                self._fail("ago")
            return Ago(span_milliseconds(token.text))
        if token.kind != "quoted":
            return None
        try:
            moment = datetime.fromisoformat(unquoted(token.text))
            milliseconds = moment.timestamp() * 1000
        except (ValueError, OverflowError, OSError):
            return None
        self._at += 1
        return float(round(milliseconds))

    def _pattern(self) -> str:
        if self._token.kind != "quoted":
            self._fail(A_TEXT)
        self._at += 1
        return unquoted(self._tokens[self._at - 1].text)

    # --- tokens

    @property
    def _token(self) -> Token:
        return self._tokens[self._at]

    def _word(self, word: str) -> bool:
        """Take a keyword if it is next; case doesn't matter."""
        found = self._token.kind == "key" and self._token.text.upper() == word
        self._at += found
        return found

    def _sign(self, sign: str) -> bool:
        found = self._token.kind == "sign" and self._token.text == sign
        self._at += found
        return found

    def _fail(self, *allowed: str, reason: str = "", token: Token | None = None) -> NoReturn:
        token = token or self._token
        if not reason:
            reason = "The filter ends too early."
            if token.text in ("'", '"', "`"):
                reason = f"The quote {token.text} is not closed."
            elif token.kind != "end":
                reason = f"{token.text[:60]!r} can't stand here."
        raise FilterError(self._text, token.start, reason, allowed)


def _operators(kind: ValueKind, negated: bool) -> tuple[str, ...]:
    """Return what may follow a key, or a key and NOT."""
    texts = _TEXT_OPERATORS if kind in ("text", "any") else ()
    if negated:
        return tuple(one.removeprefix("NOT ") for one in (*texts, *_OPERATORS) if one[:3] == "NOT")
    return (*COMPARISONS, *texts, *_OPERATORS)


def _is_keyword(text: str) -> bool:
    return text.upper() in ("AND", "OR", "NOT", "IN", "IS", "LIKE", "ILIKE", "BETWEEN", "NULL")
