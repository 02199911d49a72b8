"""Running the tests on a copy of the checkout that has one fault.

Belongs here: the copy, which tests run first, and which of them fails. Does not: the faults (see `mutants.py`), or how
they are put into the source (see `mutation.py`).
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.conftest import PROJECT
from tests.mutation import PACKAGE, Edit

UNCOPIED = (".venv", ".git", "curated", "__pycache__", ".bench", ".hypothesis", ".*_cache", "node_modules")
UNCOUNTED = ("tests/test_mutants.py", "tests/test_architecture.py", "tests/test_readme.py")
"""Tests of the faults themselves, of style and of prose: that one of these fails shows nothing about the suite."""
QUICK = ("tests/domain/", "tests/contract/", "tests/capture/", "tests/curate/")
LONGEST_STAGE = 3600
"""Seconds after which a stage that has not ended counts as a failure: a fault may well make a test hang."""
_SLOW = re.compile(r"\bmark\.(?:browser|cluster|torture|process)\b")
_FAILURE = re.compile(r"^(?:FAILED|ERROR) ([^\s:]+(?:::[^\s\[]+(?:\[.*?\](?= - |$))?)?)(?: - .*)?$", re.M)


_running: set[int] = set()
"""The process groups of pytest that have not ended."""


@dataclass(frozen=True)
class Verdict:
    """What the tests say of a fault: the first that fails, None where all pass, and the seconds that they took."""

    test: str | None
    seconds: float


def judge(edit: Edit) -> Verdict:
    """Return which test notices an edit: those of its module are asked first, then the quick ones, then all others."""
    began = time.monotonic()
    with checkout(edit) as copy:
        failures = (first_failure(copy, files) for files in stages(edit.file) if files)
        test = next(filter(None, failures), None)
    return Verdict(test, time.monotonic() - began)


def stages(file: Path) -> list[list[str]]:
    """Return the test files in three parts that are run one after the other, by the file that has the fault.

    First come those that mirror it or its folder, or import it or what imports it; then the quick ones; then all
    others. In each part those that start browsers, clusters and processes come last.
    """
    inner = file.relative_to("oig_pipeline")
    mirrors = {f"test_{name}" for name in (inner.stem, inner.parent.name)}
    folder = next(f for f in inner.parents if (PROJECT / "tests" / f).is_dir())
    dotted = _dotted(PROJECT / file)
    users = {_dotted(f) for f in PACKAGE.rglob("*.py") if dotted in _imports(f.read_text(encoding="utf-8"))}
    near: dict[str, int] = {}
    texts = {f.relative_to(PROJECT).as_posix(): f.read_text("utf-8") for f in (PROJECT / "tests").rglob("test_*.py")}
    for name, text in texts.items():
        path = Path(name).relative_to("tests")
        if path.stem in mirrors and path.parent == folder:
            near[name] = 0
        elif dotted in (imported := _imports(text)):
            near[name] = 1
        elif folder != Path() and path.is_relative_to(folder):
            near[name] = 2
        elif imported & users:
            near[name] = 3
    counted = sorted(texts.keys() - UNCOUNTED, key=lambda n: (bool(_SLOW.search(texts[n])), near.get(n, 4), n))
    first = [n for n in counted if n in near]
    quick = [n for n in counted if n not in near and n.startswith(QUICK)]
    return [first, quick, [n for n in counted if n not in near and not n.startswith(QUICK)]]


def _dotted(file: Path) -> str:
    return ".".join(file.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__")


@cache
def _imports(text: str) -> frozenset[str]:
    """Return the dotted names that a module imports, as modules or from them."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(names)


@contextmanager
def checkout(edit: Edit | None = None) -> Iterator[Path]:
    """Give a copy of the checkout, with an edit if there is one, until the block ends."""
    with TemporaryDirectory(prefix="oig-mutant-", ignore_cleanup_errors=True) as place:
        copy = Path(place) / "checkout"
        shutil.copytree(PROJECT, copy, ignore=shutil.ignore_patterns(*UNCOPIED))
        if edit is not None:
            (copy / edit.file).write_text(edit.text, encoding="utf-8")
        yield copy


def first_failure(copy: Path, files: list[str]) -> str | None:
    """Return the first test in files of a checkout that fails; None where all pass."""
    status, output = run_pytest(copy, ["-x", "-rfE", "--tb=no", f"--basetemp={copy.parent / 'pytest'}", *files])
    if status is None:
        return f"no end within {LONGEST_STAGE} s"
    if match := _FAILURE.search(output):
        return match[1]
    if status != 0:
        raise RuntimeError(f"pytest ends with {status} and names no test:\n{output}")
    return None


def run_pytest(copy: Path, arguments: list[str]) -> tuple[int | None, str]:
    """Run pytest in a checkout, whose package all that it starts uses; return status and output, None for no end."""
    environment = {
        "OIG_VALIDATORS": str(Path(sys.prefix) / "validators" / "bin"),
        **os.environ,
        "PYTHONPATH": str(copy),
    }
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    with subprocess.Popen(
        command, cwd=copy, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True,
    ) as process:  # fmt: skip
        _running.add(process.pid)
        try:
            output, _ = process.communicate(timeout=LONGEST_STAGE)
            return process.returncode, output
        except subprocess.TimeoutExpired:
            return None, ""
        finally:
            _end(process.pid)  # what tests started and a fault kept from ending
            _running.discard(process.pid)


def end_all() -> None:
    """End all that runs in checkouts: it is in groups of its own, which an interrupt does not reach."""
    for group in [*_running]:
        _end(group)


def _end(group: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
