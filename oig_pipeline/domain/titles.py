"""What a listed title says besides the title.

Belongs here: the artefacts that listings leave in titles, and finding marks (redacted, revised, alert …), which are
facts about the report. Does not: the marks of any one office, or whether two titles are the same report.

All functions take and give column expressions, so that the declared marks are the only place that knows their words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import polars as pl
else:
    from oig_pipeline.domain.deferred import polars as pl


_LEFTOVERS = r"[ (*,]+$"  # of "(PDF, 12 pages - 1.2 MB)", footnote stars, commas
_DASH = r"[-\u2013\u2014:]"
SHORTEST_DOUBLED = 12
_SPARE = "\ue000"  # a character that no text has, in place of a bracket
_NOTHING = "\ue001"  # another, as the pattern of nothing
# A title without any of these, as most are, bears no mark, and no artefact but being doubled.
SIGNS = rf"[>()*,:\-\u2013\u2014{_SPARE}]"
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


@dataclass(frozen=True)
class Mark:
    """A part of a title that states a fact: where `words` stand in their place, `column` is `value`.

    Attributes:
        place: in brackets anywhere (`bracket`), before a dash or colon at the front (`lead`), in brackets at the front
            (`front`), or behind a dash at the end or before another mark (`dash`).
        words: the pattern of the words.
        column: the column.
        value: its value.
        acronym: what the words may be shortened to in brackets behind them, which then is no mark of its own.
    """

    place: Literal["bracket", "lead", "front", "dash"]
    words: str
    column: str
    value: str | bool
    acronym: str | None = None


def _any_of(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(words) or _NOTHING})"


@dataclass(frozen=True)
class TitleMarks:
    """The marks of an office's titles, and what else tells the kind of its reports.

    Attributes:
        marks: the marks; the first of a column decides.
        worded_kinds: kind → the pattern of the words that say it and stay in the title.
        suffix_kinds: suffix of a number → kind.
        listing_kinds: pattern of the address of a listing → the kind of its reports.
    """

    marks: tuple[Mark, ...] = ()
    worded_kinds: Mapping[str, str] = field(default_factory=dict)
    suffix_kinds: Mapping[str, str] = field(default_factory=dict)
    listing_kinds: Mapping[str, str] = field(default_factory=dict)

    def _words(self, place: str) -> str:
        return _any_of(mark.words for mark in self.marks if mark.place == place)

    @cached_property
    def _bracket(self) -> str:
        return rf"\( ?{self._words('bracket')} ?\)"

    @cached_property
    def _lead(self) -> str:
        front = rf"\({self._words('front')}\)"
        return rf"(?:{front} ?|{self._words('lead')} ?{_DASH} ?|{self._bracket} ?(?:{_DASH} ?)?)"

    @cached_property
    def leads(self) -> str:
        """The pattern of the marks at the front of a title."""
        return rf"(?i)^{self._lead}+"

    @cached_property
    def brackets(self) -> str:
        """The pattern of a mark in brackets."""
        return rf"(?i) ?(?:{_DASH} ?)?{self._bracket}"

    @cached_property
    def _dashed(self) -> str:
        # At the end of a title or before another mark; elsewhere the words are part of it.
        return rf"(?i) ?{_DASH} ?{self._words('dash')}( ?$| ?[(\u2013\u2014-])"

    @cached_property
    def _before_bracket(self) -> str:
        """The pattern of an artefact between a title and the mark behind it."""
        dashed = rf"{_DASH} ?{self._words('dash')}\b"
        return rf"(?i)[ (*,]*[(*,] ?(?:{_DASH} ?)?({self._bracket}|{dashed})"

    @cached_property
    def _abbreviated(self) -> str:
        # After a dash the words are a mark themselves.
        short = [mark for mark in self.marks if mark.acronym]
        words, acronyms = "|".join(mark.words for mark in short), "|".join(mark.acronym or "" for mark in short)
        return rf"(?i)(\w )({words or _NOTHING}) ?\( ?({acronyms or _NOTHING}) ?\)"

    def pattern(self, mark: Mark) -> str:
        """Return the pattern of titles that bear a mark."""
        if mark.place == "bracket":
            return rf"(?i)\( ?(?:{mark.words}) ?\)"
        if mark.place == "dash":
            return self._dashed
        end = rf"(?:{mark.words}) ?{_DASH}" if mark.place == "lead" else rf"\({mark.words}\)"
        return rf"(?i)^{self._lead}*{end}"

    def without_artefacts(self, title: pl.Expr) -> pl.Expr:
        """Return a folded title less what the listing left in it; null where nothing is left."""

        def bare(texts: pl.Series) -> pl.Series:
            changed = _changed(texts, texts.str.contains(SIGNS), self._without_leftovers, _without_dangling)
            return _step_by_step(changed, _without_doubling)

        return title.map_batches(bare, return_dtype=pl.String)

    def _without_leftovers(self, title: pl.Expr) -> pl.Expr:
        bare = title.str.replace(r"^[> ]+", "").str.replace(_LEFTOVERS, "")
        return bare.str.replace_all(self._before_bracket, " ${1}").str.strip_chars(" ")

    def without_marks(self, title: pl.Expr) -> pl.Expr:
        """Return a folded title less its marks; null where nothing is left."""

        def unmarked(texts: pl.Series) -> pl.Series:
            return _changed(texts, texts.str.contains(SIGNS) | (texts == ""), self._without_marks)

        return title.map_batches(unmarked, return_dtype=pl.String)

    def _without_marks(self, title: pl.Expr) -> pl.Expr:
        bare = self._spared(title).str.replace(self.leads, "").str.replace_all(self.brackets, "")
        bare = bare.str.replace_all(self._dashed, "${1}")
        bare = bare.str.strip_chars(" ").str.replace(self.leads, "").str.replace(rf" ?{_DASH}$", "")
        bare = bare.str.replace(r"^[> ]+", "").str.replace(_LEFTOVERS, "")
        bare = bare.str.replace_all(rf"{_SPARE}(\w+){_SPARE}", "(${1})")
        return pl.when(bare.str.len_bytes() > 0).then(bare)

    def _spared(self, title: pl.Expr) -> pl.Expr:
        """Return a title in which an acronym in brackets, behind the words that it stands for, is no mark."""
        return title.str.replace_all(self._abbreviated, f"${{1}}${{2}} {_SPARE}${{3}}{_SPARE}")

    def has_mark(self, title: pl.Expr, column: str) -> pl.Expr:
        """Return whether a title bears a mark for the boolean column `column`."""
        patterns = [self.pattern(mark) for mark in self.marks if mark.column == column]
        return pl.any_horizontal([title.str.contains(p) for p in patterns or [_NOTHING]]).fill_null(False)

    def classification(self, title: pl.Expr) -> pl.Expr:
        """Return the classification (U, SSI, LES) that the marks of a title state, null where none."""
        return self._first_mark(title, "classification")

    def kind(self, title: pl.Expr, suffix: pl.Expr, url: pl.Expr | None = None) -> pl.Expr:
        """Return the kind of report: by its mark, its opening words, its number's suffix, or its listing."""
        worded = [pl.when(title.str.contains(p)).then(pl.lit(value)) for value, p in self.worded_kinds.items()]
        by_suffix = suffix.replace_strict(dict(self.suffix_kinds), default=None, return_dtype=pl.String)
        by_listing = (
            []
            if url is None
            else [pl.when(url.str.contains(p)).then(pl.lit(value)) for p, value in self.listing_kinds.items()]
        )
        return pl.coalesce([self._first_mark(title, "kind"), *worded, by_suffix, *by_listing, pl.lit("report")])

    def _first_mark(self, title: pl.Expr, column: str) -> pl.Expr:
        marks = [(self.pattern(mark), pl.lit(mark.value)) for mark in self.marks if mark.column == column]

        def first(texts: pl.Series) -> pl.Series:
            signed = texts.str.contains(SIGNS)
            if not marks or not signed.any():
                return pl.Series(texts.name, [None], dtype=pl.String).new_from_index(0, len(texts))
            spared = _step_by_step(texts, lambda text: self._spared(pl.when(signed).then(text)))
            values = [pl.when(spared.str.contains(pattern)).then(value) for pattern, value in marks]
            return texts.to_frame().select(pl.coalesce(values)).to_series()

        return title.map_batches(first, return_dtype=pl.String)


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
