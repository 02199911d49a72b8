"""The count of modules that a call enters."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from oig_pipeline.contract.names import LISTED_COLUMNS
from oig_pipeline.domain import fiscal_year
from oig_pipeline.offices.dhs.numbers import NUMBERS
from tests.walk import SEED, check_seed, walk


def test_calls_from_one_module_into_another_are_counted_and_those_within_one_are_not() -> None:
    result = walk(lambda: (fiscal_year.of_date(dt.date(2021, 7, 1)), NUMBERS.canonical("oig 21 49")))
    assert set(result.modules) == {"domain/fiscal_year.py", "domain/report_number.py"}
    assert result.switches == 2
    assert walk(lambda: len(LISTED_COLUMNS)).switches == 0


def test_a_check_of_the_seed_rows_enters_what_it_needs_and_nothing_that_publishes(tmp_path: Path) -> None:
    assert SEED.exists()
    result = check_seed(tmp_path)
    assert result.modules["run/pipeline.py"] > 0
    parts = {module.split("/")[0] for module in result.modules}
    assert not parts & {"query", "site", "fetch", "cli", "reporting", "orchestration"}
