"""The MTA that the configuration names."""

from pathlib import Path
from typing import Protocol

from holdback.mta.interface import Mta
from holdback.mta.postfix import Postfix
from holdback.mta.sendmail import Sendmail


class Installation(Protocol):
    """The table `[mta]` of the configuration."""

    @property
    def kind(self) -> str: ...
    @property
    def folder(self) -> Path: ...
    @property
    def program(self) -> Path: ...
    @property
    def log(self) -> str: ...


def choose(mta: Installation) -> Mta:
    """Return the MTA that is installed there."""
    match mta.kind:
        case "sendmail":
            return Sendmail(mta.folder, mta.program, mta.log)
        case _:
            return Postfix(mta.folder, mta.log)
