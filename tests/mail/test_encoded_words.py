"""Encoded words (RFC 2047) in the subject."""

import pytest
from holdback.mail import Limits, read
from holdback.mail.encoded_words import decode_words

TABLE = {
    "none": ("Hello", "Hello", False),
    "Q": ("=?utf-8?Q?J=C3=BCrgen?=", "Jürgen", False),
    "q and Latin-1": ("=?iso-8859-1?q?J=FCrgen?=", "Jürgen", False),
    "B": ("=?UTF-8?B?SsO8cmdlbg==?=", "Jürgen", False),
    "underscore": ("=?utf-8?Q?a_b=5Fc?=", "a b_c", False),
    "amid text": ("Re: =?utf-8?Q?J=C3=BCrgen?= writes", "Re: Jürgen writes", False),
    "neighbours": ("=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab", False),
    "neighbours, other sets": ("=?utf-8?Q?=C3=BC?=\t=?iso-8859-1?Q?=FC?=", "üü", False),
    "no neighbours": ("=?utf-8?Q?a?= x =?utf-8?Q?b?=", "a x b", False),
    "character cut in two": ("=?utf-8?Q?=C3?= =?utf-8?Q?=BC?=", "ü", False),
    "language": ("=?utf-8*de?Q?=C3=BC?=", "ü", False),
    "Japanese": ("=?ISO-2022-JP?B?GyRCJCIbKEI=?=", "あ", False),
    "Shift-JIS": ("=?Shift_JIS?B?gqA=?=", "あ", False),
    "windows-1252": ("=?windows-1252?Q?=80?=", "€", False),
    "question mark inside": ("=?utf-8?Q?really?yes?=", "really?yes", False),
    "blank inside": ("=?utf-8?Q?a b?=", "a b", False),
    "no blank between words": ("=?utf-8?Q?a?==?utf-8?Q?b?=", "ab", False),
    "no padding": ("=?utf-8?B?SsO8cmdlbg?=", "Jürgen", True),
    "unknown set": ("=?x-none?Q?J=C3=BCrgen?=", "Jürgen", True),
    "wrong set": ("=?us-ascii?Q?J=C3=BCrgen?=", "Jürgen", False),
    "bytes codec": ("=?zlib?Q?abc?=", "abc", True),
    "path as set": ("=?../x?Q?abc?=", "abc", True),
    "broken escape": ("=?utf-8?Q?100=ZZ?=", "100=ZZ", False),
    "unclosed": ("=?utf-8?Q?abc", "=?utf-8?Q?abc", False),
    "no text": ("=?utf-8?Q??=", "", False),
    "half a surrogate pair": ("=?utf-7?Q?+2AA-?=", "+2AA-", False),
    "not a word": ("a =? b ?= c", "a =? b ?= c", False),
    "unknown letter": ("=?utf-8?X?abc?=", "=?utf-8?X?abc?=", False),
}


@pytest.mark.parametrize(("written", "want", "broken"), TABLE.values(), ids=TABLE)
def test_decode(written: str, want: str, broken: bool) -> None:
    """Words are decoded in place; other text is unchanged."""
    assert (want, broken) == decode_words(written)


@pytest.mark.parametrize(
    ("raw", "want"),
    [
        (b"Subject: plain", "plain"),
        (b"subject:no blank", "no blank"),
        (b"Subject: folded\r\n line", "folded line"),
        (b"Subject: =?utf-8?Q?=C3?=\r\n =?utf-8?Q?=BC?=", "ü"),
        ("Subject: Grüße".encode(), "Grüße"),
        ("Subject: Grüße".encode("latin-1"), "Grüße"),
        (b"Subject: first\r\nSubject: second", "first"),
        (b"Subject:", ""),
        (b"Subject: =?utf-8?Q?two=0D=0Alines=00?=", "two  lines"),
        (b"To: x", ""),
    ],
)
def test_subject(raw: bytes, want: str) -> None:
    """The subject is unfolded and decoded; the first of two counts."""
    assert want == read(raw + b"\r\n\r\n", Limits()).subject
