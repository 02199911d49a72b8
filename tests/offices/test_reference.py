"""The tables `offices` and `agencies`: what the offices declare, and nothing else."""

from __future__ import annotations

import polars as pl

from oig_pipeline.contract.schemas import TABLES
from oig_pipeline.offices import OFFICES
from oig_pipeline.offices.reference import reference_tables
from oig_pipeline.run import pipeline
from oig_pipeline.settings import settings
from tests.conftest import DATA

REFERENCE = reference_tables(OFFICES)


def test_they_keep_their_contract_and_are_sorted_by_key() -> None:
    for name, table in REFERENCE.items():
        TABLES[name].validate(table, lazy=True)
        assert table.equals(table.sort(TABLES[name].unique or []))


def test_every_office_stands_there_as_it_is_declared() -> None:
    for row in REFERENCE["offices"].iter_rows(named=True):
        office = OFFICES.by_code[row["code"]]
        assert (row["name"], row["spelling"], row["site"]) == (office.name, office.spelling, office.site)
        assert row["has_grammar"] == (office.numbers is not None)
        assert {office.code} == {OFFICES.spelled(name) for name in (row["spelling"], *row["aliases"])}
    assert REFERENCE["offices"].height == len(OFFICES.by_code) == 74


def test_every_name_of_an_agency_means_it() -> None:
    for row in REFERENCE["agencies"].iter_rows(named=True):
        agencies = OFFICES.by_code[row["office"]].agencies
        meanings = [agencies.lookup(name) for name in (row["code"], row["name"], *row["aliases"])]
        assert meanings == [agencies.by_code[row["code"]]] * len(meanings)
    assert REFERENCE["agencies"].height == sum(len(o.agencies.agencies) for o in OFFICES.by_code.values())


def test_a_successor_is_an_agency_of_the_same_office() -> None:
    agencies = REFERENCE["agencies"]
    followed = agencies.drop_nulls("successor").select("office", pl.col("successor").alias("code"))
    assert followed.height > 0
    assert followed.join(agencies, on=["office", "code"], how="anti").is_empty()


def test_all_agencies_of_reports_can_be_joined() -> None:
    tables = pipeline.check(settings(DATA / "raw")).result.tables()
    assert all(tables[name].equals(table) for name, table in REFERENCE.items())
    concerned = tables["reports"].select("office", pl.col("agencies").alias("code")).explode("code").drop_nulls("code")
    joined = concerned.join(tables["agencies"], on=["office", "code"], how="left")
    assert joined.filter(code="CBP")["name"].unique().to_list() == ["U.S. Customs and Border Protection"]
    assert joined["name"].null_count() == 0
    assert concerned.join(tables["offices"], left_on="office", right_on="code", how="anti").is_empty()
