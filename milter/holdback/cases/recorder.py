"""The milter's side of the record: a hold is written down before the MTA gets its reply, or held without.

Nothing here keeps a message from being held, and nothing here keeps it waiting: the database if it answers,
else the journal, else nowhere, and then the message is found in the hold queue as an orphan.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Self

from sqlalchemy import Connection

from holdback.cases.assignment import decision_before, file_copy, file_hold, open_campaign
from holdback.cases.casebook import Casebook
from holdback.cases.database import MILTER_TIMEOUT, Database
from holdback.cases.fingerprints import case_id
from holdback.cases.journal import Entry, Journal
from holdback.cases.recent_campaigns import RecentCampaigns
from holdback.cases.values import Campaign, Decision, Fingerprints, NewHold, Receipt, RecordUnavailable

Transaction = Callable[[], AbstractContextManager[Connection]]

REST = 10.0
"""Seconds that a database that did not answer is left alone, lest every message waits for it in turn."""


class Recorder:
    """What the milter needs of the record. Safe from any thread."""

    def __init__(self, database: Database, journal: Journal, key: bytes, window: float) -> None:
        self._database = database
        self._journal = journal
        self._key = key
        self._window = window
        self._recent = RecentCampaigns()
        self._rest_until = 0.0
        self.book = Casebook(database)
        """The operator's side, on the same database."""

    @classmethod
    def open(cls, url: str, state_dir: Path, key: bytes, window: float = 86_400) -> Self:
        """The record in the database `url`, with its journal in `state_dir`. Nothing is opened yet.

        `window`: seconds for which a decision decides later copies, too.
        """
        return cls(Database(url, MILTER_TIMEOUT), Journal(state_dir), key, window)

    def close(self) -> None:
        self._journal.close()
        self._database.close()

    def hold(self, new: NewHold) -> Receipt:
        """Writes down a hold. Never raises on trouble with database or disk; see `Receipt.kept`."""
        told = self._recent.find(new.fingerprints).case_id
        try:
            with self._unless_resting(self._database.writing) as connection:
                case, copy = file_hold(connection, new, self._key, new.arrived - self._window, wanted=told)
        except RecordUnavailable:
            return self._journalled(new)
        self._recent.remember(new.fingerprints, Campaign(case, copy))
        return Receipt(case, copy, "database")

    def hold_copy(self, new: NewHold, nonce: str) -> Receipt | None:
        """Writes down our own blinded copy of the hold `new.replaces` and spends its token; both or neither.

        None: the token was never given out or is spent; judge the message like any other. `kept ==
        "nowhere"`: the database does not answer, the token is not spent, the original still waits.
        """
        try:
            with self._unless_resting(self._database.writing) as connection:
                case = file_copy(connection, new, nonce)
        except RecordUnavailable:
            return Receipt("", 0, "nowhere")
        return Receipt(case, 0, "database") if case else None

    def decided(self, fingerprints: Fingerprints, since: float) -> Decision | None:
        """What was decided, since then (unix time), about a message like this; None on trouble.

        Exactly like this, for a release; with the same content, for a drop; of the same mailing, for both.
        """
        try:
            with self._unless_resting(self._database.reading) as connection:
                return decision_before(connection, fingerprints, since)
        except RecordUnavailable:
            return None

    def campaign(self, fingerprints: Fingerprints, since: float = 0.0) -> Campaign:
        """The open case with copies of this message, and how many: a tool that sends too many should stop.

        A mailing counts if a message of it arrived since then (unix time).
        """
        try:
            with self._unless_resting(self._database.reading) as connection:
                return open_campaign(connection, fingerprints, since)
        except RecordUnavailable:
            return self._recent.find(fingerprints)

    def import_journal(self) -> int:
        """Moves the journal into the database; number of holds moved. Raises RecordUnavailable or OSError."""
        imported = self._journal.import_into(self._file_all)
        with self._database.reading():
            self._rest_until = 0.0
        return imported

    def _file_all(self, entries: list[Entry]) -> None:
        with self._database.writing() as connection:
            for entry in entries:
                since = entry.new.arrived - self._window
                file_hold(connection, entry.new, self._key, since, wanted=entry.case_id)

    def _journalled(self, new: NewHold) -> Receipt:
        known = self._recent.find(new.fingerprints)
        case = known.case_id or case_id(self._key, new.host, new.queue_id, new.arrived)
        copy = known.copies + 1
        self._recent.remember(new.fingerprints, Campaign(case, copy))
        try:
            self._journal.append(Entry(case, new))
        except OSError:
            return Receipt(case, copy, "nowhere")
        return Receipt(case, copy, "journal")

    @contextmanager
    def _unless_resting(self, begin: Transaction) -> Iterator[Connection]:
        if time.monotonic() < self._rest_until:
            raise RecordUnavailable("it did not answer a moment ago")
        try:
            with begin() as connection:
                yield connection
        except RecordUnavailable:
            self._rest_until = time.monotonic() + REST
            raise
