"""Serve the metrics over HTTP, for Prometheus."""

import prometheus_client

from holdback import __version__, metrics
from holdback.daemon.listen import cannot_listen


def serve_metrics(listen: str) -> None:
    """Serve the metrics on `listen` (`127.0.0.1:9847`, `[::1]:9847`) from another thread; "": not at all.

    Raises CannotListen.
    """
    metrics.build_info.info({"version": __version__})
    if not listen:
        return
    host, _, port = listen.rpartition(":")
    try:
        prometheus_client.start_http_server(int(port), host.strip("[]"))
    except (OSError, UnicodeError) as error:
        raise cannot_listen("metrics.listen", listen, error) from error
