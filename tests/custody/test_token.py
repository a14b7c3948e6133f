"""The token of a blinded copy: it cannot be made without the key."""

import hashlib
import hmac

import pytest
from holdback.custody.release_token import Token, contents, make, new_nonce, verify

KEY = bytes(range(32))
NONCE = "0f" * 16
MADE = make(KEY, 7, NONCE)


@pytest.mark.parametrize("content", [MADE.encode(), b" " + MADE.encode() + b"\r\n", b"\t" + MADE.encode()])
def test_own_token(content: bytes) -> None:
    """Our token is recognised, whatever blanks an MTA adds."""
    assert verify(KEY, content) == Token(7, NONCE)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b".",
        b"..",
        b"7",
        b"7." + NONCE.encode(),
        MADE.replace("7.", "8.", 1).encode(),
        MADE.replace("0f", "f0", 1).encode(),
        MADE[:-1].encode(),
        (MADE + "0").encode(),
        MADE.replace(".", ". ").encode(),
        MADE.upper().encode(),
        b"\xff" + MADE.encode(),
        make(b"x" * 32, 7, NONCE).encode(),
        hmac.new(KEY, b"7." + NONCE.encode(), hashlib.sha256).hexdigest().encode(),
        b"9" * 100_000,
    ],
)
def test_foreign_token(content: bytes) -> None:
    """Truncated, changed, foreign, malformed and endless tokens are refused."""
    assert verify(KEY, content) is None


def test_nonces_differ() -> None:
    """Two tokens differ, even for the same hold."""
    assert len({new_nonce() for _ in range(100)}) == 100


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (b"Subject: x\r\nHoldback-Release: 1.a.b\r\n", (b" 1.a.b\r",)),
        (b"holdback-release:1\nHOLDBACK-RELEASE: 2\n", (b"1", b" 2")),
        (
            b"X-Holdback-Release: 1\nHoldback-Released: 2\nA: Holdback-Release: 3\n Holdback-Release: 4\n",
            (),
        ),
        (b"", ()),
    ],
)
def test_contents(header: bytes, found: tuple[bytes, ...]) -> None:
    """All fields of that name are found, in upper or lower case, and no others."""
    assert contents(header) == found
