"""One spelling for everything that tells who somebody is: what index, trail and canaries compare.

Phone numbers become E.164 (ITU-T E.164), ids and logins lose their case, names and postcodes their dress.
"""

REGIONS: dict[str, tuple[str, str]] = {"GB": ("44", "0"), "DE": ("49", "0"), "US": ("1", "1")}
"""ISO 3166-1 alpha-2 → calling code and trunk prefix."""


def phone(written: str, region: str = "") -> str:
    """`+4930123456` from any usual notation; empty if `written` is no number, or its country cannot be told."""
    raise NotImplementedError


def customer_id(written: str) -> str:
    """The id without blanks around, in lower case."""
    raise NotImplementedError


def login(written: str) -> str:
    """The login in lower case."""
    raise NotImplementedError


def name_and_postcode(name: str, postcode: str) -> str:
    """One value of both; empty if one is missing."""
    raise NotImplementedError


def name_and_id(name: str, customer: str) -> str:
    """One value of both; empty if one is missing."""
    raise NotImplementedError
