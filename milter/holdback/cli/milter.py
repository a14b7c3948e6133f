"""`holdback milter`: run the daemon."""

from pathlib import Path

from holdback.cli.settings import load_config
from holdback.daemon.supervisor import serve


def run(config: Path) -> int:
    """Serve until SIGTERM. An invalid configuration raises Failure before a socket is opened."""
    load_config(config)
    return serve(config)
