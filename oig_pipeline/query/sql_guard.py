"""Which SQL is answered over a release.

Belongs here: whether one statement only reads, judged by its parsed tree: every query in it, those in a WITH clause
included, is a SELECT or a set operation, and no function that gives rows reads anything but the release. Does not:
answering, or what keeps a statement that was let through from files all the same (see `sandbox.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import duckdb

from oig_pipeline.errors import CannotRun

ALLOWED = (
    "give one statement that reads: SELECT, FROM, WITH, VALUES, DESCRIBE, SUMMARIZE, SHOW, PIVOT, UNPIVOT or EXPLAIN"
)
ROW_FUNCTIONS = (
    "range", "generate_series", "unnest", "repeat", "repeat_row", "json_each", "json_tree", "histogram",
    "histogram_values", "duckdb_columns", "duckdb_databases", "duckdb_functions", "duckdb_keywords", "duckdb_schemas",
    "duckdb_settings", "duckdb_tables", "duckdb_types", "duckdb_views", "pragma_show", "pragma_table_info",
    "pragma_version", "icu_calendar_names", "pg_timezone_names",
)  # fmt: skip
"""Functions that give rows of their arguments or of the catalog. Others read files, change how the connection works,
run SQL that nobody has judged, or take bare addresses in memory."""
_QUERIES = {"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"}
_RUNNING = ("analyze", "analyse")
_OPTIONS = ("format", *_RUNNING)


def read_only_statement(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Statement:
    """Return the single statement of an SQL text, if it only reads.

    Raises:
        CannotRun: there is no statement, or several, or it does something else.
        duckdb.Error: it does not parse.
        UnicodeError: it holds half a character.
    """
    sql.encode()
    statements = connection.extract_statements(sql)
    if len(statements) != 1:
        raise CannotRun(f"query: {ALLOWED}")
    (statement,) = statements
    if statement.type == duckdb.StatementType.SELECT:
        _judge_tree(connection, statement.query)
    elif statement.type == duckdb.StatementType.EXPLAIN:
        read_only_statement(connection, _explained(statement.query))
    elif statement.type == duckdb.StatementType.MULTI:
        # A PIVOT is several statements in one, whose tree DuckDB does not show.
        _judge_words(connection, statement.query)
    else:
        raise CannotRun(f"query: {ALLOWED}")
    return statement


def _judge_tree(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    (text,) = connection.execute("SELECT json_serialize_sql(?)", [sql]).fetchone() or ("{}",)
    try:
        tree = json.loads(text)
    except RecursionError:
        raise CannotRun("query: the statement is nested too deeply; make it simpler") from None
    if tree.get("error") is not False:
        raise CannotRun(f"query: {tree.get('error_message', 'the statement cannot be judged')}; {ALLOWED}")
    for node in _nodes(tree):
        kind = str(node.get("type"))
        # What is a query, and nothing else, has a place for a WITH clause.
        if "cte_map" in node and kind not in _QUERIES:
            raise CannotRun(f"query: a part of it is {kind.partition('_')[0]}, which does not read; {ALLOWED}")
        if kind == "TABLE_FUNCTION":
            _judge_function(node["function"]["function_name"])


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Yield every object of a tree."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node


def _judge_words(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Judge a statement by the functions that it calls: all that a PIVOT holds beside them are queries."""
    functions = connection.execute("SELECT function_name FROM duckdb_functions() WHERE function_type = 'table'")
    names = {name for (name,) in functions.fetchall()}
    words = [word for word, _ in _tokens(sql)]
    for word, following in pairwise(words):
        if following == "(" and word in names:
            _judge_function(word)


def _judge_function(name: str) -> None:
    if name.lower() not in ROW_FUNCTIONS:
        raise CannotRun(
            f"query: {name} is not available: a query reads the views of the release, which SHOW TABLES lists, and no "
            f"file, address or setting; the functions that give rows are {', '.join(ROW_FUNCTIONS)}"
        )


def _explained(sql: str) -> str:
    """Return the statement that an EXPLAIN explains.

    Raises:
        CannotRun: it would be run, or there is none.
    """
    tokens = _tokens(sql)[1:]
    words = [word for word, _ in tokens]
    options = 0 if words[:1] != ["("] or words[1:2] == [] or words[1] not in _OPTIONS else words.index(")") + 1
    if words[:1] == [] or {words[0], *words[:options]} & set(_RUNNING):
        raise CannotRun(f"query: EXPLAIN ANALYZE runs what it explains, and EXPLAIN does not; {ALLOWED}")
    return sql.encode()[tokens[options][1] :].decode() if options < len(tokens) else ""


def _tokens(sql: str) -> list[tuple[str, int]]:
    """Return the words of a statement, lower case and unquoted, comments left out, each with its first byte."""
    text, tokens = sql.encode(), duckdb.tokenize(sql)
    ends = [*(start for start, _ in tokens[1:]), len(text)]
    return [
        (text[start:end].decode().strip().strip('"').lower(), start)
        for (start, kind), end in zip(tokens, ends, strict=True)
        if kind != duckdb.token_type.comment
    ]
