"""Internal domains, partners and strangers, and the parties of strangers."""

import pytest
from holdback.mail import Envelope
from holdback.mail.address import address
from holdback.people.parties.domains import company_domains, registrable
from hypothesis import given
from hypothesis import strategies as st
from publicsuffixlist import PublicSuffixList

_SUFFIXES = PublicSuffixList(only_icann=True)
_DOMAINS = company_domains(
    ["Corp.example", ".group.example", "bücher.example"], ["partner.example"], ["Village.example"]
)


@pytest.mark.parametrize(
    ("written", "internal", "stranger"),
    [
        ("ann@corp.example", True, False),
        ("Ann@CORP.example.", True, False),
        ("root", True, False),
        ("ann@mail.corp.example", False, True),
        ("ann@group.example", True, False),
        ("ann@a.b.group.example", True, False),
        ("ann@notgroup.example", False, True),
        ("ann@bücher.example", True, False),
        ("ann@xn--bcher-kva.example", True, False),
        ("ann@partner.example", False, False),
        ("ann@sub.partner.example", False, True),
        ("ann@corp.example.evil.example", False, True),
    ],
)
def test_internal_partner_or_stranger(written: str, internal: bool, stranger: bool) -> None:
    """A listed domain matches exactly; with a leading dot it matches its subdomains."""
    someone = address(written)
    assert (_DOMAINS.is_internal(someone), _DOMAINS.is_stranger(someone)) == (internal, stranger)


@pytest.mark.parametrize(
    ("written", "party"),
    [
        ("ann@shop.example", "shop.example"),
        ("ann@mail.shop.example", "shop.example"),
        ("ann@shop.co.uk", "shop.co.uk"),
        ("ann@a.shop.co.uk", "shop.co.uk"),
        ("ann@gmail.com", "ann@gmail.com"),
        ("a.n.n+x@googlemail.com", "ann@gmail.com"),
        ("ann@village.example", "ann@village.example"),
    ],
)
def test_parties(written: str, party: str) -> None:
    """All addresses of an organisation are one party; each free-mail address is one."""
    assert _DOMAINS.party(address(written)) == party


@pytest.mark.parametrize("domain", ["com", "co.uk", "example", "", ".", "x.", ".com", "a..com"])
def test_a_bare_suffix_is_unchanged(domain: str) -> None:
    """Invalid domains do not raise."""
    assert registrable(domain) == domain


@pytest.mark.parametrize(
    ("recipients", "expected"),
    [
        ((), False),
        (("ann@corp.example", "root"), False),
        (("ann@corp.example", "bob@x.example"), True),
        (("ann@partner.example",), True),
    ],
)
def test_audience(recipients: tuple[str, ...], expected: bool) -> None:
    """Internal mail has no audience; partners are outside."""
    assert _DOMAINS.has_audience(Envelope("me@corp.example", recipients)) == expected


@given(st.lists(st.sampled_from(["com", "co", "uk", "ck", "www", "kobe", "jp", "city", "", "X"]), max_size=4))
def test_the_public_suffix_list_decides(labels: list[str]) -> None:
    """The shortcut for domains of two labels agrees with the list."""
    domain = ".".join(labels)
    assert registrable(domain) == (_SUFFIXES.privatesuffix(domain) or domain)


_EXPANDING = company_domains(
    ["corp.example"], ["partner.example"], expanding=lambda keys: {"agency@corp.example"}.intersection(keys)
)


@pytest.mark.parametrize(
    ("recipients", "has_audience"),
    [
        (["agency@corp.example"], True),
        (["Agency+news@Corp.example"], True),
        (["ann@corp.example", "agency"], True),
        (["ann@corp.example", "agency-2@corp.example"], False),
        (["ann@corp.example", "root"], False),
        (["desk@partner.example"], True),
        (["agency@other.example"], True),
        ([], False),
    ],
)
def test_an_internal_address_that_expands_to_outsiders(recipients: list[str], has_audience: bool) -> None:
    """It is an audience, also as a bare name, which the MTA completes."""
    assert _EXPANDING.has_audience(Envelope("me@corp.example", tuple(recipients))) is has_audience


def test_an_expanding_address_is_a_party_of_its_own() -> None:
    """It remains one of ours: nobody's data is disclosed by showing it."""
    written = ["agency@corp.example", "ann@corp.example", "desk@partner.example", "bob@shop.example"]
    addresses = list(map(address, written))
    outsiders = _EXPANDING.outsiders(addresses)
    assert [one.written for one in outsiders] == ["agency@corp.example", "bob@shop.example"]
    assert [_EXPANDING.party(one) for one in outsiders] == ["agency@corp.example", "shop.example"]
    assert _EXPANDING.is_internal(addresses[0])
    assert not _EXPANDING.is_stranger(addresses[0])
