"""Holdback gives outbound mail a second chance: it holds what would disclose people to strangers.

Where to look:

    inspection.py   the decision about one message, on one page
    mail/           what arrived          documents/   what is inside
    people/         who is meant          checks/      what is wrong
    policy.py       what follows          cases/       what was decided
    mta/            where held mail waits daemon/      the MTA's side
    cli/            the operator's side
"""

__version__ = "0.1.0"
