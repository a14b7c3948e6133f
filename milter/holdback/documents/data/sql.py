"""Extract the rows of INSERT and COPY statements in SQL dumps, one table for each database table.

Strings may use standard or MySQL escapes; functions, numbers and names are kept as written.
"""

import re
from collections.abc import Iterator

from holdback.documents.budget import Budget
from holdback.documents.data.record_tables import RecordTables
from holdback.documents.document import Table

_PART = r"(?:[`\"\[][^`\"\[\]\n]{1,128}[`\"\]]|[\w$#@]{1,128})"
_NAME = rf"({_PART}(?:\.{_PART}){{0,3}})"
_NAMES = r"\s*+(\([^()]{0,16384}+\))?"

_INSERT = re.compile(
    rf"\b(?:(?:(?:INSERT|REPLACE)\s++)?INTO|INSERT)\s++{_NAME}{_NAMES}\s*+(?:OVERRIDING\s+\w+\s+VALUE\s+)?VALUES?\s*+\(",
    re.I,
)
_COPY = re.compile(rf"^COPY\s++{_NAME}{_NAMES}\s*+\bFROM\s+stdin\b([^;\n]*);\n", re.I | re.M)
_CREATE = re.compile(rf"\bTABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?{_NAME}\s*+\(", re.I)
_DEFINED = re.compile(rf"\s*+(?:({_PART})|'[^']*'|(.))", re.S)
_CONSTRAINTS = "constraint primary unique key index foreign check fulltext spatial exclude like"
_NOT_COLUMNS = frozenset(_CONSTRAINTS.split())

_COMMENT = r"(?:\s++|--[^\n]{0,256}+\n|/\*(?:[^*]|\*(?!/)){0,256}+\*/){0,8}+"
_NEXT_ROW = re.compile(rf"{_COMMENT},{_COMMENT}\(")
_AFTER_ROW = re.compile(
    r"\s*+(?:[,;]|\Z|--|/\*|(?:INTO|INSERT|SELECT|ON|RETURNING|AS|GO|REPLACE)\b)|[ \t]*+\n", re.I
)
"""Text after a row in a statement; prose that quotes a row continues differently."""
_STANDARD = r"'((?:[^']++|'')*+)'"
_ESCAPING = r"'((?:[^'\\]++|''|\\.)*+)'"
_BARE = r"[^\s'\"(),;`$\[][^'\"(),;`$\[]*+"
_END = r"\s*+([,)])"
_VALUE = {
    escapes: re.compile(rf"\s*+(?:(?:N|E|_\w{{1,20}}\s?)?{string}|({_BARE})){_END}", re.I | re.S)
    for escapes, string in ((False, _STANDARD), (True, _ESCAPING))
}
"""The common values: a string, a number or NULL."""
_TOKEN = {
    escapes: re.compile(
        rf"(?P<quoted>{string})|[(),]|\"[^\"]*\""
        r"|(?P<own>\$\w{0,30}\$|q'[\[({<!|#~])|[^'\"(),;$q]++|[$q]",
        re.I | re.S,
    )
    for escapes, string in ((False, _STANDARD), (True, _ESCAPING))
}
_CLOSING = {"[": "]", "(": ")", "{": "}", "<": ">"}
_LONGEST_LITERAL = 4 * 1024
"""Longest literal with custom quotes (PostgreSQL, Oracle), in characters."""
_TOKENS = 64
"""Tokens of one expression, at most."""

_ESCAPE = re.compile(r"\\(.)|''", re.S)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "0": "", "Z": "", "b": ""}
_MYSQL = re.compile(r"`|\\'\w|\bE'")
_BEAT = 1_000
"""Rows between two heartbeats."""


def extract_copies(text: str, budget: Budget) -> Iterator[str | Table]:
    """Yield the text without the rows of PostgreSQL's COPY, and these as tables."""
    records = RecordTables()
    created = _created(text)
    end = 0
    while copy := _COPY.search(text, end):
        csv = "csv" in copy[3].lower()
        yield text[end : copy.end() if csv else copy.start()]
        end = copy.end()
        if csv:
            continue
        closing = text.find("\n\\.", end - 1)
        lines = text[end:closing] if closing >= 0 else text[end:]
        header = _columns(copy[2], copy[1], created)
        for number, line in enumerate(filter(None, lines.split("\n"))):
            if number % _BEAT == 0:
                budget.beat()
            records.add_row(_where(copy[1]), [_copied(cell) for cell in line.split("\t")], header)
        end = closing + 3 if closing >= 0 else len(text)
    yield text[end:]
    yield from records.tables(budget)


