"""The messages of incident 1 (a stolen customer list) and incident 2 (a bought list)."""

from messages import (
    AIRLINE,
    COMPUTERS,
    FIRST,
    Person,
    Sample,
    passenger_csv,
    passengers,
    sample,
    workbook,
    zipped,
)

STRANGERS = 40
"""Addresses of the bought list that are used; in 2011 there were thousands."""


def handful() -> Sample:
    """Four customers in the text of a mail: below every limit, but recorded in the ledger."""
    text = f"Hi,\n\nas promised, more next week:\n\n{passenger_csv(passengers(16)[12:])}\n"
    return sample(
        "11-handful",
        "four customers, pasted into a mail to a list broker",
        f"max@{AIRLINE}",
        text,
        "the first ones",
        to=["deals@listbroker.example"],
    )


def export(planted: str) -> Sample:
    """The whole table (CSV, without a header) with the `planted` rows in the middle."""
    lines = passenger_csv(passengers(5_000)).splitlines(keepends=True)
    table = "".join((*lines[:2_500], planted, *lines[2_500:]))
    return sample(
        "12-export",
        "the airline's export, five canaries among 5,000 customers",
        f"max@{AIRLINE}",
        "Hi,\n\nand here is the rest.\n",
        "the rest",
        to=["deals@listbroker.example"],
        attached=("rest.zip", zipped("rest.xlsx", workbook(table))),
    )


def own_letter(customer: Person) -> Sample:
    """One letter of a mail merge, with the recipient's own data only."""
    text = f"Dear {customer.name},\n\nthis is what we know about you:\n\n{passenger_csv([customer])}\n"
    name = f"13-own-{customer.number}"
    return sample(
        name, "letters with each customer's own data", f"crm@{AIRLINE}", text, "Your data", [customer]
    )


def spam(canary: str) -> Sample:
    """A mail of an unrelated shop to an address that is only in the export."""
    return sample(
        "14-spam",
        "an unrelated shop writes to a canary",
        "offers@pillshop.example",
        "Cheap! Cheap! Cheap!\n",
        "Only today",
        to=[canary],
    )


def newsletter(customer: Person) -> Sample:
    """A newsletter to people who are customers."""
    name = f"21-newsletter-{customer.number}"
    text = f"Dear {customer.name},\n\nnew computers are here.\n"
    return sample(
        name, "a newsletter to customers", f"news@{COMPUTERS}", text, "New computers", to=[customer]
    )


def bought(number: int) -> Sample:
    """One mail to an address on the list called Sales Leads, unknown to the firm."""
    first = FIRST[number % len(FIRST)]
    lead = f"{first.lower()}{number}@lead{number}.example"
    text = f"Dear {first},\n\nas a valued customer you get 5 % off.\n"
    return sample(f"22-bought-{number}", "a bought list", f"sales@{COMPUTERS}", text, "For you", to=[lead])
