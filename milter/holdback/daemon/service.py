"""What all sessions of the process share: the current setup, and the number of messages being answered."""

import threading

from holdback.daemon.setup import Setup


class Service:
    """Admits messages until it drains; counts those that have no answer yet."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        """For messages that begin from now on; one reference, swapped as a whole on reload."""
        self._draining = False
        self._inside = 0
        self._changed = threading.Condition()

    def enter(self) -> bool:
        """Admit a message; False if it must come again later because the process is stopping."""
        with self._changed:
            if not self._draining:
                self._inside += 1
            return not self._draining

    def leave(self) -> None:
        """Count a message out that has its answer."""
        with self._changed:
            self._inside -= 1
            self._changed.notify_all()

    def drain(self) -> None:
        """Admit no more messages."""
        with self._changed:
            self._draining = True

    def wait_idle(self, seconds: float) -> bool:
        """Wait until every admitted message has its answer; False if that takes longer than `seconds`."""
        with self._changed:
            return self._changed.wait_for(lambda: self._inside == 0, seconds)
