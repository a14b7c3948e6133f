"""Find mailings to people who are no customers: a bought or stolen list, an error in a tool (incident 2).

Counts the external recipients of one sender, over a window of time, who are neither in the customer index
nor known correspondents: one message to many of them, or thousands of messages to one each.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from holdback.checks.check import Check, Limit, Option
from holdback.people.fields.kinds import Field
from holdback.people.parties.sender import sender_of
from holdback.verdict import Action, Finding

if TYPE_CHECKING:
    from holdback.checks.evidence import Evidence
    from holdback.people.customers import Index
    from holdback.people.pseudonyms import Pseudonyms


def unknown_recipients(evidence: "Evidence") -> Iterator[Finding]:
    """Yield a finding with the sender's unknown recipients; none without a customer index."""
    contacts, known = evidence.knowledge.contacts, evidence.knowledge
    if known.customers is None or not known.pseudonyms:
        return
    strangers = _not_customers(evidence, known.customers, known.pseudonyms)
    if not strangers:
        return
    sender = known.pseudonyms.number(Field.LOGIN, sender_of(evidence.envelope))
    found = contacts.count_recipients(sender, strangers)
    if not found.by_message:
        return
    text = f"{found.by_sender:,} recipients are neither customers nor known correspondents"
    if contacts.window:
        earlier = found.by_sender - found.by_message
        text += f" ({found.by_message:,} of this message, {earlier:,} of others in {_words(contacts.window)})"
    yield Finding(CHECK.name, found.by_sender, "envelope", text)


WINDOW = Option("window", 3600.0)
"""Seconds during which the recipients of one sender are counted together."""

CHECK = Check(
    name="unknown_recipients",
    find=unknown_recipients,
    advice="many of its recipients are unknown here. Contact your postmaster.",
    plain_words="{count} recipients are neither customers nor known correspondents. "
    "Earlier messages may have reached some of them.",
    summary="a message {action} if its sender wrote to {limit} or more of them within {window}; "
    "needs a customer index",
    action=Action.OBSERVE,
    limits={"": Limit("limit", 50)},
    options=(WINDOW,),
    groups_by_sender=True,
)


def _not_customers(evidence: "Evidence", customers: "Index", pseudonyms: "Pseudonyms") -> list[int]:
    """Return the numbers of the strangers among the envelope recipients who are not in the index."""
    domains = evidence.knowledge.domains
    recipients = evidence.envelope.recipient_addresses
    keys = dict.fromkeys(someone.key for someone in recipients if domains.is_stranger(someone))
    return customers.without_customers(pseudonyms.numbers(Field.EMAIL, keys))


def _words(seconds: float) -> str:
    for unit, name in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= 2 * unit and seconds % unit == 0:
            return f"{seconds / unit:.0f} {name}"
    return f"{seconds:.0f} seconds"
