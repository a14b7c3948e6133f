"""`holdback show --message` and `--part`: print or save what is in a held message."""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from rich.text import Text as Line

from holdback.cases.casebook import Casebook
from holdback.cases.host_id import read_identity
from holdback.cases.model import WAITING, CaseFile, Hold, Look
from holdback.cli.console import console, is_terminal
from holdback.cli.new_file import new_file
from holdback.cli.opening import find_case, open_casebook
from holdback.cli.operator import operator, require, serves_operator
from holdback.cli.settings import load_config
from holdback.config import Config, policy_of, reader_of
from holdback.custody.held_mail import read_held
from holdback.documents import Budget, Document, NoReader, OutOfTime, Table, open_parts
from holdback.exits import Exit, Failure
from holdback.mail import Address, Message, Part, read
from holdback.mta.choice import choose
from holdback.mta.interface import MtaError
from holdback.operators.role import Role
from holdback.phrases import count_of, printable
from holdback.reader import Readers

_ADDRESSES = 20
"""Addresses that are printed of a header field; more are only counted."""
_LINES = 60
"""Lines of a part that are printed with the whole message; `--part` prints all."""
_LONGEST_LINE = 2_000


@dataclass(frozen=True, slots=True)
class Content:
    """What an operator wants to see."""

    part: str = ""
    """Number of the only part; empty for the message."""
    raw: bool = False
    """True for the source of the message."""
    save: Path | None = None
    """File to write to."""

    def __str__(self) -> str:
        """As it is recorded."""
        return f"part {self.part}" if self.part else "source" if self.raw or self.save else "message"


def run(path: Path, typed: str, content: Content, reason: str) -> int:
    """Print or save the content of a held message; the look is recorded before. Raises Failure."""
    require(Role.REVIEWER, "reading held mail")
    config = load_config(path)
    with open_casebook(config) as book:
        hold, raw = _read(config, book, typed)
        message = read(raw, policy_of(config).limits)
        parts = _parts(message, content.part)
        look = Look(hold.case_id, hold.id, str(content), operator().name, reason, time.time())
        book.record_look(look)
    if content.save:
        _save(content.save, parts[0].content if content.part else raw)
    elif content.raw:
        _print_source(raw)
    else:
        _print(hold, message, parts, _opened(config, parts, len(raw)), content)
    return Exit.OK


def _read(config: Config, book: Casebook, typed: str) -> tuple[Hold, bytes]:
    """The held message that was named, of a case its first one on this host. Raises Failure."""
    file = book.show(find_case(book, typed, suggest=True))
    hold = _hold(file, typed, config)
    try:
        return hold, read_held(choose(config.mta), config.state_dir, hold)
    except MtaError as error:
        raise Failure(Exit.UNAVAILABLE, f"{hold.queue_id}: {error}") from None


def _hold(file: CaseFile, typed: str, config: Config) -> Hold:
    waiting = [hold for hold in file.holds if hold.state in WAITING and hold.replaces is None]
    named = [hold for hold in waiting if hold.queue_id == typed] or waiting
    me = read_identity(config.state_dir)
    for hold in named:
        if me.owns(hold):
            return hold
    if named:
        hosts = ", ".join(sorted({printable(hold.host, 60) for hold in named}))
        raise Failure(Exit.NO_INPUT, f"{file.case.id}: its mail is held on {hosts}; read it there")
    raise Failure(Exit.NO_INPUT, f"{file.case.id}: none of its mail is held any more")


def _parts(message: Message, number: str) -> Sequence[Part]:
    """The part with this number, or all parts. Raises Failure."""
    if not number:
        return message.parts
    found = [part for part in message.parts if part.path == number]
    if not found:
        numbers = ", ".join(printable(part.path, 20) for part in message.parts[:_ADDRESSES])
        raise Failure(Exit.NO_INPUT, f"no part {printable(number, 20)}; there are {numbers or 'none'}")
    return found[:1]


def _opened(config: Config, parts: Sequence[Part], size: int) -> tuple[Document, ...]:
    """What the parts contain, as the milter reads them: documents in the confined reader. Raises Failure."""
    ends = time.monotonic() + config.milter.inspect_timeout
    budget = Budget(policy_of(config).limits, lambda: time.monotonic() < ends, size)
    with closing(Readers(reader_of(config))) as readers:
        try:
            return open_parts(tuple(parts), budget, readers.open)
        except OutOfTime:
            late = "not read within milter.inspect_timeout; --raw prints the source"
            raise Failure(Exit.TEMPORARY, late) from None
        except NoReader:
            text = "no confined reader can read it now; see holdback doctor"
            raise Failure(Exit.UNAVAILABLE, text) from None


def _save(path: Path, content: bytes) -> None:
    """Write a new file; in the service it is the client's, and is standard output."""
    if serves_operator():
        _write(sys.stdout.fileno(), content)
        return
    with new_file(path) as descriptor:
        _write(descriptor, content)


def _write(descriptor: int, content: bytes) -> None:
    with open(descriptor, "wb", closefd=False) as file:
        file.write(content)


def _print_source(raw: bytes) -> None:
    """Print the source as it is for other programs, and harmless for a terminal."""
    if not is_terminal():
        sys.stdout.flush()
        sys.stdout.buffer.write(raw)
        return
    for line in raw.decode(errors="replace").split("\n"):
        print(printable(line.expandtabs(), _LONGEST_LINE))


def _print(
    hold: Hold, message: Message, parts: Sequence[Part], documents: Sequence[Document], content: Content
) -> None:
    out = console()
    if not content.part:
        for name, text in (
            ("From", _addresses(message.authors)),
            (" and ".join(message.visible_in) or "To", _addresses(message.visible)),
            ("Subject", printable(message.subject, _LONGEST_LINE)),
        ):
            print(f"{name}: {text or '(none)'}")
    sizes = {part.path: len(part.content) for part in parts}
    for document in documents:
        size = sizes.get(document.path)
        title = printable(document.where, 500) + ("" if size is None else f" ({count_of(size, 'byte')})")
        out.print(Line(f"\n{title}", style="bold"), soft_wrap=True)
        _print_document(document, hold, None if content.part else _LINES)


def _addresses(addresses: Sequence[Address]) -> str:
    names = ", ".join(printable(address.written, 100) for address in addresses[:_ADDRESSES])
    more = len(addresses) - _ADDRESSES
    return f"{names} and {more:,} more" if more > 0 else names


def _print_document(document: Document, hold: Hold, limit: int | None) -> None:
    """Print its lines, up to `limit`, and why the rest cannot be read."""
    lines = _lines(document)
    for line in islice(lines, limit):
        print(printable(line.expandtabs(), _LONGEST_LINE))
    if next(lines, None) is not None:
        part = document.path.partition("!")[0]
        print(f"… all of it: holdback show {hold.queue_id} --part {part}")
    for why in document.unreadable:
        print(f"(not read: {str(why).replace('_', ' ')})")


def _lines(document: Document) -> Iterator[str]:
    for text in document.texts:
        yield from text.text.splitlines()
    for table in document.tables:
        yield from _rows(table)


def _rows(table: Table) -> Iterator[str]:
    if table.where:
        yield f"{table.where}:"
    yield from map(" | ".join, filter(None, (table.header, *table.rows)))
