"""Find the internal addresses that reach outsiders in tables of the MTA, and remember the answers."""

import re
import time
from collections.abc import Callable, Collection, Mapping, Sequence

from holdback.mta.interface import MtaError

LookUp = Callable[[str, Sequence[str]], Collection[str]]
"""`Mta.look_up`."""

_LIFETIME = 60.0
"""Seconds for which an answer is valid."""
_PAUSE = 10.0
"""Seconds after a failure in which no table is asked: each attempt may take until its timeout."""
_MOST = 100_000
"""Answers remembered."""
_UNASKABLE = re.compile(r"[\0-\x1f\x7f\ud800-\udfff]")
"""Control characters, of which a line break would begin another key, and bytes that are no text."""


class Expansion:
    """The addresses in some tables. Called with addresses, it returns those that expand to outsiders.

    Addresses that cannot be looked up are among them: mail to them is inspected.
    """

    def __init__(
        self,
        tables: Sequence[str],
        look_up: LookUp,
        on_error: Callable[[Exception], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`tables`: as `hash:/etc/aliases-external`; `on_error` is called once for each failure."""
        self._tables = tables
        self._look_up = look_up
        self._on_error = on_error
        self._clock = clock
        self._known: dict[str, tuple[float, bool]] = {}
        """Address → until when the answer is valid, and the answer."""
        self._paused_until = 0.0

    def __call__(self, addresses: Collection[str]) -> Collection[str]:
        """Return those of the `addresses` (keys) that expand to outsiders."""
        now = self._clock()
        known = {key: self._known.get(key, (0.0, False)) for key in addresses}
        answers = {key: expands for key, (until, expands) in known.items() if until > now}
        answers |= self._ask([key for key in known if key not in answers], now)
        return {key for key, expands in answers.items() if expands}

    def _ask(self, keys: Sequence[str], now: float) -> Mapping[str, bool]:
        """Return the answers to keys that are not known, and remember them."""
        if not keys:
            return {}
        if now < self._paused_until:
            return dict.fromkeys(keys, True)
        try:
            answers = self._answers(keys)
        except MtaError as error:
            self._paused_until = self._clock() + _PAUSE
            self._on_error(error)
            return dict.fromkeys(keys, True)
        if len(self._known) + len(answers) > _MOST:
            self._known.clear()
        self._known |= {key: (now + _LIFETIME, expands) for key, expands in answers.items()}
        return answers

    def _answers(self, keys: Sequence[str]) -> dict[str, bool]:
        """A table has the whole address, as virtual(5), or the local part, as aliases(5)."""
        spellings = {key: {key, key.rpartition("@")[0]} for key in keys if not _UNASKABLE.search(key)}
        asked = sorted(set().union(*spellings.values()) - {""})
        found = {entry for table in self._tables for entry in self._look_up(table, asked)} if asked else set()
        return {key: key not in spellings or not found.isdisjoint(spellings[key]) for key in keys}
