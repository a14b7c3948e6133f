"""Canonical forms of the values that identify a person, as index, trail and canaries compare them."""

from holdback.people.fields.addresses import first_key
from holdback.people.fields.cells import is_placeholder, unless_placeholder
from holdback.people.fields.names import name_key


def email(written: str) -> str:
    """Return the key of the first address in `written` (`mail.address`); "" if there is none."""
    return first_key(written)


def customer_id(written: str) -> str:
    """Return the id in lower case, without surrounding blanks; "" for a placeholder."""
    return unless_placeholder(written)


def login(written: str) -> str:
    """Return the login in lower case, without surrounding blanks; "" for a placeholder."""
    return unless_placeholder(written)


def name(written: str) -> str:
    """Return the name's key (`names.name_key`); "" for a placeholder."""
    return name_key(written) if not is_placeholder(written) else ""


def name_and_postcode(name_written: str, postcode: str) -> str:
    """Return name and postcode as one value; "" if one is missing or the name is a single word."""
    return with_postcode(name(name_written), postcode)


def name_and_id(name_written: str, customer: str) -> str:
    """Return name and customer id as one value; "" if one is missing."""
    return with_id(name(name_written), customer_id(customer))


def with_postcode(key: str, postcode: str) -> str:
    """Return `name_and_postcode` for a name that is already normalised by `name`."""
    if " " not in key and key < "\u3000":
        return ""
    code = "".join(filter(str.isalnum, postcode)).upper()
    # The last four digits of a nine-digit code mean the side of the street (ZIP+4), and are mostly left out.
    return f"{key}\n{code[:5] if len(code) == 9 and code.isdigit() else code}" if code else ""


def with_id(key: str, customer: str) -> str:
    """Return `name_and_id` for a name and an id that are already normalised."""
    return f"{key}\n{customer}" if key and customer else ""