def _copied(cell: str) -> str:
    if "\\" not in cell:
        return cell
    return "" if cell == "\\N" else _ESCAPE.sub(_resolved, cell)


def extract_inserts(text: str, budget: Budget) -> Iterator[str | Table]:
    """Yield the text without the rows of INSERT statements, and these as tables."""
    records = RecordTables()
    created = _created(text)
    escapes = bool(_MYSQL.search(text))
    end = at = 0
    while insert := _INSERT.search(text, at):
        where, header = _where(insert[1]), _columns(insert[2], insert[1], created)
        yield text[end : insert.start()]
        end, at = insert.start(), insert.end()
        while True:
            cells, at, complete = _row(text, at, escapes)
            if not complete or not _AFTER_ROW.match(text, at):
                break
            records.add_row(where, cells, header)
            end = at
            if records.added % _BEAT == 0:
                budget.beat()
            following = _NEXT_ROW.match(text, at)
            if not following:
                break
            at = following.end()
            if "@" in following[0]:
                yield following[0]
    yield text[end:]
    yield from records.tables(budget)


def _row(text: str, at: int, escapes: bool) -> tuple[list[str], int, bool]:
    """Parse the row at `at`; return its cells, the index after them, and True if the row ended there."""
    cells: list[str] = []
    value = _VALUE[escapes]
    last = ""
    while last != ")":
        if found := value.match(text, at):
            cells.append(_literal(found))
            at, last = found.end(), found[3]
            continue
        expression, at, last = _expression(text, at, escapes)
        cells.append(expression)
        if not last:
            return cells, at, False
    return cells, at, True


def _literal(found: re.Match[str]) -> str:
    if found[1] is None:
        bare = found[2].rstrip()
        return "" if bare in ("NULL", "null") else bare
    return _unquoted(found[1])


def _unquoted(string: str) -> str:
    return _ESCAPE.sub(_resolved, string) if "\\" in string or "'" in string else string


def _resolved(match: re.Match[str]) -> str:
    return _ESCAPED.get(match[1], match[1]) if match[1] else "'"


def _expression(text: str, at: int, escapes: bool) -> tuple[str, int, str]:
    """Parse an expression; return its text, the index after its end, and the end character, "" if none."""
    parts: list[str] = []
    depth = 0
    for _ in range(_TOKENS):
        token = _TOKEN[escapes].match(text, at)
        if not token:
            break
        at = token.end()
        sign = token[0]
        if sign in ",)" and not depth:
            return "".join(parts).strip(), at, sign
        depth += (sign == "(") - (sign == ")")
        if token.lastgroup == "own":
            literal, at = _own_quotes(text, token)
            parts.append(literal)
        else:
            parts.append(_unquoted(token[2]) if token[2] is not None else sign)
    return "", at, ""


def _own_quotes(text: str, opening: re.Match[str]) -> tuple[str, int]:
    """Parse a literal with custom quotes; return it and the index after it."""
    sign = opening[0]
    closing = sign if sign.startswith("$") else _CLOSING.get(sign[-1], sign[-1]) + "'"
    start = opening.end()
    end = text.find(closing, start, start + _LONGEST_LITERAL)
    return (text[start:end], end + len(closing)) if end >= 0 else (sign, start)


def _where(name: str) -> str:
    return f"table {_plain(name)}"


def _plain(name: str) -> str:
    """Return the last component of a name, without quotes."""
    return re.split(r"\.", name)[-1].strip('`"[] ')


def _columns(names: str | None, table: str, created: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    if not names:
        return created.get(_plain(table).lower(), ())
    return tuple(name.strip('`"[] \t\n') for name in names[1:-1].split(","))


def _created(text: str) -> dict[str, tuple[str, ...]]:
    """Return the columns of CREATE TABLE statements by lower-case table name."""
    created: dict[str, tuple[str, ...]] = {}
    at = 0
    while found := _CREATE.search(text, at):
        names, at = _defined(text, found.end())
        created[_plain(found[1]).lower()] = names
    return created


def _defined(text: str, at: int) -> tuple[tuple[str, ...], int]:
    """Parse the column definitions at `at`; return the column names and the index after them."""
    names: list[str] = []
    depth, begins = 1, True
    while depth and (token := _DEFINED.match(text, at)) and token[2] != ";":
        at = token.end()
        depth += (token[2] == "(") - (token[2] == ")")
        if begins and token[1] and token[1].lower() not in _NOT_COLUMNS:
            names.append(_plain(token[1]))
        begins = depth == 1 and token[2] == ","
    return tuple(names), at
