"""The rule registry: everything that shows a rule takes it from here.

Belongs here: the one list of rules and how to look one up. Does not: what is done about violations.
"""

from __future__ import annotations

from oig_pipeline.contract.capture_rules import CAPTURE_RULES
from oig_pipeline.contract.damage_rules import DAMAGE_RULES
from oig_pipeline.contract.document_rules import DOCUMENT_RULES
from oig_pipeline.contract.error_rules import ERROR_RULES
from oig_pipeline.contract.figure_rules import FIGURE_RULES
from oig_pipeline.contract.rule import Rule, Severity
from oig_pipeline.contract.warning_rules import WARNING_RULES

RULES: tuple[Rule, ...] = (
    *ERROR_RULES, *CAPTURE_RULES, *WARNING_RULES, *FIGURE_RULES, *DOCUMENT_RULES, *DAMAGE_RULES,
)  # fmt: skip
BY_CODE: dict[str, Rule] = {rule.code: rule for rule in RULES}
SIGHTING_RULES = tuple(r for r in RULES if r.scope == "sighting")
GROUP_RULES = tuple(r for r in RULES if r.scope == "group")


def codes(severity: Severity) -> tuple[str, ...]:
    """Return the codes of the rules of one severity, in registry order."""
    return tuple(r.code for r in RULES if r.severity == severity)
