"""What a listed title says besides the title.

Belongs here: the artefacts that listings leave in titles, and the marks (redacted, revised, alert …) that are facts
about the report. Does not: whether two titles are the same report.

All functions take and give column expressions, so that each table below is the only place that knows its patterns.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

_LEFTOVERS = r"[ (*,]+$"  # of "(PDF, 12 pages - 1.2 MB)", footnote stars, commas
_DASH = r"[-\u2013\u2014:]"
SHORTEST_DOUBLED = 12


_BRACKETED = (
    "redacted",
    "revised",
    "unclassified summary",
    "SSI",
    "sensitive security information",
    "LES",
    "law enforcement sensitive",
)
_LEADING = (
    "revised report",
    "capping report",
    "special report",
    "verification review",
    "management (?:alert|advisory)",
    "cancellation of (?:OIG )?audit",
)
_BRACKET = rf"\( ?(?:{'|'.join(_BRACKETED)}) ?\)"
_LEAD = rf"(?:\(U\) ?|(?:{'|'.join(_LEADING)}) ?{_DASH} ?|{_BRACKET} ?(?:{_DASH} ?)?)"
# At the end of a title or before another mark; elsewhere the words are part of it.
_SENSITIVE = rf"(?i) ?{_DASH} ?law enforcement sensitive( ?$| ?[(\u2013\u2014-])"
# After a dash the words are a mark themselves.
_ABBREVIATED = r"(?i)(\w )(sensitive security information|law enforcement sensitive) ?\( ?(SSI|LES) ?\)"
_SPARE = "\ue000"  # a character that no text has, in place of a bracket
# A title without any of these, as most are, bears no mark, and no artefact but being doubled.
SIGNS = rf"[>()*,:\-\u2013\u2014{_SPARE}]"
LEADS = rf"(?i)^{_LEAD}+"
BRACKETS = rf"(?i) ?(?:{_DASH} ?)?{_BRACKET}"
# An artefact between a title and the mark behind it.
_BEFORE_BRACKET = rf"(?i)[ (*,]*[(*,] ?(?:{_DASH} ?)?({_BRACKET}|{_DASH} ?law enforcement sensitive\b)"


def _bracket(words: str) -> str:
    return rf"(?i)\( ?(?:{words}) ?\)"


def _lead(words: str) -> str:
    return rf"(?i)^{_LEAD}*(?:{words}) ?{_DASH}"


@dataclass(frozen=True)
class Mark:
    """A part of a title that states a fact: where `pattern` is found, `column` is `value`."""

    column: str
    value: str | bool
    pattern: str


MARKS = (
    Mark("classification", "LES", _SENSITIVE),
    Mark("classification", "LES", _bracket("LES|law enforcement sensitive")),
    Mark("classification", "SSI", _bracket("SSI|sensitive security information")),
    Mark("classification", "U", rf"(?i)^{_LEAD}*\(U\)"),
    Mark("is_redacted", True, _bracket("redacted")),
    Mark("is_revised", True, _bracket("revised")),
    Mark("is_revised", True, _lead("revised report")),
    Mark("kind", "unclassified_summary", _bracket("unclassified summary")),
    Mark("kind", "capping_report", _lead("capping report")),
    Mark("kind", "special_report", _lead("special report")),
    Mark("kind", "verification_review", _lead("verification review")),
    Mark("kind", "management_alert", _lead("management (?:alert|advisory)")),
    Mark("kind", "cancellation", _lead("cancellation of (?:OIG )?audit")),
)

# Said by the words of the title, which stay in it.
WORDED_KINDS = {
    "management_alert": r"(?i)^management alert\b",
    "verification_review": r"(?i)^verification review\b",
    "investigation": r"(?i)^(?:report of )?investigation (?:of|into) alleg|whistleblower (?:reprisal|retaliation)",
}
SUFFIX_KINDS = {
    "VR": "verification_review",
    "SR": "special_report",
    "MA": "management_alert",
    "UNSUM": "unclassified_summary",
}
# The site keeps some kinds in listings of their own.
LISTING_KINDS = {
    r"/reports/management-alerts\b": "management_alert",
    r"/reports/whistleblower-retaliation-reports-of-investigation\b": "investigation",
}
KINDS = (
    "report",
    "management_alert",
    "special_report",
    "verification_review",
    "capping_report",
    "cancellation",
    "unclassified_summary",
    "investigation",
)
CLASSIFICATIONS = ("U", "SSI", "LES")


def without_artefacts(title: pl.Expr) -> pl.Expr:
    """Return a folded title less what the listing left in it; null where nothing is left."""
    return title.map_batches(_without_artefacts, return_dtype=pl.String)


def _without_artefacts(texts: pl.Series) -> pl.Series:
    bare = _changed(texts, texts.str.contains(SIGNS), _without_leftovers, _without_dangling)
    return _step_by_step(bare, _without_doubling)


def _changed(texts: pl.Series, where: pl.Series, *steps: Callable[[pl.Expr], pl.Expr]) -> pl.Series:
    """Return texts changed in steps, where they may need it: patterns are slow, and most texts have nothing to find."""
    places = where.fill_null(False).arg_true()
    return texts.clone().scatter(places, _step_by_step(texts.gather(places), *steps)) if len(places) else texts


def _step_by_step(texts: pl.Series, *steps: Callable[[pl.Expr], pl.Expr]) -> pl.Series:
    # Each step looks at its text several times: as one nested expression, the first would be evaluated dozens of times.
    frame = texts.to_frame("text")
    for step in steps:
        frame = frame.select(step(pl.col("text")).alias("text"))
    return frame["text"].alias(texts.name)


def _without_leftovers(title: pl.Expr) -> pl.Expr:
    bare = title.str.replace(r"^[> ]+", "").str.replace(_LEFTOVERS, "").str.replace_all(_BEFORE_BRACKET, " ${1}")
    return bare.str.strip_chars(" ")


def _without_dangling(title: pl.Expr) -> pl.Expr:
    open_count, close_count = title.str.count_matches("(", literal=True), title.str.count_matches(")", literal=True)
    dangling = title.str.ends_with(")") & (close_count > open_count)
    return pl.when(dangling).then(title.str.head(-1).str.strip_chars(" ")).otherwise(title)


def _without_doubling(title: pl.Expr) -> pl.Expr:
    length = title.str.len_chars()
    first, second = title.str.head(length // 2), title.str.tail(length // 2)
    twice = (length % 2 == 0) & (length // 2 >= SHORTEST_DOUBLED) & (first == second)
    bare = pl.when(twice).then(first).otherwise(title)
    return pl.when(bare.str.len_bytes() > 0).then(bare)


def without_marks(title: pl.Expr) -> pl.Expr:
    """Return a folded title less its marks; null where nothing is left."""

    def unmarked(texts: pl.Series) -> pl.Series:
        return _changed(texts, texts.str.contains(SIGNS) | (texts == ""), _without_marks)

    return title.map_batches(unmarked, return_dtype=pl.String)


def _without_marks(title: pl.Expr) -> pl.Expr:
    bare = _spared(title).str.replace(LEADS, "").str.replace_all(BRACKETS, "").str.replace_all(_SENSITIVE, "${1}")
    bare = bare.str.strip_chars(" ").str.replace(LEADS, "").str.replace(rf" ?{_DASH}$", "")
    bare = bare.str.replace(r"^[> ]+", "").str.replace(_LEFTOVERS, "")
    bare = bare.str.replace_all(rf"{_SPARE}(\w+){_SPARE}", "(${1})")
    return pl.when(bare.str.len_bytes() > 0).then(bare)


def _spared(title: pl.Expr) -> pl.Expr:
    """Return a title in which an acronym in brackets, behind the words that it stands for, is no mark."""
    return title.str.replace_all(_ABBREVIATED, f"${{1}}${{2}} {_SPARE}${{3}}{_SPARE}")


def has_mark(title: pl.Expr, column: str) -> pl.Expr:
    """Return whether a title bears a mark for the boolean column `column`."""
    return pl.any_horizontal([title.str.contains(m.pattern) for m in MARKS if m.column == column]).fill_null(False)


def classification(title: pl.Expr) -> pl.Expr:
    """Return the classification (U, SSI, LES) that the marks of a title state, null where none."""
    return _first_mark(title, "classification")


def kind(title: pl.Expr, suffix: pl.Expr, url: pl.Expr | None = None) -> pl.Expr:
    """Return the kind of report: by its mark, the words that open the title, the number's suffix, or its listing."""
    worded = [pl.when(title.str.contains(pattern)).then(pl.lit(value)) for value, pattern in WORDED_KINDS.items()]
    by_suffix = suffix.replace_strict(SUFFIX_KINDS, default=None, return_dtype=pl.String)
    by_listing = (
        [] if url is None else [pl.when(url.str.contains(p)).then(pl.lit(value)) for p, value in LISTING_KINDS.items()]
    )
    return pl.coalesce([_first_mark(title, "kind"), *worded, by_suffix, *by_listing, pl.lit("report")])


