"""A pymilter that takes every header and body and does nothing: what Python costs before any work.

Usage: nothing.py SOCKET
"""

import sys

import Milter


class Nothing(Milter.Base):
    """Answers only where Holdback answers: at MAIL and at the end of the message."""

    @Milter.noreply
    def connect(self, *_: object) -> int:
        return Milter.CONTINUE

    def envfrom(self, *_: object) -> int:
        return Milter.CONTINUE

    @Milter.noreply
    def envrcpt(self, *_: object) -> int:
        return Milter.CONTINUE

    @Milter.noreply
    def header(self, *_: object) -> int:
        return Milter.CONTINUE

    @Milter.noreply
    def body(self, *_: object) -> int:
        return Milter.CONTINUE

    def eom(self) -> int:
        return Milter.CONTINUE


Milter.factory = Nothing
Milter.set_flags(Milter.QUARANTINE)
Milter.runmilter("nothing", sys.argv[1])
