"""What is wrong: every check there is. A check is a plain function from the evidence to its findings."""

from collections.abc import Callable, Iterable, Mapping

from holdback.checks.canary import canary
from holdback.checks.customer_data import customer_data
from holdback.checks.evidence import Evidence
from holdback.checks.unknown_recipients import unknown_recipients
from holdback.checks.unreadable import unreadable
from holdback.checks.visible_recipients import visible_recipients
from holdback.verdict import Finding

CHECKS: Mapping[str, Callable[[Evidence], Iterable[Finding]]] = {
    "visible_recipients": visible_recipients,
    "customer_data": customer_data,
    "canary": canary,
    "unknown_recipients": unknown_recipients,
    "unreadable": unreadable,
}
