"""Mail addresses in running text, and their masking in file names."""

import pytest
from holdback.mail.address import compared
from holdback.people.fields.addresses import first_key, is_address, key, keys, masked, written_addresses
from hypothesis import given
from hypothesis import strategies as st

_TEXTS = {
    "ann@x.example": {"ann@x.example"},
    "Mail <ann.smith+news@Shop.example>, 'bob@y.example'.": {"ann.smith+news@Shop.example", "bob@y.example"},
    "(c@d.example) [e@f.example] {g@h.example}": {"c@d.example", "e@f.example", "g@h.example"},
    "a@x.example,b@y.example;c@z.example|d@w.example": {
        "a@x.example",
        "b@y.example",
        "c@z.example",
        "d@w.example",
    },
    "to=<ann@x.example>, mail=bob@y.example&z=1": {"ann@x.example", "bob@y.example"},
    "mailto:ann@x.example?subject=Hi": {"ann@x.example"},
    "„müller@bücher.example“ — c@d.example…": {"müller@bücher.example", "c@d.example"},
    "名前：taro@mail.example、次は": {"taro@mail.example"},
    "ann@x.example.": {"ann@x.example"},
    "ann@xn--bcher-kva.example": {"ann@xn--bcher-kva.example"},
    "ann@mail.sub.x.example\nbob@y.example": {"ann@mail.sub.x.example", "bob@y.example"},
    "logo@2x.png react@18.2.0 @scope/pkg@1.0.0": set(),
    "root@db1 root@db1.local ann@localhost a@b": set(),
    "<20240301101500.000017.000134623@mail.shop.example>": set(),
    "bounce-4711--0815-2024@x.example": set(),
    "@ @@ a@ @b.example x@.example": set(),
    "": set(),
}


@pytest.mark.parametrize(("text", "found"), _TEXTS.items())
def test_addresses_are_found_whatever_surrounds_them(text: str, found: set[str]) -> None:
    """Punctuation ends an address; file names, versions and Message-IDs are no addresses."""
    assert written_addresses(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "a." * 100_000,
        "@" * 100_000,
        "a@" * 100_000,
        ("a." * 30 + "@") * 5_000,
        "a@" + "b." * 100_000,
        "-@-" * 50_000,
    ],
)
def test_hostile_text_holds_no_address(text: str) -> None:
    """Long runs of dots and at signs take little time."""
    assert written_addresses(text) == set()
    assert first_key(text) == ""


def test_spellings_of_one_mailbox_have_one_key() -> None:
    """Case and plus-tags do not matter."""
    assert keys("Ann@X.example ann+spam@x.example <ANN@x.EXAMPLE>") == {"ann@x.example"}


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (" <Ann@x.example>; ", "ann@x.example"),
        ("mailto:ann@x.example", "ann@x.example"),
        ("ann@x.example", "ann@x.example"),
        ("Ann Smith <ann@x.example>", ""),
        ("ann at x.example", ""),
        ("", ""),
    ],
)
def test_a_cell_that_is_an_address(cell: str, expected: str) -> None:
    """The whole cell, except brackets and blanks, must be an address."""
    assert key(cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Ann Smith <ann@x.example>", "ann@x.example"),
        ("ann@x.example / bob@y.example", "ann@x.example"),
        ("see notes", ""),
        ("@", ""),
    ],
)
def test_a_cell_that_contains_an_address(cell: str, expected: str) -> None:
    """The first one counts."""
    assert first_key(cell) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ann@x.example", True),
        ("a.b-c_d@x.co.example", True),
        (".ann@x.example", False),
        ("ann@x", False),
        ("ann@x..example", False),
    ],
)
def test_is_address(text: str, expected: bool) -> None:
    """Addresses as in RFC 5321, except quoted local parts."""
    assert is_address(text) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("part 2, ann@x.example.csv", "part 2, ‹address›"),
        ("for ann@x.example (old).csv", "for ‹address› (old).csv"),
        ("customers.csv", "customers.csv"),
    ],
)
def test_names_of_files_are_masked(name: str, expected: str) -> None:
    """A finding must not disclose an address."""
    assert masked(name) == expected


_LOCALS = ("ann.smith", "a", "-a_", "a..b", ".a", "a+b", "A", "a--b", "1" * 8, "a" + "1" * 16, "a" * 64)
_LABELS = ("x", "gmail", "googlemail", "a-b", "-a", "_a", "", "xn--bcher-kva", "ü", "a" * 63)
_ENDS = ("example", "com", "png", "c", "c0m", "com.", "com\n", "local", "C")


@given(
    st.sampled_from(_LOCALS) | st.text("aA1-_.+@", max_size=70),
    st.lists(st.sampled_from(_LABELS), max_size=5),
    st.sampled_from(_ENDS),
)
def test_a_key_equals_the_compared_address(local: str, labels: list[str], end: str) -> None:
    """Both if the address is already written as its key and if not; other text has no key."""
    text = f"{local}@{'.'.join([*labels, end])}"
    bare = text.strip(" \t\r\n.,:;'\"<>")
    assert key(text) in ((compared(text),) if is_address(text) else ("", key(bare)))
    assert key(bare) == (compared(bare) if is_address(bare) else "")
