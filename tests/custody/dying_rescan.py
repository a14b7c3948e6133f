"""Runs `holdback rescan`'s work and is killed (SIGKILL) after one step: `dying_rescan.py CONFIG STEP`."""

import sys
from pathlib import Path
from typing import Any

from custody.dying import _dies_after
from holdback.cases.casebook import Casebook
from holdback.config import load
from holdback.custody import rescan
from holdback.custody.host import open_host
from holdback.custody.rescan import Scope
from holdback.mta.postfix import Postfix

STEPS = ["asked", "off hold", "release", "recorded"]
"""Every change of queue or record for an orphan that may leave."""


def main(config_file: str, step: str) -> None:
    config = load(Path(config_file))
    _dies_after(step, rescan, "_ask", lambda *_: "asked")
    _dies_after(step, Postfix, "_take_off_hold", lambda *_: "off hold")
    _dies_after(step, Postfix, "release", lambda *_: "release")
    _dies_after(step, Casebook, "record_outcome", lambda *_: "recorded")
    with open_host(config) as host:
        found: Any = rescan.rescan(host, Scope(config.milter.listen))
        print(found)


if __name__ == "__main__":
    main(*sys.argv[1:])
