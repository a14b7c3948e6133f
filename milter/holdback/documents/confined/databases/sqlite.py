"""SQLite database files: the rows of every table, also of damaged files.

Views, triggers and virtual tables are never run; views only show rows of tables.
Not read: binary cells, deleted rows, and the `-wal` file.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing

from holdback.documents.budget import Budget, OutOfTime
from holdback.documents.document import Piece, Text, Unread, Unreadable
from holdback.documents.grid import grid
from holdback.mail import Part

_STEPS = 100_000
"""Instructions of SQLite's virtual machine between two heartbeats."""
_MOST_TABLES = 10_000

_LIMITS = {
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 2,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 100,
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 16,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 100,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 100_000,
}
"""Limits well above the needs of plain rows; generated columns may contain hostile expressions."""
_LEAST_LENGTH = 1024 * 1024

_SETTINGS = "trusted_schema = OFF", "temp_store = MEMORY", "cell_size_check = ON", "writable_schema = ON"
"""PRAGMAs. `writable_schema` lets SQLite read on after damage in the schema; it only changes our copy."""
_SCHEMA = "SELECT CAST(name AS TEXT), CAST(sql AS TEXT) FROM sqlite_schema WHERE sql <> ''"
_ERRORS = (sqlite3.Error, UnicodeError)
"""Errors of damaged files; for names that are not UTF-8 Python raises UnicodeError."""
_ALLOWED = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION)
_COLUMNS = "table_xinfo"
_COMPUTED = 2
"""Value of `hidden` in `table_xinfo` for a generated column that is not stored."""
_MOST_COMPUTED = 16
"""Generated columns read of one table: a hostile file may have thousands that give a megabyte each."""
_WAL = slice(18, 20)
_PAGES = slice(28, 32)
"""Fields of the file header (SQLite file format, 1.3): versions, 2 for WAL; size in pages, 0 if unknown."""


def open_sqlite(part: Part, budget: Budget) -> Iterator[Piece]:
    """The schema as text, then each table with its column names (`table orders`)."""
    with closing(_database(part.content, budget)) as database:
        try:
            schema = database.execute(_SCHEMA).fetchall()
        except _ERRORS:
            budget.beat()
            raise Unread(Unreadable.BROKEN) from None
        if schema:
            yield Text("\n".join(sql for _, sql in schema), "schema")
        tables = [name for name, sql in schema if sql[:13].upper() == "CREATE TABLE "]
        for name in tables[:_MOST_TABLES]:
            yield from _table(database, name, budget)
    if len(tables) > _MOST_TABLES:
        yield Unreadable.OVER_LIMIT
    if _is_cut(part.content):
        yield Unreadable.BROKEN


def _database(content: bytes, budget: Budget) -> sqlite3.Connection:
    """A read-only connection to the file in memory, with WAL switched off and a wrong size ignored."""
    if content[_WAL] != b"\1\1" or _is_cut(content):
        content = content[:18] + b"\1\1" + content[20:28] + bytes(4) + content[32:]
    database = sqlite3.connect(":memory:", isolation_level=None, cached_statements=0)
    try:
        database.deserialize(content)
    except sqlite3.Error:
        database.close()
        raise Unread(Unreadable.BROKEN) from None
    for limit, value in _LIMITS.items():
        database.setlimit(limit, value)
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, max(_LEAST_LENGTH, len(content)))
    database.text_factory = _text
    for setting in _SETTINGS:
        database.execute(f"PRAGMA {setting}")
    database.set_authorizer(_permit)
    database.set_progress_handler(lambda: _is_late(budget), _STEPS)
    return database


def _permit(action: int, one: str | None, two: str | None, schema: str | None, view: str | None) -> int:
    allowed = (action in _ALLOWED and view is None) or (action == sqlite3.SQLITE_PRAGMA and one == _COLUMNS)
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _is_late(budget: Budget) -> bool:
    try:
        budget.beat()
    except OutOfTime:
        return True
    return False


def _table(database: sqlite3.Connection, name: str, budget: Budget) -> Iterator[Piece]:
    """The rows in order; if damage ends them, also the rows after it, read backwards from the last one."""
    for order in ("", " ORDER BY rowid DESC"):
        budget.beat()
        ended: list[Unreadable] = []
        try:
            columns, complete = _columns(database, name)
            cursor = database.execute(f"SELECT {columns} FROM {_quoted(name)}{order}")
        except _ERRORS:
            yield Unreadable.BROKEN
            return
        header = [column[0] for column in cursor.description]
        yield from grid(_rows(cursor, budget, ended), budget, f"table {name}", header)
        budget.beat()
        yield from ended
        if not complete:
            yield Unreadable.OVER_LIMIT
        if ended != [Unreadable.BROKEN]:
            return


def _columns(database: sqlite3.Connection, name: str) -> tuple[str, bool]:
    """The columns of a table as SQL, and whether they are all: only some generated ones are read."""
    columns = database.execute(f"PRAGMA {_COLUMNS}({_quoted(name)})").fetchall()
    computed = [column[1] for column in columns if column[6] == _COMPUTED]
    if len(computed) <= _MOST_COMPUTED:
        return "*", True
    left_out = set(computed[_MOST_COMPUTED:])
    return ", ".join(_quoted(column[1]) for column in columns if column[1] not in left_out), False


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _rows(cursor: sqlite3.Cursor, budget: Budget, ended: list[Unreadable]) -> Iterator[Sequence[str]]:
    """The rows until damage or the budget ends them; the reason is added to `ended`.

    Rows are charged to the budget: a hostile file may make many large ones out of few bytes.
    """
    try:
        for row in cursor:
            cells = [cell if type(cell) is str else _cell(cell) for cell in row]
            size = sum(map(len, cells))
            if budget.take(size) < size:
                ended.append(Unreadable.OVER_LIMIT)
                return
            yield cells
    except _ERRORS:
        ended.append(Unreadable.BROKEN)


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bytes():
            text = _text(value)
            return "" if "\0" in text or "\ufffd" in text else text
        case float() if value.is_integer():
            return f"{value:.0f}"
    return str(value)


def _text(stored: bytes) -> str:
    return stored.decode("utf-8", "replace")


def _is_cut(content: bytes) -> bool:
    """True if the file is shorter than its header says; ignored if the header's counters differ."""
    size = int.from_bytes(content[16:18], "big")
    pages = int.from_bytes(content[_PAGES], "big")
    return content[24:28] == content[92:96] and pages * (65536 if size == 1 else size) > len(content)
