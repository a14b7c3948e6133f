"""What all sessions of the process share: the current setup, and who is still being answered."""

import threading

from holdback.daemon.setup import Setup


class Service:
    """Takes in messages until it drains; counts those that wait for their answer."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        """For messages that begin from now on; one reference, swapped as a whole on reload."""
        self._draining = False
        self._inside = 0
        self._changed = threading.Condition()

    def enter(self) -> bool:
        """A message wants its answer; False if it must come again later because we are stopping."""
        with self._changed:
            if not self._draining:
                self._inside += 1
            return not self._draining

    def leave(self) -> None:
        """The message has its answer."""
        with self._changed:
            self._inside -= 1
            self._changed.notify_all()

    def drain(self) -> None:
        """Take in no more."""
        with self._changed:
            self._draining = True

    def wait_idle(self, seconds: float) -> bool:
        """True as soon as every message inside has its answer, False if that takes longer than `seconds`."""
        with self._changed:
            return self._changed.wait_for(lambda: self._inside == 0, seconds)
