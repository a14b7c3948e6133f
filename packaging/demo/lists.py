"""The messages of two stories: a list that leaves (incident 1), a list that was bought (incident 2)."""

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
"""Addresses of the bought list that are tried; in 2011 they were thousands."""


def handful() -> Sample:
    """Return a mail with four customers pasted into it: below every limit, but recorded in the ledger."""
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
    """Return a mail with the whole table, and the `planted` rows (CSV without a header) in the middle."""
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
    """Return one letter of a mail merge: the customer gets their own data only."""
    text = f"Dear {customer.name},\n\nthis is what we know about you:\n\n{passenger_csv([customer])}\n"
    name = f"13-own-{customer.number}"
    return sample(
        name, "letters with each customer's own data", f"crm@{AIRLINE}", text, "Your data", [customer]
    )


def spam(canary: str) -> Sample:
    """Return a mail from an unrelated shop to an address that only the export contained."""
    return sample(
        "14-spam",
        "an unrelated shop writes to a canary",
        "offers@pillshop.example",
        "Cheap! Cheap! Cheap!\n",
        "Only today",
        to=[canary],
    )


def newsletter(customer: Person) -> Sample:
    """Return one copy of a newsletter to customers."""
    name = f"21-newsletter-{customer.number}"
    text = f"Dear {customer.name},\n\nnew computers are here.\n"
    return sample(
        name, "a newsletter to customers", f"news@{COMPUTERS}", text, "New computers", to=[customer]
    )


def bought(number: int) -> Sample:
    """Return one mail to a person on a list of sales leads who never was a customer."""
    first = FIRST[number % len(FIRST)]
    lead = f"{first.lower()}{number}@lead{number}.example"
    text = f"Dear {first},\n\nas a valued customer you get 5 % off.\n"
    return sample(f"22-bought-{number}", "a bought list", f"sales@{COMPUTERS}", text, "For you", to=[lead])
