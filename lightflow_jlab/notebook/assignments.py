"""What a cell assigns at its top level: by literals, or by computing."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_LITERAL_NODES = (
    ast.Constant,
    ast.UnaryOp,
    ast.BinOp,
    ast.Tuple,
    ast.List,
    ast.Set,
    ast.Dict,
    ast.unaryop,
    ast.operator,
    ast.expr_context,
)
_SCOPES = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Lambda,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)


@dataclass(frozen=True)
class Assignments:
    """Names in order of their first assignment; no name is in both."""

    literal: tuple[str, ...]
    """Only ever given literals, outside of loops."""
    computed: tuple[str, ...]


def assignments_of(code: str) -> Assignments:
    """Read plain Python. What is defined inside functions and classes, and loop variables, don't
    count. Raises SyntaxError.
    """
    seen: dict[str, bool] = {}
    loop_variables: set[str] = set()
    _walk(ast.parse(code).body, False, seen, loop_variables)
    names = {
        name: literal
        for name, literal in seen.items()
        if name not in loop_variables and not name.startswith("_")
    }
    return Assignments(
        tuple(name for name, literal in names.items() if literal),
        tuple(name for name, literal in names.items() if not literal),
    )


def is_literal(node: ast.expr) -> bool:
    """Tell a literal, or arithmetic on literals, from what is computed."""
    return all(isinstance(part, _LITERAL_NODES) for part in ast.walk(node))


def _walk(
    body: Iterable[ast.AST], in_loop: bool, seen: dict[str, bool], loop_variables: set[str]
) -> None:
    for node in body:
        if isinstance(node, _SCOPES):
            continue
        if isinstance(node, ast.For | ast.AsyncFor):
            loop_variables.update(name for name, _ in _names(node.target, None))
        for name, value in _assigned(node):
            literal = value is not None and is_literal(value) and not in_loop
            seen[name] = literal and seen.get(name, True)
        inside = in_loop or isinstance(node, ast.For | ast.AsyncFor | ast.While)
        _walk(ast.iter_child_nodes(node), inside, seen, loop_variables)


def _assigned(node: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _names(target, value)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield from _names(target, value)
        case ast.AugAssign(target=target, value=value):
            yield from _names(target, value)
        case ast.NamedExpr(target=target):
            yield from _names(target, None)


def _names(target: ast.expr, value: ast.expr | None) -> Iterator[tuple[str, ast.expr | None]]:
    """Yield the names in a target, each with the expression it is given where that is plain."""
    match target:
        case ast.Name(id=name):
            yield name, value
        case ast.Starred(value=inner):
            yield from _names(inner, None)
        case ast.Tuple(elts=targets) | ast.List(elts=targets):
            values: list[ast.expr | None] = [None] * len(targets)
            if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(targets):
                values = list(value.elts)
            for inner, given in zip(targets, values, strict=True):
                yield from _names(inner, given)
