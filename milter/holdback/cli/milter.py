"""`holdback milter`: the daemon."""

from pathlib import Path

from holdback.cli.settings import load_config
from holdback.daemon.process import serve


def run(config: Path) -> int:
    """Serve until SIGTERM. A configuration that cannot be used ends here, before any socket is made."""
    load_config(config)
    return serve(config)
