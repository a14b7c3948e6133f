"""The key of an address: equal for spellings of one mailbox, different for different mailboxes."""

import pytest
from holdback.mail.address import address

SAME = [
    ("Ann@X.Example", "ann@x.example", "x.example"),
    ("ann+news@x.example", "ann@x.example", "x.example"),
    ('"ann"@x.example', "ann@x.example", "x.example"),
    ('"ann\\ b"@x.example', "ann b@x.example", "x.example"),
    ("ann@x.example.", "ann@x.example", "x.example"),
    (" ann@x.example ", "ann@x.example", "x.example"),
    ("ann@BÜCHER.example", "ann@xn--bcher-kva.example", "xn--bcher-kva.example"),
    ("ann@xn--bcher-kva.example", "ann@xn--bcher-kva.example", "xn--bcher-kva.example"),
    ("jose\u0301@x.example", "jos\xe9@x.example", "x.example"),
    ("A.n.n+x@googlemail.com", "ann@gmail.com", "gmail.com"),
    ('"ann@home"@x.example', "ann@home@x.example", "x.example"),
    ("+tag@x.example", "+tag@x.example", "x.example"),
    ("ann", "ann", ""),
    ("", "", ""),
    ("ann@", "ann@", ""),
]


@pytest.mark.parametrize(("written", "key", "domain"), SAME)
def test_key(written: str, key: str, domain: str) -> None:
    """Case, tag, quotes, trailing dot and spelling of the domain are ignored."""
    found = address(written)
    assert (written, key, domain) == (found.written, found.key, found.domain)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ann@x.example", "anna@x.example"),
        ("ann@x.example", "ann@y.example"),
        ("a.nn@x.example", "ann@x.example"),
        ("ann-news@x.example", "ann@x.example"),
        ("jose@x.example", "josé@x.example"),
    ],
)
def test_different(one: str, other: str) -> None:
    """Different people keep different keys."""
    assert address(one).key != address(other).key


@pytest.mark.parametrize("domain", ["ü" * 10_000, "ü." * 10_000, "\ud800.example", "xn--\xff", "." * 300])
def test_impossible_domain(domain: str) -> None:
    """A domain without A-labels is compared as written, and costs no extra time."""
    assert address(f"ann@{domain}").key.startswith("ann@")
