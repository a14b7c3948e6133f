"""The configuration of a command, and the name of the operator who runs it."""

import os
import pwd
from pathlib import Path

from holdback.config import Config, ConfigError, load
from holdback.exits import Exit, Failure


def load_config(path: Path) -> Config:
    """The configuration in `path`. Raises Failure, which lists every mistake."""
    try:
        path.open("rb").close()
    except PermissionError:
        raise Failure(Exit.NO_PERMISSION, f"{path}: permission denied; run with sudo") from None
    except OSError as error:
        raise Failure(Exit.CONFIG, f"{path}: {error.strerror}; set --config or HOLDBACK_CONFIG") from None
    try:
        return load(path)
    except ConfigError as error:
        raise Failure(Exit.CONFIG, str(error)) from None


def operator() -> str:
    """Name recorded with a decision: SUDO_USER for root, else the user name, else the uid."""
    sudo_user = os.environ.get("SUDO_USER", "") if os.geteuid() == 0 else ""
    if sudo_user:
        return sudo_user
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"
