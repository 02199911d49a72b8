"""Whether two ways of doing the job come to the same four tables, and to what the corpus says must come out.

    python -m benchmarks.same CURATED TRUTH OUT...

Belongs here: comparing a release with the output of contenders and with a corpus's `truth.json`. Does not: running any.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import polars as pl

import oig_pipeline
from oig_pipeline.contract.columns import KEY

_ORDER = "fiscal_year, office, series, sequence, suffix NULLS LAST, report_number"
TABLES = {
    "reports": f"FROM reports ORDER BY {_ORDER}",
    "provenance": f"SELECT p.* FROM provenance p JOIN reports USING ({', '.join(KEY)}) ORDER BY {_ORDER}",
    "sightings": "FROM sightings",
    "violations": "FROM violations WHERE sighting_id IS NOT NULL",
}
"""What a contender must come to; of sightings and violations the order of rows is free, as it means nothing."""
_KEYS = {"sightings": ["sighting_id"], "violations": ["sighting_id", "rule"]}
QUARANTINE = """
SELECT DISTINCT sighting_id FROM violations WHERE severity = 'error' AND sighting_id IS NOT NULL
"""
RULES = """
SELECT rule, count(*) AS rows FROM violations
WHERE severity = 'error' AND sighting_id IS NOT NULL GROUP BY ALL ORDER BY ALL
"""
MAX_EXAMPLES = 3


def published(curated: Path, sql: str) -> pl.DataFrame:
    """Return the rows that the latest release answers with."""
    with oig_pipeline.connect(curated) as connection:
        return pl.DataFrame(connection.sql(sql).pl())


def differences(curated: Path, out: Path) -> list[str]:
    """Return the differences between a contender's output and the latest release as sentences.

    The order of reports and of their provenance counts.
    """
    messages = []
    for table, sql in TABLES.items():
        ours = _in_order(published(curated, sql), table)
        theirs = pl.read_parquet(out / f"{table}.parquet").select(ours.columns).cast(ours.schema)
        theirs = _in_order(theirs, table)
        if ours.height != theirs.height:
            messages.append(f"{table}: {theirs.height} rows where the release has {ours.height}")
        for name in ours.columns:
            if ours.height == theirs.height and (uneven := ~ours[name].eq_missing(theirs[name])).any():
                rows = zip(ours.filter(uneven)[name], theirs.filter(uneven)[name], strict=True)
                examples = "; ".join(f"{value!r} and {other!r}" for value, other in list(rows)[:MAX_EXAMPLES])
                messages.append(f"{table}.{name}: {uneven.sum()} rows differ: {examples}")
    return messages


def _in_order(rows: pl.DataFrame, table: str) -> pl.DataFrame:
    return rows.sort(_KEYS[table]) if table in _KEYS else rows


def untrue(curated: Path, truth_file: Path) -> list[str]:
    """Return the differences between the latest release and the truth about its corpus as sentences."""
    truth = json.loads(truth_file.read_text())
    rules = truth.get("rules") or {kind: n for kind, n in truth["kinds"].items() if kind != "repeated"}
    counts = dict(published(curated, RULES).iter_rows())
    quarantined = published(curated, QUARANTINE).height
    reports, sightings = (
        published(curated, f"SELECT count(*) FROM {table}").item() for table in ("reports", "sightings")
    )
    pairs = [("sightings", sightings), ("reports", reports), ("quarantined", quarantined)]
    messages = [
        f"{name}: {actual} where the corpus has {truth[name]}" for name, actual in pairs if actual != truth[name]
    ]
    # A form of the corpus may lack the column of a rule; the comparison of totals covers that.
    wrong = {r: (counts.get(r, 0), n) for r, n in rules.items() if counts.get(r, 0) not in (n, 0)}
    if sum(counts.values()) != truth["quarantined"] or wrong:
        messages.append(f"broken rules: {counts} where the corpus has {rules}")
    return messages


def main(arguments: list[str]) -> int:
    """Print what differs; return 1 if anything does."""
    curated, truth, *outs = map(Path, arguments)
    messages = {"truth": untrue(curated, truth), **{str(out): differences(curated, out) for out in outs}}
    for name, sentences in messages.items():
        print(f"{name}: {'; '.join(sentences) or 'the same'}")
    return int(any(messages.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
