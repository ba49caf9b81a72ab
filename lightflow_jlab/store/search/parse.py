"""Text → tree. Nothing is evaluated; a mistake is shown with its place and what may stand there."""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import LarkError, UnexpectedInput, VisitError

from lightflow_jlab.errors import InvalidValueError
from lightflow_jlab.store.ordering import ENTITIES, SUMMARIES
from lightflow_jlab.store.search.tree import (
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
    Value,
)
from lightflow_jlab.store.search.vocabulary import RUNS, Vocabulary

MAX_LENGTH = 10_000
_OPERATORS = {"==": "=", "<>": "!="}


def parse_filter(text: str, vocabulary: Vocabulary = RUNS) -> Node:
    """Return the tree of a filter that is not blank. Raises `InvalidValueError`."""
    if len(text) > MAX_LENGTH:
        raise InvalidValueError(
            f"The filter has {len(text):,} characters; at most {MAX_LENGTH:,} are allowed."
        )
    try:
        return cast("Node", _ToTree(text, vocabulary).transform(_parser().parse(text)))
    except VisitError as error:
        if isinstance(error.orig_exc, InvalidValueError):
            raise error.orig_exc from None
        raise
    except UnexpectedInput as error:
        raise _mistake(text, _position(error, text), "This is not understood here.") from None
    except (LarkError, RecursionError) as error:
        raise InvalidValueError(f"The filter can't be read: {error}.") from None


@cache
def _parser() -> Lark:
    return Lark.open(
        "grammar.lark", rel_to=__file__, parser="lalr", propagate_positions=True, cache=False
    )


def _position(error: UnexpectedInput, text: str) -> int:
    # At the end of the text, lark gives -1.
    position = error.pos_in_stream if error.pos_in_stream is not None else -1
    return position if 0 <= position < len(text) else len(text)


def _mistake(text: str, position: int, what: str) -> InvalidValueError:
    start = max(0, position - 40)
    shown = text[start : position + 40].replace("\n", " ")
    caret = " " * (position - start) + "^"
    return InvalidValueError(
        f"{what}\n  {shown}\n  {caret}\n"
        "Expected for example: metrics.loss < 0.1 AND params.model = 'mlp'. Keys with '/', spaces "
        "or '-' stand in back ticks (metrics.`train/loss`), texts in quotes."
    )


@v_args(inline=True)
class _ToTree(Transformer[Token, Any]):
    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        super().__init__()
        self._text = text
        self._vocabulary = vocabulary

    def number(self, token: Token) -> float:
        return float(token)

    def string(self, token: Token) -> str:
        return token[1:-1]

    def boolean(self, token: Token) -> bool:
        return token.lower() == "true"

    def key(self, *tokens: Token) -> Key:
        position = tokens[0].start_pos or 0
        words = [_bare(token) for token in tokens]
        entity = ENTITIES.get(words[0].lower()) if len(words) > 1 else None
        if entity is None:
            return self._attribute(".".join(words), position)
        rest = words[1:]
        if entity == "attributes":
            return self._attribute(".".join(rest), position)
        part = ""
        if entity == "metrics" and len(rest) > 1 and rest[-1] in SUMMARIES:
            part = rest.pop()
        if entity == "datasets" and ".".join(rest) not in self._vocabulary.datasets:
            raise _mistake(
                self._text,
                position,
                f"{'.'.join(rest)!r} can't be asked of a {self._vocabulary.noun}'s datasets.",
            )
        return Key(cast("Entity", entity), ".".join(rest), part, position)

    def _attribute(self, name: str, position: int) -> Key:
        words = self._vocabulary
        known = words.aliases.get(name.lower(), name)
        if known not in words.attributes:
            others = ", ".join(f"{entity}.<key>" for entity in words.held)
            raise _mistake(
                self._text,
                position,
                f"{name!r} is no attribute of a {words.noun}. There are "
                f"{', '.join(words.attributes)}; others are {others}.",
            )
        return Key("attributes", known, "", position)

    def comparison(self, key: Key, operator: Token, value: Value) -> Node:
        sign = cast("Operator", _OPERATORS.get(operator, str(operator)))
        return Comparison(key, sign, value)

    def likeness(self, key: Key, operator: Token, pattern: Token) -> Node:
        word = operator.upper().split()
        return Likeness(key, pattern[1:-1], word[-1] == "LIKE", word[0] == "NOT")

    def membership(self, key: Key, *values: Value) -> Node:
        return Membership(key, values, negated=False)

    def absence(self, key: Key, *values: Value) -> Node:
        return Membership(key, values, negated=True)

    def between(self, key: Key, low: Value, high: Value) -> Node:
        return Both((Comparison(key, ">=", low), Comparison(key, "<=", high)))

    def is_null(self, key: Key) -> Node:
        return Presence(key, negated=True)

    def is_not_null(self, key: Key) -> Node:
        return Presence(key, negated=False)

    def negation(self, part: Node) -> Node:
        return Negation(part)

    def and_test(self, *parts: Node) -> Node:
        return Both(parts)

    def or_test(self, *parts: Node) -> Node:
        return Either(parts)


def _bare(token: Token) -> str:
    return token[1:-1] if token.type in ("TICKED", "STRING") else str(token)
