"""The heartbeat can stop parsing anywhere in a large message."""

import pytest
from holdback.mail import Limits, read

pytestmark = pytest.mark.slow


class _Over(Exception):
    pass


_MIXED = b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
_ENCODED = b"Content-Transfer-Encoding: %s\r\n\r\n"
_CASES = {
    "parts": _MIXED + b"--b\r\n\r\nx\r\n" * 900,
    "near delimiters": _MIXED + b"\r\n--bb" * 200_000,
    "pieces of base64": _ENCODED % b"base64" + b"QQ==\r\n" * 300_000,
    "quoted-printable": _ENCODED % b"quoted-printable" + b"=\t\r\n" * 3_000_000,
    "quoted-printable without lines": _ENCODED % b"quoted-printable" + b"=41" * 4_000_000,
    "uuencode": _ENCODED % b"uuencode" + b"begin 644 a\n" + (b"M" + b"A" * 60 + b"\n") * 100_000,
    "addresses": b"To: " + b"ann@x.example, " * 100_000 + b"\r\n\r\n",
    "signs": b"To: " + b"a@" * 500_000 + b"\r\n\r\n",
    "fields": b"To: a@x.example\r\n" * 60_000 + b"\r\n",
    "words": b"Subject: " + b"=?utf-8?q?x?= " * 100_000 + b"\r\n\r\n",
}


@pytest.mark.parametrize("case", _CASES)
@pytest.mark.parametrize("beats", [0, 1, 4])
def test_parsing_can_be_stopped(case: str, beats: int) -> None:
    """In headers, at delimiters, between parts and in each encoding."""
    left = iter(range(beats))

    def beat() -> None:
        if next(left, None) is None:
            raise _Over

    with pytest.raises(_Over):
        read(_CASES[case], Limits(), beat)


@pytest.mark.parametrize("case", _CASES)
def test_a_heartbeat_changes_nothing(case: str) -> None:
    """A heartbeat that does not raise does not change the result."""
    assert read(_CASES[case], Limits()) == read(_CASES[case], Limits(), lambda: None)


def test_long_quoted_printable_is_decoded_as_one() -> None:
    """Blocks end between lines and escapes: no address is split."""
    line = b"ann=40x.example, " + b"=C3=BC" * 8 + b"=\r\n"
    (part,) = read(_ENCODED % b"quoted-printable" + line * 40_000, Limits()).parts
    assert part.content == ("ann@x.example, " + "ü" * 8).encode() * 40_000
    (part,) = read(_ENCODED % b"quoted-printable" + b"=40" * 1_000_000, Limits()).parts
    assert part.content == b"@" * 1_000_000
