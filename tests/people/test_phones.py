"""Phone numbers in a line of text."""

import pytest
from holdback.people.fields import phones


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Call 030 1234567, or +49 171 1234567.", ["030 1234567", "+49 171 1234567"]),
        ("mobile 01711234567", ["01711234567"]),
        ("786-284-3358x62152, (781)861-7180x8306", ["786-284-3358", "(781)861-7180"]),
        ("part 786-284-3358xl, 786-284-3358x62152a", []),
        ("cep 05321234567; 09171234567", ["05321234567", "09171234567"]),
        ("job 0171123456, part 01711234567890", []),
        ("order 1711234567, REF-01711234567, 01711234567@x.example", []),
        ("ISBN 0306406152, 10:15, 2026-03-12", []),
    ],
)
def test_phones(line: str, found: list[str]) -> None:
    """Usual notations; without separators only if the number has the form of a mobile's."""
    assert list(phones.in_line(line)) == found
