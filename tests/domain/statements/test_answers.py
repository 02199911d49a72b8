"""What texts say of recommendations, against answers that were decided before the reader saw them."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from typing import Any

import pytest

import oig_pipeline
from oig_pipeline.domain.statements.statement_reader import KINDS
from tests.conftest import PROJECT

GOLDEN = PROJECT / "tests" / "golden"
UNSAID: dict[str, Any] = {
    **dict.fromkeys(("made", "concurred", "not_concurred", "concurrence", "agreement", "completion")),
    "per_recommendation": [],
    **dict.fromkeys(("questioned_costs", "unsupported_costs", "funds_for_better_use")),
    "addressees": [],
}


def cases(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (GOLDEN / name).read_text(encoding="utf-8").splitlines()]


EXAMPLES = {name: cases(f"{name}.jsonl") for name in ("statements", "statements_held_out")}


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=f"{name}-{case.get('id', number)}")
        for name, several in EXAMPLES.items()
        for number, case in enumerate(several, start=1)
    ],
)
def test_a_text_is_answered_exactly(case: dict[str, Any]) -> None:
    answer = oig_pipeline.statements(case["text"], case["kind"])
    assert answer == {**UNSAID, **case["expect"]}
    assert list(answer) == list(UNSAID)


@pytest.mark.parametrize("name", EXAMPLES)
def test_precision_and_recall_by_field_are_printed(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    right, stated, expected = Counter[str](), Counter[str](), Counter[str]()
    for case in EXAMPLES[name]:
        answer = oig_pipeline.statements(case["text"], case["kind"])
        for key, value in {**UNSAID, **case["expect"]}.items():
            is_stated, is_expected = (v not in (None, []) for v in (answer[key], value))
            right[key] += is_stated and answer[key] == value
            stated[key] += is_stated
            expected[key] += is_expected
    with capsys.disabled():
        sys.stdout.write(f"\n{name}\n")
        for key in UNSAID:
            precision, recall = (right[key] / (several[key] or 1) for several in (stated, expected))
            line = f"{precision:7.1%} precision of {stated[key]:2} {recall:7.1%} recall of {expected[key]:2}"
            sys.stdout.write(f"{key:22}{line}\n")
    assert right == stated == expected


DOCUMENTS = sorted((GOLDEN / "oversight").glob("*.statements.json"))
KIND_OF = {"report": "oversight_report", "recommendation": "oversight_recommendation", "list": "summary"}
KEYS = {
    "recommendations": "made",
    "questioned_costs": "questioned_costs",
    "funds_for_better_use": "funds_for_better_use",
}


def read(document: str) -> tuple[dict[str, Any], str, str]:
    """Return what is expected of a document, its text and its kind."""
    expected = json.loads((GOLDEN / "oversight" / document).read_text(encoding="utf-8"))
    text = (GOLDEN / "oversight" / document.removesuffix(".statements.json")).read_text(encoding="utf-8")
    kind = KIND_OF.get(expected["page"]) or document.partition("-")[0]
    kind = "semiannual" if "-sar-" in document else "cover" if kind == "alert" else kind
    return expected, text, kind


@pytest.mark.parametrize("document", [path.name for path in DOCUMENTS])
def test_a_page_says_what_was_decided(document: str) -> None:
    expected, text, kind = read(document)
    answer = oig_pipeline.statements(text, kind)
    if kind == "summary":
        return
    report = expected["report"] or {}
    if kind != "semiannual":
        labels = {key: report[label] for label, key in KEYS.items() if report.get(label) is not None}
        assert {key: answer[key] for key in labels} == labels
    rows = {r["number"]: (r["response"], r["status"]) for r in expected["recommendations"]}
    answers = {r["number"]: (r["response"], r["completion"]) for r in answer["per_recommendation"]}
    assert rows.items() <= answers.items()
    if expected["page"] != "document":
        assert [r["addressee"] for r in expected["recommendations"] if r["addressee"]] == [
            name for r in expected["recommendations"] for name in answer["addressees"] if name == r["addressee"]
        ]
    elif kind == "highlights":
        assert answer["addressees"] == expected.get("addressees", [])


STATEMENTS = [
    (path.name, statement)
    for path in DOCUMENTS
    for statement in json.loads(path.read_text(encoding="utf-8"))["statements"]
]


@pytest.mark.parametrize(
    ("document", "statement"),
    [
        pytest.param(name, statement, id=f"{name}-{statement['line']}-{n}")
        for n, (name, statement) in enumerate(STATEMENTS)
    ],
)
def test_a_statement_says_what_was_decided(document: str, statement: dict[str, Any]) -> None:
    _, text, kind = read(document)
    says = statement["says"]
    assert re.search(re.escape(statement["words"]), text)
    words = oig_pipeline.statements(statement["words"], kind)
    of_text = oig_pipeline.statements(text, kind)
    if says.get("other_reports"):
        assert all(of_text[key] in (None, 0) for key in ("made", "concurred", "not_concurred", "questioned_costs"))
    if set(says) == {"award"}:
        assert words == UNSAID
    for key in ("made", "questioned_costs", "funds_for_better_use", "agreement", "completion"):
        # A recommendation's own status and money are its, not the report's.
        if key in says and "numbers" not in says:
            assert words[key] == says[key]
    for key in ("concurred", "not_concurred", "concurrence"):
        if key in says:
            assert of_text[key] == says[key]
    entries = {entry["number"]: entry for entry in of_text["per_recommendation"]}
    for key in ("response", "agreement", "completion"):
        for number in says.get("numbers", []):
            if key in says:
                assert entries[number][key] == says[key]


@pytest.mark.parametrize("kind", ["", "Summary", "listing", "semi-annual"])
def test_an_unknown_kind_is_refused_with_the_known_ones(kind: str) -> None:
    with pytest.raises(ValueError, match="summary, memo, highlights, preface, cover"):
        oig_pipeline.statements("We made two recommendations.", kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_without_statements_says_nothing(kind: str) -> None:
    for text in ("", " \n\t", "\u2022", "The recommendations herein have been developed.", "$", "Recommendation"):
        assert oig_pipeline.statements(text, kind) == UNSAID


@pytest.mark.parametrize(
    ("who", "concurred"),
    [
        ("The City and FEMA", 3),
        ("City officials and the Coast  Guard", 3),
        ("The City", None),
        ("The City's QXZ", None),
    ],
)
def test_an_agency_answers_beside_whom_it_pays(who: str, concurred: int | None) -> None:
    text = f"We made three recommendations. {who} concurred with all three recommendations."
    assert oig_pipeline.statements(text, "summary")["concurred"] == concurred
