"""Thirty small faults, and which of them the suite notices: `python -m tests.mutants`, run by hand.

Belongs here: the faults, over all parts of the package, and the command. Does not: how they are put into the source
(`mutation.py`, which also says what a pattern is), or running the tests on them (`mutation_run.py`).

A fault changes what the package visibly does: one that no test could notice is none. `tests/test_mutants.py` holds that
each still has its place; where code moves on, its pattern here does too.
"""

from __future__ import annotations

import argparse
import signal
import sys
from concurrent.futures import ThreadPoolExecutor

from tests.mutation import Edit, Mutant, locate
from tests.mutation_run import checkout, end_all, judge, run_pytest

MUTANTS = (
    Mutant(
        "the fiscal year begins in November",
        "__d.dt.month() >= __m",
        "__d.dt.month() > __m",
    ),
    Mutant(
        "DA, DD and DS numbers of FY 2006 are read in the order of FY 2007",
        '(__e("first", 2007, 2099), __e("second", 2004, 2006))',
        '(__e("first", 2006, 2099), __e("second", 2004, 2005))',
    ),
    Mutant(
        "'concurred with both' states no count",
        '__w in ("both", "either")',
        '__w == "either"',
    ),
    Mutant(
        "a date on the last day of the edge is quarantined",
        '__c("days_outside") <= __e',
        '__c("days_outside") < __e',
    ),
    Mutant(
        "a fiscal year that is not the number's is published with a warning",
        '__r(..., code="fiscal_year_mismatch", severity="error")',
        '__r(..., code="fiscal_year_mismatch", severity="warning")',
    ),
    Mutant(
        "a report is flagged for a summary that one of its sightings has",
        '__r(..., code="summary_missing", when_all=True)',
        '__r(..., code="summary_missing")',
    ),
    Mutant(
        "the summary in the hidden span of a title's cell is not seen",
        '__t.css_first("span.hidden")',
        '__t.css_first("span.visible")',
    ),
    Mutant(
        "a title that begins with a digit gives that to the year glued to it",
        '__w[5:6] == " "',
        '__w[4:5] == " "',
    ),
    Mutant(
        "a compressed capture that unpacks to too much is read as far as the bound",
        """
        if len(__x) > __m:
            __s = f"the {__c} file unpacks to more than {__m // 2**20} MiB"
            ...
        """,
        "pass",
    ),
    Mutant(
        "a correction is applied whatever the row says",
        "__m(__p, __c.expect)",
        "__p",
    ),
    Mutant(
        "titles that have little in common are one report",
        "__f.token_set_ratio(__a, __b) >= __c",
        "__f.token_set_ratio(__a, __b) >= __c / 2",
    ),
    Mutant(
        "a shared link no longer joins two titles",
        "bool(__l[1] & __c[1]) or any(__t)",
        "any(__t)",
    ),
    Mutant(
        "the oldest capture wins",
        "__r += [(IS_MIRROR, False), (_NEWEST, True)]",
        "__r += [(IS_MIRROR, False), (_NEWEST, False)]",
    ),
    Mutant(
        "a title that was cut beats one that is whole",
        "__r.append((__v.str.contains(_TRUNCATED), False))",
        "__r.append((__v.str.contains(_TRUNCATED), True))",
    ),
    Mutant(
        "provenance leads to the sighting of another report",
        '__t.select(..., __n, __c("sighting_id").alias(__f(__n)))',
        '__t.select(..., __n, __c("sighting_id").reverse().alias(__f(__n)))',
    ),
    Mutant(
        "a row that was read and is no sighting is not missed",
        "__g == __s == __p + __q",
        "__s == __p + __q",
    ),
    Mutant(
        "a share of quarantine that just reaches the threshold is over it",
        """
        if __s > __m:
            __o = f"{__s:.1%} of the sightings are quarantined and not acknowledged; at most {__m:.1%} may be"
            ...
        """,
        """
        if __s >= __m:
            __o = f"{__s:.1%} of the sightings are quarantined and not acknowledged; at most {__m:.1%} may be"
            ...
        """,
    ),
    Mutant(
        "acknowledged rows count towards the threshold",
        '(__c("severity") == "error") & ~__c("acknowledged")',
        '(__c("severity") == "error")',
    ),
    Mutant(
        "two processes may write at one time",
        """
        try:
            fcntl.flock(__f, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            __h = __w(__o)
            ...
        """,
        """
        try:
            fcntl.flock(__f, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            __h = __w(__o)
            ...
        """,
    ),
    Mutant(
        "a file that was written is not renamed into its place",
        """
        __w.replace(__t)
        __w.unlink(missing_ok=True)
        """,
        "__w.unlink(missing_ok=True)",
    ),
    Mutant(
        "a file whose bytes changed, but not their number, is as the manifest says",
        """
        if __d(__f) != __s["sha256"]:
            return __m
        """,
        "pass",
    ),
    Mutant(
        "added reports are shown as removed, and removed ones as added",
        "__d(..., added=tuple(__a), removed=tuple(__r))",
        "__d(..., added=tuple(__r), removed=tuple(__a))",
    ),
    Mutant(
        "pruning keeps one release too few",
        "[__s.__i for __s in __h[:-__k] if not __s.__c]",
        "[__s.__i for __s in __h[:1 - __k] if not __s.__c]",
    ),
    Mutant(
        "the view of the quarantine gives warnings as reasons",
        r" AND v\.severity = 'error'",
        "",
        suffix=".sql",
    ),
    Mutant(
        "a query may write from within a CTE",
        '"cte_map" in __n and __k not in __q',
        "False",
    ),
    Mutant(
        "an annotation ends at the first line break of a message",
        r'__t.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")',
        r'__t.replace("%", "%25").replace("\r", "%0D")',
    ),
    Mutant(
        "addresses that robots.txt forbids are asked for",
        "not __r.can_fetch(...)",
        "False",
    ),
    Mutant(
        "what listings say is markup in the pages of the site",
        "autoescape=True",
        "autoescape=False",
    ),
    Mutant(
        "a byte range lacks its last byte",
        "__f.read(__l - __b + 1)",
        "__f.read(__l - __b)",
    ),
    Mutant(
        "a failing policy check lets Dagster go on to the release",
        "blocking=True",
        "blocking=False",
    ),
)
WIDTH = max(len(mutant.fault) for mutant in MUTANTS)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit status: 1 where a fault is not caught."""
    options = _parser().parse_args(arguments)
    edits = {number: locate(mutant) for number, mutant in enumerate(MUTANTS, start=1)}
    if options.list:
        for number, edit in edits.items():
            print(_line(number, edit))
        return 0
    with checkout() as copy:
        status, output = run_pytest(copy, ["--collect-only", "tests"])
    if status != 0:
        print(f"{output}\nThe tests cannot be collected without any fault; mend that first", file=sys.stderr)
        return 2
    selected = {number: edits[number] for number in options.only or edits}
    caught = 0
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with ThreadPoolExecutor(options.jobs) as pool:
        try:
            verdicts = pool.map(judge, selected.values())
            for (number, edit), verdict in zip(selected.items(), verdicts, strict=True):
                caught += verdict.test is not None
                print(f"{_line(number, edit)}  {verdict.test or 'NOT CAUGHT'}  {verdict.seconds:.0f} s", flush=True)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            end_all()
            raise
    print(f"{caught} of {len(selected)} caught")
    return 0 if caught == len(selected) else 1


def _line(number: int, edit: Edit) -> str:
    return f"{number:2}  {MUTANTS[number - 1].fault:{WIDTH}}  {edit.file.as_posix()}:{edit.line}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--list", action="store_true", help="show the faults and their places, and run nothing")
    parser.add_argument("--jobs", type=int, default=2, help="how many faults are tried side by side (default: 2)")
    parser.add_argument("--only", type=_numbers, help="the numbers of some faults, with commas between them")
    return parser


def _numbers(text: str) -> list[int]:
    numbers = [int(number) for number in text.split(",")]
    if unknown := [number for number in numbers if not 1 <= number <= len(MUTANTS)]:
        raise argparse.ArgumentTypeError(f"{unknown[0]} is no fault; there are {len(MUTANTS)}")
    return numbers


if __name__ == "__main__":
    sys.exit(main())
