"""What is known of rows that lie elsewhere: in parts it adds up to what it is of all."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.contract.schemas import CURATED, empty
from oig_pipeline.curate.judge import judge_alone
from oig_pipeline.curate.normalize import normalise
from oig_pipeline.run.batches import kept
from oig_pipeline.run.curate_partition import Placed, curate_year
from oig_pipeline.run.read_batch import judged_alone
from oig_pipeline.run.stats import Books, books_of
from tests.conftest import examples
from tests.rows import Values, any_rows, sightings


@given(st.lists(any_rows(), min_size=1, max_size=8))
@examples(20)
def test_the_books_of_all_years_are_those_of_all_rows(rows: list[Values]) -> None:
    given_ = sightings(*rows)
    placed = [Placed(kept(("a",), (), (), *judged_alone(given_), None))]
    years = [curate_year(year, placed, {}) for year in {part.year for part in placed[0].portion.slices}]
    books = sum((year.books for year in years), Books())
    assert (books.sightings, books.accounting, books.shape) == (len(rows), (), ())
    broken = judge_alone(normalise(given_)).sightings.filter(outcome="quarantined").height
    assert books.quarantined == books.unsettled == broken + len(books.refused)
    assert sum(books.broken.values()) == books.content.rows["violations"]
    assert books == sum((year.books for year in years), Books())


def test_nothing_added_changes_nothing() -> None:
    placed = [Placed(kept(("a",), (), (), *judged_alone(sightings({}, {"report_number": ""})), None))]
    books = curate_year(2021, placed, {}).books
    assert books + Books() == Books() + books == books
    assert (Books().sightings, Books().quarantined, books.captures) == (0, 0, {"listing.csv": (1, 1, 0)})


def test_the_same_complaint_of_two_years_is_one_sentence_and_each_other_stays() -> None:
    one, other = Books(accounting=("a", "b")), Books(accounting=("b", "c"), shape=("d",))
    assert ((one + other).accounting, (one + other).shape) == (("a", "b", "c"), ("d",))


def test_books_of_no_rows_are_empty() -> None:
    books = books_of({name: empty(name) for name in CURATED})
    assert (books.sightings, books.unsettled, dict(books.broken)) == (0, 0, {})
