"""The configuration of a command."""

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
