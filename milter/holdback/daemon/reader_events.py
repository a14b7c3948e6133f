"""What the daemon says about its confined readers: how they are confined, and when a document ended one."""

from holdback import metrics
from holdback.daemon import logline
from holdback.reader import Confinement, Watch


def _started(confinement: Confinement) -> None:
    if not confinement.missing:
        logline.info("reader ready", confinement=confinement.layers)
        return
    trouble = "; ".join(confinement.trouble)
    logline.warning(
        "reader weakly confined",
        confinement=confinement.layers,
        missing=confinement.missing,
        trouble=trouble,
    )


def _lost(how: str) -> None:
    metrics.reader_restarts.inc()
    logline.warning("reader lost", error=how)


def _failed(error: Exception) -> None:
    """Its text is from before the reader has seen any message."""
    metrics.errors.labels("reader").inc()
    logline.error("reader cannot start", stage="reader", trouble=str(error))


WATCH = Watch(_started, _lost, _failed)
"""To the log and to the metrics."""
