"""Which of a notebook's names a cell reads, binds and changes, as far as its code tells."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

_FOLLOWS_NOTHING = frozenset({"exec", "eval", "globals", "locals", "compile"})
_MAGICS_THAT_HIDE = frozenset(
    {"run", "load", "reset", "reset_selective", "store", "macro", "loadpy"}
)
_MAGICS_WITH_CODE = frozenset({"time", "capture", "prun", "timeit"})
_ONLY_LOOK = frozenset(
    "copy count describe get head index info isna items keys max mean median min nunique plot "
    "predict predict_proba score shape sum tail to_numpy transform unique value_counts "
    "values".split()
)
"""Methods that, called as a statement or assigned from, leave their object as it was."""
_SETS_STATE = re.compile(
    r".*seed|(set|use|add|append|chdir|clear|disable|enable|extend|insert|pop|register|remove|update)(_|$)"
)
"""Functions of a module that, other than the rest, change what others get from it."""


@dataclass
class Names:
    reads: set[str] = field(default_factory=set)
    """Needed from before."""
    deferred: set[str] = field(default_factory=set)
    """Read by functions that the cell defines, when they are called."""
    binds: set[str] = field(default_factory=set)
    changes: set[str] = field(default_factory=set)
    """What was there before may count on: `x[0] = 1`, `x.update(y)`, `x += 1`, `if a: x = 1`."""
    calls: set[str] = field(default_factory=set)
    """Whose methods are called; changed by that unless it is a module: `x.fit(y)`, `np.ones(3)`."""
    imports: set[str] = field(default_factory=set)
    """Those of `binds` that an import binds."""
    hidden: list[str] = field(default_factory=list)
    """Calls whose effect on names can't be told."""


def names_of(code: str) -> Names:
    """Read plain Python, as IPython's transformation leaves it. Raises SyntaxError."""
    reader = _Reader()
    reader.visit(ast.parse(code))
    return reader.names


