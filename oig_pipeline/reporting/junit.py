"""Faults as JUnit XML: a test case for each rule, and one for each point of the failure policy.

Belongs here: this notation only. Does not: which faults fail.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree

from oig_pipeline.contract.rules import RULES
from oig_pipeline.domain.visible import xml_escaped
from oig_pipeline.reporting.violations import LocatedViolation, Verdict

SUITE = "oig check"
# Characters that XML 1.0 has no way to write.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(verdict: Verdict, faults: Iterable[LocatedViolation]) -> str:
    """Return a check as a JUnit report. A case fails if one of its faults does; the others are told in its output."""
    by_rule: dict[str, list[LocatedViolation]] = {rule.code: [] for rule in RULES}
    for fault in faults:
        by_rule[fault.rule.code].append(fault)
    failing = verdict.failing_prints
    suite = ElementTree.Element("testsuite", name=SUITE)
    failures = 0
    for rule in RULES:
        case = ElementTree.SubElement(suite, "testcase", classname=f"rules.{rule.severity}", name=rule.code)
        failed = [fault for fault in by_rule[rule.code] if fault.fingerprint in failing]
        other = [fault for fault in by_rule[rule.code] if fault.fingerprint not in failing]
        if failed:
            failures += 1
            message = f"{len(failed)} {'row' if len(failed) == 1 else 'rows'}: {rule.why}"
            failure = ElementTree.SubElement(case, "failure", type=rule.severity, message=message)
            failure.text = _clean("\n".join([*map(_line, failed), rule.remedy]))
        if other:
            ElementTree.SubElement(case, "system-out").text = _clean("\n".join(map(_line, other)))
    policy = ElementTree.SubElement(suite, "testcase", classname="policy", name="publishable")
    if verdict.reasons:
        failures += 1
        failure = ElementTree.SubElement(policy, "failure", type="policy", message=_clean(verdict.reasons[0]))
        failure.text = _clean("\n".join(verdict.reasons))
    suite.set("tests", str(len(RULES) + 1))
    suite.set("failures", str(failures))
    suite.set("errors", "0")
    root = ElementTree.Element("testsuites")
    root.append(suite)
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{xml_escaped(text)}\n'


def _line(fault: LocatedViolation) -> str:
    suffix = " (acknowledged)" if fault.acknowledged else ""
    number = f"{fault.qualified_number}: " if fault.number else ""
    # A fault is a line, whatever the name of its file.
    return f"{fault.place}: {number}{fault.message}{suffix}".replace("\n", "\N{SYMBOL FOR LINE FEED}")


def _clean(text: str) -> str:
    return _UNWRITABLE.sub("\ufffd", text)
