"""The faults of `mutants.py` have their places, and what finds and runs them does what it says."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests import mutation_run
from tests.conftest import PROJECT
from tests.mutants import MUTANTS, main
from tests.mutation import Edit, Mutant, locate
from tests.mutation_run import checkout, first_failure, stages

SOURCE = '''\
"""A module."""

LIMIT = 3


def first(values, limit=LIMIT):
    if len(values) > limit:
        raise ValueError(f"more than {limit}")
    elif values:
        values.sort()
        values.reverse()
    return pick(values[0], kind="low", strict=True)
'''


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "module.py").write_text(SOURCE)
    (folder / "view.sql").write_text("SELECT 1\nWHERE a > 2\n")
    return folder


def edited(find: str, put: str, package: Path) -> str:
    return locate(Mutant("a fault", find, put), package).text


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda m: m.fault)
def test_a_fault_has_one_place_and_changes_what_still_is_source(mutant: Mutant) -> None:
    edit = locate(mutant)
    before = (PROJECT / edit.file).read_text(encoding="utf-8")
    assert 1 <= edit.line <= before.count("\n")
    if mutant.suffix == ".py":
        assert ast.dump(ast.parse(edit.text)) != ast.dump(ast.parse(before))
    else:
        assert edit.text != before


def test_there_are_thirty_different_faults_over_all_parts() -> None:
    assert len(MUTANTS) == len({mutant.fault for mutant in MUTANTS}) == len({m.find for m in MUTANTS}) == 30
    assert len({locate(mutant).file.parent for mutant in MUTANTS}) >= 10


def test_the_list_shows_number_fault_and_place_and_runs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [int(line.split()[0]) for line in lines] == [*range(1, 31)]
    edit = locate(MUTANTS[4])
    assert MUTANTS[4].fault in lines[4]
    assert lines[4].endswith(f"{edit.file.as_posix()}:{edit.line}")


@pytest.mark.parametrize(
    ("find", "put", "line", "expected"),
    [
        pytest.param("__a > __b", "__a >= __b", 7, "len(values) >= limit", id="expression"),
        pytest.param("strict=True", "strict=False", 12, "kind='low', strict=False)", id="keyword"),
        pytest.param("__l = 3", "__l = 4", 3, "LIMIT = 4", id="statement"),
        pytest.param("__v.sort()\n__v.reverse()", "__v.sort()", 10, "values.sort()\n    return", id="statements"),
        pytest.param('__f(..., kind="low")', '__f(..., kind="high")', 12, "pick(values[0], kind='high', strict=True)",
                     id="further arguments"),
        pytest.param("if __t:\n    ...\n    __v.reverse()", "if __t:\n    ...", 9, "    values.sort()\n    return",
                     id="further statements"),
        pytest.param("__v.__n()", "__v.__n(1)", None, "", id="several places"),
        pytest.param("__a > __a", "__a", None, "", id="unequal wildcards"),
        pytest.param('__f(__v, kind="low")', "__f()", None, "", id="more arguments than named"),
        pytest.param("strict=1", "strict=0", None, "", id="1 is not True"),
    ],
)  # fmt: skip
def test_a_pattern_stands_for_one_place(package: Path, find: str, put: str, line: int | None, expected: str) -> None:
    mutant = Mutant("a fault", find, put)
    if line is None:
        with pytest.raises(LookupError, match="'a fault' must match exactly one place, but matches"):
            locate(mutant, package)
    else:
        edit = locate(mutant, package)
        assert (edit.file, edit.line) == (Path("package/module.py"), line)
        assert expected in edit.text
        ast.parse(edit.text)


def test_an_elif_stays_one(package: Path) -> None:
    assert "elif not values:" in edited("if values:\n    ...", "if not values:\n    ...", package)


def test_names_stand_for_what_the_pattern_took_them_for(package: Path) -> None:
    (package / "module.py").write_text(SOURCE.replace("values", "rows").replace("first", "top"))
    assert "raise ValueError" not in edited(
        'if len(__v) > __m:\n    raise __e(f"more than {__m}")\nelse:\n    ...', "pass", package
    )


def test_other_files_have_patterns_of_text(package: Path) -> None:
    edit = locate(Mutant("a fault", r"a > (\d)", r"a < \1", ".sql"), package)
    assert (edit.line, edit.text) == (2, "SELECT 1\nWHERE a < 2\n")
    with pytest.raises(LookupError, match="matches nothing"):
        locate(Mutant("a fault", "a = 1", "", ".sql"), package)


def test_tests_of_the_module_come_first_and_each_file_comes_once() -> None:
    first, quick, rest = stages(Path("oig_pipeline/curate/merge.py"))
    assert first[0] == "tests/curate/test_merge.py"
    assert {Path(name).parts[1] for name in quick} <= {"domain", "contract", "capture"}
    there = {f.relative_to(PROJECT).as_posix() for f in (PROJECT / "tests").rglob("test_*.py")}
    all_files = [*first, *quick, *rest]
    assert len(all_files) == len(set(all_files))
    assert there - set(all_files) == {"tests/test_architecture.py", "tests/test_mutants.py", "tests/test_readme.py"}


def test_a_file_in_a_folder_without_tests_of_its_own_has_those_of_the_folder() -> None:
    first, _, _ = stages(Path("oig_pipeline/release/views/quarantine.sql"))
    assert all(name.startswith("tests/release/") for name in first)
    assert first[0] == "tests/release/test_views.py"


def test_the_copy_has_the_fault_and_nothing_that_was_made_here() -> None:
    edit = Edit(Path("oig_pipeline/__init__.py"), 1, "fault = True\n")
    with checkout(edit) as copy:
        assert (copy / edit.file).read_text() == edit.text
        assert {"tests", "data", "README.md", "pyproject.toml"} <= {entry.name for entry in copy.iterdir()}
        assert not [name for name in (".git", ".venv", "data/curated") if (copy / name).exists()]
    assert not copy.exists()
    assert (PROJECT / edit.file).read_text() != edit.text


def test_what_tests_start_uses_the_copy_and_the_first_that_fails_is_named(tmp_path: Path) -> None:
    copy = tmp_path / "checkout"
    code = "import oig_pipeline as o; print(o.__file__)"
    files = {
        "oig_pipeline/__init__.py": "",
        "test_passes.py": "import subprocess, sys\n\ndef test_process():\n"
        f"    run = subprocess.run([sys.executable, '-c', {code!r}], capture_output=True, text=True, cwd='/')\n"
        f"    assert run.stdout.strip() == {str(copy / 'oig_pipeline/__init__.py')!r}\n",
        "test_fails.py": "def test_one():\n    pass\n\ndef test_two():\n    assert not 'a - b'\n",
    }
    for name, text in files.items():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text(text)
    assert first_failure(copy, ["test_passes.py", "test_fails.py"]) == "test_fails.py::test_two"


@pytest.mark.parametrize(
    ("status", "output", "test"),
    [
        (0, "..\n2 passed", None),
        (1, "FAILED tests/test_a.py::test_b[x y - z] - assert 0\n1 failed", "tests/test_a.py::test_b[x y - z]"),
        (2, "ERROR tests/test_a.py - NameError: c\n1 error", "tests/test_a.py"),
        (None, "", "no end within 3600 s"),
    ],
)
def test_a_fault_is_caught_by_what_fails_or_does_not_end(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, status: int | None, output: str, test: str | None
) -> None:
    monkeypatch.setattr(mutation_run, "run_pytest", lambda *_: (status, output))
    assert first_failure(tmp_path, ["tests"]) == test


def test_a_run_that_fails_without_a_test_is_no_catch(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(mutation_run, "run_pytest", lambda *_: (4, "ERROR: file or directory not found"))
    with pytest.raises(RuntimeError, match="ends with 4 and names no test"):
        first_failure(tmp_path, ["tests"])