def _first_mark(title: pl.Expr, column: str) -> pl.Expr:
    def first(texts: pl.Series) -> pl.Series:
        signed = texts.str.contains(SIGNS)
        if not signed.any():
            return pl.Series(texts.name, [None], dtype=pl.String).new_from_index(0, len(texts))
        spared = _step_by_step(texts, lambda text: _spared(pl.when(signed).then(text)))
        marks = [pl.when(spared.str.contains(m.pattern)).then(pl.lit(m.value)) for m in MARKS if m.column == column]
        return texts.to_frame().select(pl.coalesce(marks)).to_series()

    return title.map_batches(first, return_dtype=pl.String)


def key(title: pl.Expr) -> pl.Expr:
    """Return what two spellings of one title share: case, accents and punctuation folded."""
    bare = title.map_batches(_decomposed, return_dtype=pl.String)
    bare = bare.str.replace_all(r"[\p{M}'\u2019\u2018`]", "").str.to_lowercase()
    # A single space, which is most of what is no letter, stays as it is.
    return bare.str.replace_all(r"[^ \p{L}\p{N}][^\p{L}\p{N}]*| [^\p{L}\p{N}]+", " ").str.strip_chars()


def _decomposed(texts: pl.Series) -> pl.Series:
    """Return texts with characters and their accents apart; ASCII has none."""
    is_wide = texts.str.len_bytes() != texts.str.len_chars()
    return _changed(texts, is_wide, lambda text: text.str.normalize("NFKD"))
