"""The numbers that decide which columns of a table hold personal data, in one table."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scoring:
    """Shares, counts and limits of `table_layout.layout`. A share is of a column's values, from 0 to 1."""

    # What is looked at.
    header_rows: int = 12
    """Rows at the top of a table that may be its header."""
    columns: int = 400
    """Columns of a table."""
    values: int = 64
    """Distinct values of a column."""
    first_values: int = 12
    """Values of a column of which one at least must be of a kind, or none is taken for it."""
    rows: int = 60
    """Rows below the header in which two columns are compared."""

    # The header.
    header_known: float = 1 / 3
    """Share of a row's cells that are known headings."""
    header_certain: int = 4
    """Known headings that make a row the header, however many unknown ones it has."""
    header_below: int = 2
    """Known headings that make a row the header if it is not the first."""
    header_blanks: int = 2
    """Blanks in a cell that make it a value and no heading if it ends with a digit."""

    # Columns whose heading announces what they hold.
    email_by_heading: float = 0.2
    """Share of e-mail addresses."""
    phone_by_heading: float = 0.3
    """Share of phone numbers."""
    iban_by_heading: float = 0.2
    """Share of IBANs."""
    card_by_heading: float = 0.5
    """Share of payment cards."""
    national_id_by_heading: float = 0.5
    """Share of national numbers."""
    birth_by_heading: float = 0.5
    """Share of full dates."""
    login_by_heading: float = 0.6
    """Share of single words."""
    id_by_heading: float = 0.8
    """Share of short codes."""
    street_by_heading: float = 0.4
    """Share of streets, all columns of the address joined."""

    # Columns whose values alone show what they hold.
    least_digits: int = 6
    """Digits of one value at least, or no phone, account, card or national number is looked for."""
    email_by_values: float = 0.5
    """Share of e-mail addresses."""
    iban_by_values: float = 0.6
    """Share of IBANs."""
    card_by_values: float = 0.8
    """Share of payment cards."""
    national_id_by_values: float = 0.7
    """Share of national numbers."""
    phone_by_values: float = 0.6
    """Share of numbers written as phone numbers."""
    street_by_values: float = 0.5
    """Share of plain streets."""
    street_distinct: float = 0.25
    """Distinct streets, as a share of the rows."""
    birth_by_values: float = 0.8
    """Share of dates."""
    birth_count: int = 5
    """Distinct dates."""
    birth_span: int = 25
    """Years between the oldest and the youngest."""
    birth_oldest: int = 1984
    """Year that the oldest was born in, at the latest."""
    birth_median: int = 2009
    """Year that half of them were born in, at the latest."""

    # Names in columns of their own: given name, family name.
    name_part: float = 0.6
    """Share of single names under a heading for given or family names."""
    name_part_any: float = 0.8
    """Share of single names under a heading such as `Nom`, beside a column of given or family names."""
    name_part_full: float = 0.6
    """Share of full names from which on such a column is none of single names."""

    # Full names.
    name_in_mailbox: float = 0.3
    """Share of addresses with the name in the same cell."""
    name_by_heading: float = 0.5
    """Share of possible names under a heading for people's names."""
    name_shaped: float = 0.3
    """Share of values shaped as full names that makes the others credible, under such a heading."""
    name_known: float = 0.3
    """Share of known names that makes the others credible, under such a heading."""
    any_name_shaped: float = 0.5
    """Share of values shaped as full names under a heading such as `Name`, `Customer`."""
    any_name_known: float = 0.12
    """Share of values with a known name as well, under such a heading."""
    any_name_single: float = 0.5
    """Share of known names that suffices under such a heading, full names or not."""
    other_shaped: float = 0.6
    """Share of values shaped as full names under any other heading."""
    other_known: float = 0.25
    """Share of values with a known name as well, under any other heading."""
    bare_shaped: float = 0.9
    """Share of values shaped as full names in a column without a heading."""
    bare_known: float = 0.12
    """Share of values with a known name as well, in a column without a heading."""
    bare_single: float = 0.3
    """Share of known names that suffices in a column without a heading, full names or not."""
    mixed_from: float = 0.3
    """Share of values shaped as full names from which on each value is checked: companies among people."""
    mixed_below: float = 0.9
    """Share of values shaped as full names from which on every value is taken for a name."""

    # Names whose words come again in the addresses of their rows.
    repeated_names: float = 0.8
    """Share of possible names."""
    repeated_letters: int = 3
    """Letters of a word that is looked for in an address."""
    repeated_share: float = 0.3
    """Share of the rows in which a word comes again."""
    repeated_rows: int = 3
    """Rows in which a word comes again."""

    # Numbers and streets without a heading, in a table with names or addresses.
    loose: float = 0.8
    """Share of possible phone numbers, or streets."""
    loose_distinct: float = 0.5
    """Distinct values, as a share of the rows."""
    loose_start: int = 4
    """Characters at the beginning of a value that are compared: rooms and models differ only in their end."""
    loose_starts: float = 1 / 3
    """Distinct beginnings, as a share of the distinct values."""


SCORING = Scoring()
