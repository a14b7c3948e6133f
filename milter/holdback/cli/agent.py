"""`holdback agent`: carry out decisions about the held mail of this host."""

import os
from pathlib import Path

from holdback.cases.key import KeyBroken
from holdback.cli.settings import load_config
from holdback.daemon.agent import serve
from holdback.exits import Exit, Failure


def run(config: Path) -> int:
    """Work until SIGTERM."""
    if os.geteuid() != 0:
        raise Failure(Exit.NO_PERMISSION, "acting on the mail queue needs root; run with sudo")
    try:
        return serve(load_config(config))
    except KeyBroken as error:
        raise Failure(Exit.UNAVAILABLE, str(error)) from error
    except OSError as error:
        text = f"{error.filename}: {error.strerror}; start the milter once: it creates state_dir"
        raise Failure(Exit.UNAVAILABLE, text) from error
