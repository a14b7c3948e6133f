"""Records holds for the milter, before the MTA gets its reply: in the database, else in the journal.

No error here prevents a hold or delays the reply for long. If neither can be written, the message is held
without a record, and is found in the hold queue as an orphan.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Self

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, IntegrityError

from holdback.cases.aliases import record_alias
from holdback.cases.assignment import decision_before, file_copy, file_hold, open_campaign
from holdback.cases.casebook import Casebook
from holdback.cases.database import MILTER_TIMEOUT, Database, clock_offset
from holdback.cases.fingerprints import case_id
from holdback.cases.journal import Entry, Journal
from holdback.cases.model import Campaign, Decision, Fingerprints, NewHold, Receipt, RecordUnavailable
from holdback.cases.recent_campaigns import RecentCampaigns

OnRefused = Callable[[Exception], object]
Transaction = Callable[[], AbstractContextManager[Connection]]

_RETRY_AFTER = 10.0
"""Seconds without a new attempt after the database did not answer: else every message would wait for it."""


class Recorder:
    """The record as the milter uses it. Thread-safe."""

    def __init__(self, database: Database, journal: Journal, key: bytes, window: float) -> None:
        self._database = database
        self._journal = journal
        self._key = key
        self._window = window
        self._recent = RecentCampaigns()
        self._retry_at = 0.0
        self._trouble = ""
        self._journaling = threading.Lock()
        self.book = Casebook(database)
        """The same database, as operators use it."""

    @classmethod
    def open(
        cls,
        url: str,
        state_dir: Path,
        key: bytes,
        window: float = 86_400,
        timeout: float = MILTER_TIMEOUT,
    ) -> Self:
        """A recorder on the database `url`, with the journal in `state_dir`; both are opened on first use.

        `window`: seconds for which a decision applies to later copies.
        """
        return cls(Database(url, timeout), Journal(state_dir), key, window)

    def close(self) -> None:
        self._journal.close()
        self._database.close()

    def hold(self, new: NewHold, most: int | None = None) -> Receipt:
        """Records a hold, unless `most` copies of its campaign are held.

        Errors of database and disk are not raised; see `Receipt.kept`. Without the database only the copies
        are counted that this host has held, and those that this process knew of before.
        """
        recent = self._recent.find(new.fingerprints).case_id
        try:
            with self._if_available(self._database.writing) as connection:
                if most is not None:
                    since = new.arrived - self._window + clock_offset(connection)
                    campaign = open_campaign(connection, new.fingerprints, since)
                    if campaign.copies >= most:
                        return Receipt(campaign.case_id, campaign.copies, "enough")
                case, copy = self._file_one(connection, new, recent)
        except RecordUnavailable as error:
            with self._journaling:
                return self._append_to_journal(new, error.reason, most)
        self._recent.remember(new.fingerprints, Campaign(case, copy))
        return Receipt(case, copy, "database")

    def hold_copy(self, new: NewHold, nonce: str) -> Receipt | None:
        """Records our own blinded copy of the hold `new.replaces` and invalidates its token, both or neither.

        None if the token is not valid: inspect the message like any other. `kept == "nowhere"` if the
        database does not answer: the token stays valid, and the original waits.
        """
        try:
            with self._if_available(self._database.writing) as connection:
                case = file_copy(connection, new, nonce)
        except RecordUnavailable as error:
            return Receipt("", 0, "nowhere", error.reason)
        return Receipt(case, 0, "database") if case else None

    def decided(self, fingerprints: Fingerprints, since: float) -> Decision | None:
        """The decision since then (own clock) that applies to this message; None if the database fails.

        A release applies to exact copies for the same recipients, a drop to the same content for everybody;
        both apply to the same mailing.
        """
        try:
            with self._if_available(self._database.reading) as connection:
                return decision_before(connection, fingerprints, since + clock_offset(connection))
        except RecordUnavailable:
            return None

    def campaign(self, fingerprints: Fingerprints, since: float = 0.0) -> Campaign:
        """The open case with copies of this message, and their number.

        The case of its mailing, too, if a message of the mailing arrived since then (unix time).
        """
        try:
            with self._if_available(self._database.reading) as connection:
                return open_campaign(connection, fingerprints, since + clock_offset(connection))
        except RecordUnavailable:
            with self._journaling:
                return self._find_recent(fingerprints)

    def import_journal(self, on_refused: OnRefused = lambda _error: None) -> int:
        """Imports the journal; returns the number of holds imported. Raises RecordUnavailable or OSError.

        `on_refused` is called for each entry that the database refuses for what it contains: the entry is
        kept in a file, and the others are imported.
        """
        imported = self._journal.import_into(partial(self._file_all, on_refused))
        with self._database.reading():
            self._retry_at = 0.0
        return imported

    def in_journal(self) -> frozenset[tuple[str, str]]:
        """Host and queue id of the holds in the journal."""
        return frozenset((entry.new.host, entry.new.queue_id) for entry in self._journal.entries())

    def _file_all(self, on_refused: OnRefused, entries: list[Entry]) -> list[Entry]:
        """Files the entries in one transaction; if it is refused, each in its own. Returns those refused."""
        try:
            self._file(entries)
        except Exception as error:
            if not _is_refusal(error):
                raise
            if len(entries) > 1:
                return [refused for entry in entries for refused in self._file_all(on_refused, [entry])]
            on_refused(error)
            return entries
        return []

    def _file(self, entries: list[Entry]) -> None:
        with self._database.writing() as connection:
            for entry in entries:
                case, _ = self._file_one(connection, entry.new, entry.case_id)
                record_alias(connection, entry.case_id, case)

    def _file_one(self, connection: Connection, new: NewHold, wanted: str) -> tuple[str, int]:
        offset = clock_offset(connection)
        return file_hold(connection, new, self._key, new.arrived - self._window + offset, wanted, offset)

    def _find_recent(self, fingerprints: Fingerprints) -> Campaign:
        """The campaign as far as this host knows it: with the copies in the journals of its processes."""
        for entry in self._journal.new_entries_of_others():
            known = self._recent.find(entry.new.fingerprints)
            case = known.case_id or entry.case_id
            self._recent.remember(entry.new.fingerprints, Campaign(case, known.copies + 1))
        return self._recent.find(fingerprints)

    def _append_to_journal(self, new: NewHold, why: str, most: int | None) -> Receipt:
        known = self._find_recent(new.fingerprints)
        if most is not None and known.copies >= most:
            return Receipt(known.case_id, known.copies, "enough")
        case = known.case_id or case_id(self._key, new.host, new.queue_id, new.arrived)
        copy = known.copies + 1
        self._recent.remember(new.fingerprints, Campaign(case, copy))
        try:
            self._journal.append(Entry(case, new))
        except OSError as error:
            return Receipt(case, copy, "nowhere", f"{why}; journal: {error.strerror}")
        return Receipt(case, copy, "journal", why)

    @contextmanager
    def _if_available(self, begin: Transaction) -> Iterator[Connection]:
        if time.monotonic() < self._retry_at:
            raise RecordUnavailable(self._trouble)
        try:
            with begin() as connection:
                yield connection
        except RecordUnavailable as error:
            self._trouble = error.reason
            self._retry_at = time.monotonic() + _RETRY_AFTER
            raise


def _is_refusal(error: Exception) -> bool:
    """True if the entry is the reason, and not the state of the database or the disk."""
    if isinstance(error, RecordUnavailable):
        return isinstance(error.__cause__, (DataError, IntegrityError, UnicodeError))
    return isinstance(error, (ValueError, TypeError, ArithmeticError, LookupError))
