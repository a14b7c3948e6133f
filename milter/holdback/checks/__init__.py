"""The table of all checks, in the order in which findings are listed."""

from collections.abc import Collection, Mapping

from holdback.checks import canary, customer_data, unknown_recipients, unreadable, visible_recipients
from holdback.checks.check import Check

CHECKS: Mapping[str, Check] = {
    check.name: check
    for check in (
        visible_recipients.CHECK,
        customer_data.CHECK,
        canary.CHECK,
        unknown_recipients.CHECK,
        unreadable.CHECK,
    )
}


def check_of_mailing(names: Collection[str], checks: Mapping[str, Check] = CHECKS) -> Check | None:
    """Return the only check in `names` if it groups messages by sender; else None."""
    only = checks.get(next(iter(names))) if len(names) == 1 else None
    return only if only and only.groups_by_sender else None
