"""The names in the code, and that docs/words.md names places that exist."""

from __future__ import annotations

import ast
import builtins
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import PROJECT

PACKAGE = PROJECT / "oig_pipeline"
MODULES = sorted(PACKAGE.rglob("*.py"))
BANNED = frozenset((PROJECT / "tests" / "banned_names.txt").read_text(encoding="utf-8").split())
CODE = sorted(file for folder in ("oig_pipeline", "tests", "benchmarks") for file in (PROJECT / folder).rglob("*.py"))


def names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and name of everything that code defines or assigns; a leading underscore does not count."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield node.lineno, name
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                yield node.lineno, name
            case ast.alias(asname=str(name)):
                yield node.lineno, name


@pytest.mark.parametrize("file", CODE, ids=lambda f: str(f.relative_to(PROJECT)))
def test_no_banned_name_is_defined_or_assigned(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    assert [f"{line}: {name}" for line, name in names(tree) if name.lstrip("_").lower() in BANNED] == []


def test_a_banned_name_is_noticed_wherever_it_is_bound() -> None:
    code = """
def told(own): pass
for one in x: pass
class Books: pass
import a as _kept
[made for made in y]
fine = 1
"""
    bound = [name for _, name in names(ast.parse(code)) if name.lstrip("_").lower() in BANNED]
    assert sorted(bound) == ["Books", "_kept", "made", "one", "own", "told"]


def test_a_class_name_stands_once() -> None:
    classes = Counter(
        node.name
        for module in MODULES
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    )
    assert {name for name, count in classes.items() if count > 1} == set()


def test_a_module_name_stands_once() -> None:
    # A folder of an office, or of a source, calls its facts what they are.
    folders = {"cli", "offices", "sources"}
    engine = [m for m in MODULES if not folders & {*m.relative_to(PACKAGE).parts}]
    modules = Counter(m.stem for m in engine if m.stem not in ("__init__", "service"))
    assert {name for name, count in modules.items() if count > 1} == set()


def test_a_docstring_names_exceptions_that_exist() -> None:
    trees = [ast.parse(module.read_text(encoding="utf-8")) for module in MODULES]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    classes = {node.name for node in nodes if isinstance(node, ast.ClassDef)}
    raised = {
        name
        for node in nodes
        if isinstance(node, ast.FunctionDef) and (section := (ast.get_docstring(node) or "").partition("Raises:\n")[2])
        for line in re.findall(r"^    (\w+(?:, \w+)*): ", section, re.MULTILINE)
        for name in line.split(", ")
    }
    assert len(raised) > 10
    assert {name for name in raised - classes if not hasattr(builtins, name)} == set()


def test_the_glossary_names_files_that_exist() -> None:
    glossary = (PROJECT / "docs" / "words.md").read_text(encoding="utf-8")
    places = re.findall(r"`([a-z_]+(?:/[a-z_*]+)*(?:\.py|/))`", glossary)
    assert len(places) > 30
    assert [place for place in places if not list(PACKAGE.glob(place))] == []
