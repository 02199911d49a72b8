"""Faults put into the package on purpose: finding where one goes, and putting it there.

Belongs here: patterns of Python source, and the edit that a pattern and its replacement describe. Does not: the faults
themselves (see `mutants.py`), or running the tests on them (see `mutation_run.py`).

A pattern is Python source: an expression, one or more statements that follow one another, or a keyword argument of a
call (`name=value`, without blanks around the sign). In it `__a`, `__b` … stand for any expression or name, the same one
wherever the name is the same, and `...` in a list of arguments or statements for any number of further ones. In the
replacement they stand for what they stood for in the pattern. Patterns name published words and library calls, not
identifiers of ours, so that a fault follows its code when that is renamed or moved.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import Any

from tests.conftest import PROJECT

PACKAGE = PROJECT / "oig_pipeline"
REST = "..."
_WILDCARD = re.compile(r"__[a-z]\d?")
_IGNORED = {"ctx", "kind", "type_comment"}

Captures = dict[str, Any]
"""Wildcard → what it stands for; under `REST` what each `...` stands for, in order."""


@dataclass(frozen=True)
class Mutant:
    """A fault: what is wrong with it in the package, the pattern of the code as it is, and what stands there instead.

    With a `suffix`, `find` is a regular expression for the files of the package that end so, which are not Python.
    """

    fault: str
    find: str
    put: str
    suffix: str = ".py"


@dataclass(frozen=True)
class Edit:
    """A fault as it applies now: the file (relative to the checkout), the line, and the file's text with the fault."""

    file: Path
    line: int
    text: str


@cache
def locate(mutant: Mutant, package: Path = PACKAGE) -> Edit:
    """Return the one edit that a mutant describes.

    Raises:
        LookupError: its pattern matches nothing in the package, or several places.
    """
    edits = [*(_code_edits if mutant.suffix == ".py" else _text_edits)(mutant, package)]
    if len(edits) != 1:
        where = ", ".join(f"{e.file.as_posix()}:{e.line}" for e in edits) or "nothing"
        raise LookupError(f"'{mutant.fault}' must match exactly one place, but matches {where}: {mutant.find}")
    return edits[0]


def _text_edits(mutant: Mutant, package: Path) -> Iterator[Edit]:
    for file in sorted(package.rglob(f"*{mutant.suffix}")):
        text = file.read_text(encoding="utf-8")
        for match in re.finditer(mutant.find, text):
            changed = text[: match.start()] + match.expand(mutant.put) + text[match.end() :]
            yield Edit(file.relative_to(package.parent), text.count("\n", 0, match.start()) + 1, changed)


def _code_edits(mutant: Mutant, package: Path) -> Iterator[Edit]:
    pattern = _parsed(mutant.find)
    for file, places in _modules(package).items():
        for number in range(len(_matches(pattern, places))):
            # A tree of its own, which the edit changes; the pattern matches the same places in it.
            tree = ast.parse(file.read_text(encoding="utf-8"))
            place, captures = _matches(pattern, _places(tree))[number]
            line = place.nodes(1)[0].lineno
            rests = iter(captures.get(REST, []))
            put = _parsed(mutant.put, as_statements=isinstance(pattern[0], ast.stmt))
            place.replace(len(pattern), [_filled(node, captures, rests) for node in put])
            yield Edit(file.relative_to(package.parent), line, ast.unparse(ast.fix_missing_locations(tree)) + "\n")


@dataclass(frozen=True)
class _Place:
    """Where a node stands: in a field of its parent, at a position if the field holds a list."""

    parent: ast.AST
    field: str
    position: int | None

    def nodes(self, count: int) -> list[Any]:
        """Return the node that stands here, and those that follow it, `count` in all if there are as many."""
        value = getattr(self.parent, self.field)
        return [value] if self.position is None else value[self.position : self.position + count]

    def replace(self, count: int, new: list[ast.AST]) -> None:
        """Put nodes in place of those that `nodes` gives."""
        if self.position is None:
            (value,) = new
            setattr(self.parent, self.field, value)
        else:
            getattr(self.parent, self.field)[self.position : self.position + count] = new


Places = dict[type, list[_Place]]
"""Type of node → where nodes of that type stand: a pattern is compared with those of its own type alone."""


@cache
def _modules(package: Path) -> dict[Path, Places]:
    return {file: _places(ast.parse(file.read_text(encoding="utf-8"))) for file in sorted(package.rglob("*.py"))}


def _places(tree: ast.AST) -> Places:
    places: Places = {}
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            if isinstance(value, ast.AST):
                places.setdefault(type(value), []).append(_Place(parent, field, None))
            for position, child in enumerate(value if isinstance(value, list) else ()):
                places.setdefault(type(child), []).append(_Place(parent, field, position))
    return places


