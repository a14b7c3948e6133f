"""Which configuration a command works with, and which operator runs it."""

import os
import pwd
from pathlib import Path

from holdback.config import Config, ConfigError, load
from holdback.exits import Exit, Failure


def load_config(path: Path) -> Config:
    """The configuration in `path`; Failure, naming every mistake, if it cannot be used."""
    try:
        path.open("rb").close()
    except PermissionError:
        raise Failure(
            Exit.NO_PERMISSION, f"{path}: no permission to read the configuration; try it with sudo"
        ) from None
    except OSError as error:
        raise Failure(
            Exit.CONFIG, f"{path}: {error.strerror}; name the configuration with --config or HOLDBACK_CONFIG"
        ) from None
    try:
        return load(path)
    except ConfigError as error:
        raise Failure(Exit.CONFIG, str(error)) from None


def operator() -> str:
    """Who decides, for the record: the person behind sudo, else the user's name, else the number."""
    behind = os.environ.get("SUDO_USER", "") if os.geteuid() == 0 else ""
    if behind:
        return behind
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"