class _Reader(ast.NodeVisitor):
    def __init__(self) -> None:
        self.names = Names()
        self._bound: set[str] = set()
        """Bound by now on every path."""
        self._branches = 0
        self._choices = 0
        """Branches of which it can't be told whether they are taken."""
        self._local: list[set[str]] = []

    # --- names

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self._read(node.id)
        else:
            self._bind(node.id)

    def _read(self, name: str) -> None:
        if name not in self._bound and not any(name in local for local in self._local):
            self.names.reads.add(name)

    def _bind(self, name: str) -> None:
        if self._local:
            self._local[-1].add(name)
            return
        self.names.binds.add(name)
        if not self._branches:
            self._bound.add(name)
        if self._choices and name not in self._bound:
            self.names.changes.add(name)

    def _change(self, node: ast.expr, *, by_call: bool = False) -> None:
        while isinstance(node, ast.Attribute | ast.Subscript):
            node = node.value
        if isinstance(node, ast.Name) and node.id not in self._bound and not self._local:
            (self.names.calls if by_call else self.names.changes).add(node.id)
            self._read(node.id)

    # --- statements

    def visit_Assign(self, node: ast.Assign | ast.AnnAssign) -> None:
        if node.value is not None:
            self._visit_value(node.value)
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            self._visit_target(target)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit_Assign(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.visit(node.value)
        self._change(node.target)
        if isinstance(node.target, ast.Name):
            self._bind(node.target.id)
        else:
            self._visit_target(node.target)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        self._bind(node.target.id)

    def visit_Expr(self, node: ast.Expr) -> None:
        self._visit_value(node.value)

    def visit_Delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            self._change(target)
            self.generic_visit(target)

    def _visit_target(self, target: ast.expr) -> None:
        if isinstance(target, ast.Attribute | ast.Subscript):
            self._change(target)
        elif isinstance(target, ast.Tuple | ast.List):
            for inner in target.elts:
                self._visit_target(inner)
            return
        self.visit(target)

    def _visit_value(self, value: ast.expr) -> None:
        call = value.value if isinstance(value, ast.Await) else value
        if (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute)
            and call.func.attr not in _ONLY_LOOK
        ):
            self._change(call.func.value, by_call=not _SETS_STATE.match(call.func.attr))
        self.visit(value)

    @contextmanager
    def _branch(self) -> Iterator[None]:
        self._branches += 1
        yield
        self._branches -= 1

    def visit_If(self, node: ast.If) -> None:
        self.visit(node.test)
        self._choices += 1
        self._visit_branches(node.body, node.orelse)
        self._choices -= 1

    def visit_While(self, node: ast.While) -> None:
        self.visit(node.test)
        self._visit_branches(node.body, node.orelse)

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self.visit(node.iter)
        with self._branch():
            self._visit_target(node.target)
        bound = self._bound | {name.id for name in _stored(node.target)}
        before, self._bound = self._bound, bound
        self._visit_branches(node.body, node.orelse)
        self._bound = before

    visit_AsyncFor = visit_For  # noqa: N815 - ast calls it so

    def visit_Try(self, node: ast.Try) -> None:
        self._visit_branches(node.body, node.handlers, node.orelse)
        for statement in node.finalbody:
            self.visit(statement)

    def visit_Match(self, node: ast.Match) -> None:
        self.visit(node.subject)
        with self._branch():
            for case in node.cases:
                self.generic_visit(case)

    def _visit_branches(self, *bodies: Iterable[ast.AST]) -> None:
        """Visit each branch: what it binds is bound for the rest of it alone."""
        for body in bodies:
            before = set(self._bound)
            with self._branch():
                for statement in body:
                    self.visit(statement)
                    self._bound |= _bound_by(statement)
            self._bound = before

    # --- what has names of its own

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for part in [*node.decorator_list, *node.args.defaults, *node.args.kw_defaults]:
            if part is not None:
                self.visit(part)
        self._defer(node)
        self._bind(node.name)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815 - ast calls it so

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._defer(node)

    def _defer(self, node: ast.AST) -> None:
        own = {name.id for name in _stored(node)}
        own |= {argument.arg for argument in ast.walk(node) if isinstance(argument, ast.arg)}
        shared = {
            name for one in ast.walk(node) if isinstance(one, ast.Global) for name in one.names
        }
        self.names.changes |= shared
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
                if part.id not in own - shared and part.id not in self._bound:
                    self.names.deferred.add(part.id)
            elif isinstance(part, ast.Call):
                self._note_hidden(part)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for part in [*node.decorator_list, *node.bases, *(k.value for k in node.keywords)]:
            self.visit(part)
        self._local.append(set())
        for statement in node.body:
            self.visit(statement)
        self._local.pop()
        self._bind(node.name)

    def _visit_comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
    ) -> None:
        self._local.append({name.id for one in node.generators for name in _stored(one.target)})
        self.generic_visit(node)
        self._local.pop()

    visit_ListComp = _visit_comprehension  # noqa: N815 - ast calls it so
    visit_SetComp = _visit_comprehension  # noqa: N815 - ast calls it so
    visit_DictComp = _visit_comprehension  # noqa: N815 - ast calls it so
    visit_GeneratorExp = _visit_comprehension  # noqa: N815 - ast calls it so

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            if alias.name == "*":
                self.names.hidden.append("import *")
            else:
                name = alias.asname or alias.name.partition(".")[0]
                self._bind(name)
                if not self._local:
                    self.names.imports.add(name)

    visit_ImportFrom = visit_Import  # noqa: N815 - ast calls it so

    # --- what can't be followed

    def visit_Call(self, node: ast.Call) -> None:
        self._note_hidden(node)
        self.generic_visit(node)

    def _note_hidden(self, node: ast.Call) -> None:
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in _FOLLOWS_NOTHING:
                self.names.hidden.append(f"{name}()")
            case ast.Call(
                func=ast.Attribute(attr="run_line_magic"), args=[ast.Constant(value=str(magic)), *_]
            ) if magic in _MAGICS_THAT_HIDE:
                self.names.hidden.append(f"%{magic}")
            case ast.Call(
                func=ast.Attribute(attr="run_cell_magic"),
                args=[ast.Constant(value=str(magic)), _, ast.Constant(value=str(body))],
            ) if magic in _MAGICS_WITH_CODE:
                self.visit(ast.parse(body))


def _stored(node: ast.AST) -> Iterator[ast.Name]:
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            yield part


def _bound_by(statement: ast.AST) -> set[str]:
    """Return what a plain statement binds for those that follow it in the same branch."""
    if isinstance(statement, ast.Assign | ast.AnnAssign | ast.With | ast.AsyncWith):
        return {name.id for name in _stored(statement)}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).partition(".")[0] for alias in statement.names}
    return set()
