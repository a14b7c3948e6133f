"""State that all sessions share: the current setup, and the number of messages in inspection."""

import threading

from holdback.daemon.setup import Setup


class Service:
    """Admits messages until `drain`, and counts those without a reply."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        """The setup for messages that begin from now on. A reload replaces it."""
        self._draining = False
        self._inside = 0
        self._changed = threading.Condition()

    def enter(self) -> bool:
        """Admit a message; return False if the process is stopping and the client must try again later."""
        with self._changed:
            if not self._draining:
                self._inside += 1
            return not self._draining

    def leave(self) -> None:
        """Count a message as answered."""
        with self._changed:
            self._inside -= 1
            self._changed.notify_all()

    def drain(self) -> None:
        """Admit no more messages."""
        with self._changed:
            self._draining = True

    def wait_idle(self, seconds: float) -> bool:
        """Wait until every admitted message is answered; return False if that takes more than `seconds`."""
        with self._changed:
            return self._changed.wait_for(lambda: self._inside == 0, seconds)
