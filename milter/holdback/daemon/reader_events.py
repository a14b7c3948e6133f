"""Log lines and metrics about readers and openers: confinement, readers that ended, faults of ours."""

from collections import Counter
from collections.abc import Iterable

from holdback import metrics
from holdback.daemon import logline
from holdback.documents import Document
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
    """The error's text may be logged: the reader has not received any document."""
    metrics.errors.labels("reader").inc()
    logline.error("reader cannot start", stage="reader", trouble=str(error))


_FAULTS_LOGGED = 10
"""Different faults of one message that are logged; all are counted."""


def log_faults(documents: Iterable[Document], queue_id: str) -> None:
    """Log and count the faults that ended openers, in the message `queue_id`: one line for each place."""
    faults = Counter(str(document.fault) for document in documents if document.fault)
    for fault, count in faults.most_common(_FAULTS_LOGGED):
        logline.error("error", stage="opener", error=fault, count=count, queue_id=queue_id)
    if faults:
        metrics.errors.labels("opener").inc(faults.total())


WATCH = Watch(_started, _lost, _failed)
"""Callbacks of the daemon's readers."""
