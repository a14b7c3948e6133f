"""The numbers that decide which columns of a table hold personal data, in one table."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scoring:
    """Shares, counts and limits of `table_layout.layout`. A share is of a column's values, from 0 to 1.

    Each names the case that needs it, in `tests/people/recognition/scoring_cases.py` or in the corpus.
    """

    # What is looked at.
    header_rows: int = 12
    """Rows at the top of a table that may be its header. Case: lines of title."""
    columns: int = 400
    """Columns of a table. Case: many columns."""
    values: int = 64
    """Distinct values of a column. Case: addresses at the end."""
    first_values: int = 12
    """Values of a column of which one at least must be of a kind, or no value is.

    Case: remarks before addresses.
    """
    rows: int = 60
    """Rows below the header in which two columns are compared. Case: names repeated at the end."""

    # The header.
    header_known: float = 1 / 3
    """Share of a row's cells that are known headings. Case: one known heading."""
    header_certain: int = 4
    """Known headings that make a row the header, however many unknown ones it has.

    Case: known headings among many.
    """
    header_below: int = 2
    """Known headings that make a row the header if it is not the first. Case: a title above the header."""
    header_blanks: int = 2
    """Blanks in a cell that make it a value and no heading if it ends with a digit.

    Case: a street like a heading; streets in a line.
    """

    # Columns whose heading announces what they hold.
    email_by_heading: float = 0.2
    """Share of e-mail addresses. Case: few addresses."""
    phone_by_heading: float = 0.3
    """Share of phone numbers. Case: few phones."""
    iban_by_heading: float = 0.2
    """Share of IBANs. Case: few accounts."""
    card_by_heading: float = 0.5
    """Share of payment cards. Case: half of the cards."""
    national_id_by_heading: float = 0.5
    """Share of national numbers. Case: half of the national numbers."""
    birth_by_heading: float = 0.5
    """Share of full dates. Case: half of the births."""
    login_by_heading: float = 0.6
    """Share of single words. Case: most logins."""
    id_by_heading: float = 0.8
    """Share of short codes. Case: most customer numbers."""
    sensitive_by_heading: float = 0.6
    """Share of amounts, grades, or entries of any kind. Case: grades and remarks."""
    street_by_heading: float = 0.4
    """Share of streets, all columns of the address joined. Case: some streets."""

    # Columns whose values alone show what they hold.
    email_by_values: float = 0.5
    """Share of e-mail addresses. Case: unannounced addresses."""
    iban_by_values: float = 0.6
    """Share of IBANs. Case: unannounced accounts."""
    card_by_values: float = 0.8
    """Share of payment cards. Case: unannounced cards."""
    national_id_by_values: float = 0.7
    """Share of national numbers. Case: unannounced national numbers."""
    phone_by_values: float = 0.6
    """Share of numbers written as phone numbers. Case: unannounced phones."""
    street_by_values: float = 0.5
    """Share of plain streets. Case: unannounced streets."""
    street_distinct: float = 0.25
    """Distinct streets, as a share of the rows. Case: a street of several people."""
    disease_by_values: float = 0.8
    """Share of diseases' codes. Case: unannounced diseases."""
    birth_by_values: float = 0.8
    """Share of dates. Case: unannounced births."""
    birth_count: int = 5
    """Distinct dates. Case: few dates."""
    birth_span: int = 25
    """Years between the oldest and the youngest. Case: dates of one generation."""
    birth_oldest: int = 1984
    """Year that the oldest was born in, at the latest. Case: dates of young people."""
    birth_median: int = 2009
    """Year that half of them were born in, at the latest. Case: dates of children."""

    # Names in columns of their own: given name, family name.
    name_part: float = 0.6
    """Share of single names under a heading for given or family names. Case: codes among given names."""
    name_part_any: float = 0.8
    """Share of single names under a heading such as `Nom`, next to a column of given or family names.

    Case: codes among family names.
    """
    name_part_full: float = 0.6
    """Share of full names from which on such a column is none of single names.

    Case: full names next to given names.
    """

    # Full names.
    name_in_mailbox: float = 0.3
    """Share of addresses with the name in the same cell. Case: names before addresses."""
    name_by_heading: float = 0.5
    """Share of possible names under a heading for people's names. Case: rooms among names."""
    name_shaped: float = 0.3
    """Share of values shaped as full names that makes the others credible, under such a heading.

    Case: wares among names.
    """
    name_known: float = 0.3
    """Share of known names that makes the others credible, under such a heading.

    Case: given names among words.
    """
    any_name_shaped: float = 0.5
    """Share of values shaped as full names under a heading such as `Name`, `Customer`.

    Case: customers and single words.
    """
    any_name_known: float = 0.12
    """Share of values with a known name as well, under such a heading. Case: strange customers."""
    any_name_single: float = 0.5
    """Share of known names that suffices under such a heading, full names or not.

    Case: customers' given names.
    """
    other_shaped: float = 0.6
    """Share of values shaped as full names under any other heading. Case: unannounced people and words."""
    other_known: float = 0.25
    """Share of values with a known name as well, under any other heading.

    Case: unannounced people and wares.
    """
    bare_shaped: float = 0.9
    """Share of values shaped as full names in a column without a heading. Case: strange people and words."""
    bare_known: float = 0.12
    """Share of values with a known name as well, in a column without a heading. Case: strange people."""
    bare_single: float = 0.3
    """Share of known names that suffices in a column without a heading, full names or not.

    Case: given names alone.
    """
    initials: float = 0.8
    """Share of family names with initials, whatever the heading. Case: initials among words."""
    mixed_from: float = 0.3
    """Share of values shaped as full names from which on each value is checked: companies among people.

    Case: wares among given names.
    """
    mixed_below: float = 0.9
    """Share of values shaped as full names from which on every value is a name.

    Case: a few words among people.
    """

    # Names whose words come again in the addresses of their rows.
    repeated_names: float = 0.8
    """Share of possible names. Case: codes among repeated names."""
    repeated_letters: int = 3
    """Letters of a word that is looked for in an address. Case: short names in addresses."""
    repeated_share: float = 0.3
    """Share of the rows in which a word comes again. Case: some names in addresses."""
    repeated_rows: int = 3
    """Rows in which a word comes again. Case: few rows with names in addresses."""

    # Numbers and streets without a heading, in a table with names or addresses.
    loose: float = 0.8
    """Share of possible phone numbers, or streets. Case: words among numbers."""
    loose_distinct: float = 0.5
    """Distinct values, as a share of the rows. Case: numbers of several people."""
    loose_start: int = 4
    """Characters at the beginning of a value that are compared: rooms and models differ only in their end.

    Case: numbers of one exchange; conference speakers.
    """
    loose_starts: float = 1 / 3
    """Distinct beginnings, as a share of the distinct values.

    Case: numbers of few exchanges; conference speakers.
    """


SCORING = Scoring()
