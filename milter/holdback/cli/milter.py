"""`holdback milter`: the daemon."""

from pathlib import Path

from holdback.cli.settings import config_at
from holdback.daemon.supervisor import serve


def run(config: Path) -> int:
    """Serve until SIGTERM. A configuration that cannot be used ends here, before any socket is made."""
    config_at(config)
    return serve(config)