def _parsed(source: str, *, as_statements: bool = False) -> list[ast.AST]:
    """Return the nodes of a pattern or a replacement: an expression or a keyword argument, else statements."""
    source = dedent(source).strip()
    if re.match(r"\w+=[^=]", source):
        call = ast.parse(f"f({source})", mode="eval").body
        assert isinstance(call, ast.Call)
        return [*call.keywords]
    body = ast.parse(source).body
    if len(body) == 1 and isinstance(body[0], ast.Expr) and not as_statements:
        return [body[0].value]
    return [*body]


def _matches(pattern: list[ast.AST], places: Places) -> list[tuple[_Place, Captures]]:
    matches = []
    for place in places.get(type(pattern[0]), []):
        captures: Captures = {}
        if _list_matches(pattern, place.nodes(len(pattern)), captures):
            matches.append((place, captures))
    return matches


def _node_matches(pattern: Any, node: Any, captures: Captures) -> bool:
    """Return whether a node matches a pattern; fills `captures` with the nodes that wildcards match."""
    name = pattern.id if isinstance(pattern, ast.Name) else pattern
    if isinstance(name, str) and _WILDCARD.fullmatch(name):
        bound = captures.setdefault(name, node)
        return isinstance(node, ast.expr | str) and _dump(bound) == _dump(node)
    if type(pattern) is not type(node):
        return False
    if isinstance(pattern, list):
        return _list_matches(pattern, node, captures)
    if isinstance(pattern, ast.Constant):
        return type(pattern.value) is type(node.value) and bool(pattern.value == node.value)
    if isinstance(pattern, ast.Call):
        return _node_matches(pattern.func, node.func, captures) and _arguments_match(pattern, node, captures)
    if isinstance(pattern, ast.AST):
        fields = [field for field in pattern._fields if field not in _IGNORED]
        return all(_node_matches(getattr(pattern, field), getattr(node, field), captures) for field in fields)
    return bool(pattern == node)


def _list_matches(pattern: list[Any], nodes: list[Any], captures: Captures) -> bool:
    at = next((n for n, entry in enumerate(pattern) if _is_rest(entry)), None)
    if at is None:
        pairs = zip(pattern, nodes, strict=False)
        return len(pattern) == len(nodes) and all(_node_matches(entry, node, captures) for entry, node in pairs)
    end = len(nodes) - (len(pattern) - at - 1)
    if end < at or not _list_matches(pattern[:at], nodes[:at], captures):
        return False
    captures.setdefault(REST, []).append(nodes[at:end])
    return _list_matches(pattern[at + 1 :], nodes[end:], captures)


def _arguments_match(pattern: ast.Call, call: ast.Call, captures: Captures) -> bool:
    """Return whether the arguments match: keywords in any order, extra ones only where the pattern has `...`."""
    keywords = {keyword.arg: keyword for keyword in call.keywords}
    names = [keyword.arg for keyword in pattern.keywords]
    extra = [keyword for keyword in call.keywords if keyword.arg not in names]
    if not set(names) <= keywords.keys() or not _list_matches(pattern.args, call.args, captures):
        return False
    if any(map(_is_rest, pattern.args)):
        captures[REST][-1] = [*captures[REST][-1], *extra]
    elif extra:
        return False
    return all(_node_matches(keyword.value, keywords[keyword.arg].value, captures) for keyword in pattern.keywords)


def _is_rest(node: Any) -> bool:
    value = node.value if isinstance(node, ast.Expr) else node
    return isinstance(value, ast.Constant) and value.value is ...


def _dump(node: Any) -> str:
    return re.sub(r"ctx=\w+\(\)", "", ast.dump(node)) if isinstance(node, ast.AST) else str(node)


def _filled(node: Any, captures: Captures, rests: Iterator[list[Any]]) -> Any:
    """Return a replacement with its wildcards filled in."""
    if isinstance(node, list):
        parts = [next(rests) if _is_rest(entry) else [_filled(entry, captures, rests)] for entry in node]
        return [entry for nodes in parts for entry in nodes]
    if isinstance(node, str):
        return captures.get(node, node)
    if isinstance(node, ast.Name) and node.id in captures:
        return captures[node.id]
    if not isinstance(node, ast.AST):
        return node
    fields = {name: _filled(value, captures, rests) for name, value in ast.iter_fields(node)}
    if isinstance(node, ast.Call):  # what `...` stands for may hold keywords too
        fields["keywords"] += [entry for entry in fields["args"] if isinstance(entry, ast.keyword)]
        fields["args"] = [entry for entry in fields["args"] if not isinstance(entry, ast.keyword)]
    return type(node)(**fields)
