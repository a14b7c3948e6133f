"""Runs an operator's command that is killed (SIGKILL) after one step: `dying.py CONFIG CASE STEP`.

The real code runs, except for the kill. The steps are named as in `STEPS`.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from holdback.cases.casebook import Casebook
from holdback.config import load
from holdback.custody.carry_out import carry_out
from holdback.custody.host import open_host
from holdback.mta.interface import Mta

STEPS = [
    "original releasing",
    "give_token",
    "inject",
    "copy releasing",
    "delete",
    "off hold",
    "release",
    "copy released",
    "original released",
]
"""Every change of queue or record in one `release --bcc`, but those to `held`: housekeeping may make them."""


def _mark_name(book: Casebook, hold_ids: Any, *states: Any) -> str:
    hold = book.hold(next(iter(hold_ids)))
    assert hold
    return f"{'copy' if hold.replaces else 'original'} {states[1]}"


def _dies_after(step: str, owner: Any, name: str, naming: Callable[..., str]) -> None:
    real = getattr(owner, name)

    def mortal(self: Any, *args: Any) -> Any:
        result = real(self, *args)
        if naming(self, *args) == step:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, mortal)


def _dies_within(mta: type[Mta], step: str) -> None:
    for name in ("inject", "delete", "release"):
        _dies_after(step, mta, name, lambda *_, name=name: name)
    if hasattr(mta, "_take_off_hold"):
        _dies_after(step, mta, "_take_off_hold", lambda _, option, *__: "off hold" if option == "-H" else "")
    else:
        _dies_after(step, mta, "_work_on", lambda _, __, options: "off hold" if "-Q" in options else "")


def main(config: str, case_id: str, step: str) -> None:
    _dies_after(step, Casebook, "mark_all", _mark_name)
    _dies_after(step, Casebook, "give_token", lambda *_: "give_token")
    with open_host(load(Path(config))) as host:
        _dies_within(type(host.mta), step)
        for done in carry_out(host, case_id):
            print(done)


if __name__ == "__main__":
    main(*sys.argv[1:])
