"""The direction of imports, the size of modules, the public names."""

from __future__ import annotations

import ast
import os
import re
import tomllib
from pathlib import Path

import pytest

import oig_pipeline
from tests.conftest import PROJECT

PACKAGE = PROJECT / "oig_pipeline"
MODULES = sorted(PACKAGE.rglob("*.py"))
# Each part may import the parts before it, and itself; the order is the way of the data.
ORDER = (
    "errors", "settings", "storage", "domain", "contract", "capture", "curate", "offices", "sources", "release",
    "query", "site", "run", "reporting", "fetch", "cli", "orchestration",
)  # fmt: skip
# Two surfaces, neither of which needs the other; and what the package offers to whoever imports it.
ALLOWED = {
    **{name: set(ORDER[: place + 1]) for place, name in enumerate(ORDER)},
    "domain": {"domain"},
    "curate": {*ORDER[: ORDER.index("curate") + 1]} - {"capture"},
    "orchestration": {*ORDER} - {"cli"},
    "__init__": {*ORDER} - {"cli", "orchestration", "site"},
    "__main__": {"cli"},
}
LONGEST = 300


def package_of(module: Path) -> str:
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(module: Path) -> set[str]:
    """Return the dotted names that a module imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("module", MODULES, ids=lambda m: str(m.relative_to(PACKAGE)))
def test_a_module_imports_only_what_lies_to_its_left(module: Path) -> None:
    imported = {name.split(".")[1] for name in imports(module) if name.startswith("oig_pipeline.")}
    imported &= {package_of(m) for m in MODULES}
    assert imported <= ALLOWED[package_of(module)]


def test_only_orchestration_knows_dagster() -> None:
    assert {package_of(m) for m in MODULES if any(n.split(".")[0] == "dagster" for n in imports(m))} == {
        "orchestration"
    }


def test_nothing_uses_a_private_name_of_a_library() -> None:
    private = [
        f"{module.relative_to(PACKAGE)}: {name}"
        for module in MODULES
        for name in imports(module)
        if not name.startswith(("oig_pipeline", "__future__")) and re.search(r"\._(?!_)", name)
    ]
    assert private == []


def test_nothing_imports_pandas() -> None:
    assert not [m for m in MODULES if any(n.split(".")[0] == "pandas" for n in imports(m))]


def test_the_domain_does_no_input_or_output() -> None:
    for module in (m for m in MODULES if package_of(m) == "domain"):
        assert not {n.split(".")[0] for n in imports(module)} & {"pathlib", "os", "io", "json", "duckdb", "pyarrow"}


@pytest.mark.parametrize("module", MODULES, ids=lambda m: str(m.relative_to(PACKAGE)))
def test_a_module_is_short_and_opens_with_what_belongs_in_it(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST
    docstring = ast.get_docstring(ast.parse(text)) or ""
    assert docstring
    if module.name != "__main__.py":
        assert "Belongs here" in docstring


def test_only_the_command_line_prints() -> None:
    printing = {m.relative_to(PACKAGE).as_posix() for m in MODULES if re.search(r"^\s*print\(", m.read_text(), re.M)}
    assert {p for p in printing if not p.startswith("cli/")} == {"orchestration/ui.py"}


def test_the_clock_is_read_only_where_it_cannot_reach_a_release() -> None:
    reading = {
        m.relative_to(PACKAGE).as_posix()
        for m in MODULES
        # What asks the clock of fetching (`clock.now()`) is found there.
        if re.search(
            r"(?<!\bclock\.)\b(?:now|today|utcnow|monotonic|perf_counter|time|time_ns)\(", m.read_text(encoding="utf-8")
        )
    }
    # Who holds the lock, when a release was published, how long a run took, what the cache has not used for long, which
    # files were touched a moment ago; and when a capture was obtained.
    expected = {
        *("release/lock.py", "release/version_log.py", "cli/runs.py", "run/cache.py", "run/last_build.py"),
        "fetch/clock.py",
    }
    assert reading == expected


def test_the_public_names_are_few_and_there() -> None:
    assert oig_pipeline.__all__ == ["CannotRun", "__version__", "build", "check", "connect", "explain", "statements"]
    assert all(getattr(oig_pipeline, name) for name in oig_pipeline.__all__)


def test_dependencies_are_pinned_by_name_and_version_alone() -> None:
    pins = (PROJECT / "constraints.txt").read_text().splitlines()
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[^\s/]+", pin) for pin in pins)
    pinned = {pin.split("==")[0].lower().replace("_", "-") for pin in pins}
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    extras = [need for needs in project["optional-dependencies"].values() for need in needs]
    names = {re.split(r"[\[<>=!~ ]", need)[0].lower() for need in [*project["dependencies"], *extras]}
    names -= {project["name"]}
    assert names <= pinned
    assert "pandas" not in pinned, "where it is installed, Pandera imports it, which is slow"


def test_no_file_names_a_registry_or_a_machine() -> None:
    suffixes = {".py", ".md", ".toml", ".yml", ".yaml", ".txt", ".sql", ".json", ""}
    names = re.compile(r"pypi\.org|registry\.npmjs|--index-url|/root/|/work/|/home/\w")
    searched = 0
    for folder, folders, files in os.walk(PROJECT):
        # Environments and caches hold tens of thousands of files: they are left out before they are listed.
        folders[:] = [n for n in folders if not _is_left_out(n) and n not in ("curated", "node_modules")]
        for file in (Path(folder, name) for name in files if not _is_left_out(name)):
            if file.suffix in suffixes and file != Path(__file__):
                assert not names.search(file.read_text(encoding="utf-8")), file.relative_to(PROJECT)
                searched += 1
    assert searched > len(MODULES)


def _is_left_out(name: str) -> bool:
    return name == "__pycache__" or (name.startswith(".") and name not in (".ci", ".github", ".gitignore"))
