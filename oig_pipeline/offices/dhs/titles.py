"""The marks of DHS OIG's titles.

Belongs here: the words by which titles, numbers and listings tell what a report is. Does not: finding them.
"""

from __future__ import annotations

from oig_pipeline.domain.titles import Mark, TitleMarks

TITLES = TitleMarks(
    marks=(
        Mark("dash", "law enforcement sensitive", "classification", "LES"),
        Mark("bracket", "LES", "classification", "LES"),
        Mark("bracket", "law enforcement sensitive", "classification", "LES", acronym="LES"),
        Mark("bracket", "SSI", "classification", "SSI"),
        Mark("bracket", "sensitive security information", "classification", "SSI", acronym="SSI"),
        Mark("front", "U", "classification", "U"),
        Mark("bracket", "redacted", "is_redacted", True),
        Mark("bracket", "revised", "is_revised", True),
        Mark("lead", "revised report", "is_revised", True),
        Mark("bracket", "unclassified summary", "kind", "unclassified_summary"),
        Mark("lead", "capping report", "kind", "capping_report"),
        Mark("lead", "special report", "kind", "special_report"),
        Mark("lead", "verification review", "kind", "verification_review"),
        Mark("lead", "management (?:alert|advisory)", "kind", "management_alert"),
        Mark("lead", "cancellation of (?:OIG )?audit", "kind", "cancellation"),
    ),
    # Said by the words of the title, which stay in it.
    worded_kinds={
        "management_alert": r"(?i)^management alert\b",
        "verification_review": r"(?i)^verification review\b",
        "investigation": r"(?i)^(?:report of )?investigation (?:of|into) alleg"
        r"|whistleblower (?:reprisal|retaliation)",
    },
    suffix_kinds={
        "VR": "verification_review",
        "SR": "special_report",
        "MA": "management_alert",
        "UNSUM": "unclassified_summary",
    },
    # The site keeps some kinds in listings of their own.
    listing_kinds={
        r"/reports/management-alerts\b": "management_alert",
        r"/reports/whistleblower-retaliation-reports-of-investigation\b": "investigation",
    },
)
