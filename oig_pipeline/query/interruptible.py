"""A statement that a Ctrl-C ends.

Belongs here: running one statement and fetching its rows. Does not: which statements are run (`sql_guard.py`).
"""

from __future__ import annotations

from concurrent.futures import Future, wait
from threading import Thread
from typing import Any

import duckdb


def answer(
    connection: duckdb.DuckDBPyConnection, statement: duckdb.Statement
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return the column names and rows of a statement; a Ctrl-C ends it at once.

    In a thread of its own, since DuckDB looks for signals between its tasks only, of which one may take minutes.
    """
    outcome: Future[tuple[list[str], list[tuple[Any, ...]]]] = Future()

    def run() -> None:
        if not outcome.set_running_or_notify_cancel():
            return
        try:
            result = connection.execute(statement)
            outcome.set_result(([d[0] for d in result.description or []], result.fetchall()))
        except BaseException as error:
            outcome.set_exception(error)

    try:
        Thread(target=run, daemon=True).start()
        # Not without a limit: the signal may have come to another thread, which does not end a wait.
        while not wait([outcome], timeout=0.1).done:
            pass
        return outcome.result()
    except KeyboardInterrupt:
        # The signal may have come before the thread was started, which it then never is.
        while not outcome.cancel() and not wait([outcome], timeout=0.1).done:
            connection.interrupt()  # more than once: what has not begun yet is not interrupted
        raise
