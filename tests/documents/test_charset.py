"""Text is decoded correctly with right, wrong and missing declarations."""

import encodings

import pytest
from holdback.documents.charset import decode
from hypothesis import given, settings
from hypothesis import strategies as st

GERMAN = "Name;Straße;Ort\nJörg Müller;Schloßallee 5;Köln\nZoë Groß;Öhringer Weg 1;Düsseldorf\n"
JAPANESE = "氏名,電話番号,メール\n山田 太郎,03-1234-5678,taro@mail.example\n" * 3
RUSSIAN = "Имя;Телефон;Город\nИван Петров;+7 495 1234567;Москва\nАнна Смирнова;+7 812 7654321;Казань\n" * 5


@pytest.mark.parametrize(
    ("text", "stored_as", "declared"),
    [
        (GERMAN, "utf-8", ""),
        (GERMAN, "utf-8", "iso-8859-1"),
        (GERMAN, "utf-8-sig", ""),
        (GERMAN, "utf-16", ""),
        (GERMAN, "utf-16-le", ""),
        (GERMAN, "utf-16-be", "us-ascii"),
        (GERMAN, "utf-32", ""),
        (GERMAN, "latin-1", ""),
        (GERMAN, "latin-1", "us-ascii"),
        (GERMAN, "cp1252", "no-such-charset"),
        (GERMAN + "10 €", "cp1252", "iso-8859-1"),
        (GERMAN, "iso-8859-15", "iso-8859-15"),
        (JAPANESE, "shift_jis", ""),
        (JAPANESE, "shift_jis", "us-ascii"),
        (JAPANESE, "cp932", "windows-1252"),
        (JAPANESE, "utf-8", "shift_jis"),
        (JAPANESE, "utf-16-le", ""),
        (JAPANESE, "euc_jp", "euc-jp"),
        (JAPANESE, "iso2022_jp", ""),
        (GERMAN + "\x1b(B", "utf-8", ""),
        (JAPANESE, "iso2022_jp", "iso-2022-jp"),
        (RUSSIAN, "cp1251", "windows-1251"),
        (RUSSIAN, "cp1251", ""),
        (RUSSIAN, "koi8-r", "koi8-r"),
    ],
)
def test_text_survives_its_charset(text: str, stored_as: str, declared: str) -> None:
    """The bytes decide; the declaration only if the bytes are ambiguous."""
    assert text == decode(text.encode(stored_as), declared)


@pytest.mark.parametrize("declared", ["base64", "zlib", "idna", "punycode", "undefined", "\0", "x" * 5000])
def test_a_declared_codec_that_is_no_charset_is_ignored(declared: str) -> None:
    """Python has codecs that expand, refuse or raise."""
    assert decode(b"M\xfcller", declared) == "Müller"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"a\r\nb\rc\nd", "a\nb\nc\nd"),
        (b"", ""),
        (b"a\0b and so on, with a NUL in it", "a\0b and so on, with a NUL in it"),
        (b"a\0bc" * 99, "a\0bc" * 99),
        ("ann\u200b@shop.ex\u00adample".encode(), "ann@shop.example"),
        (b"caf\xc3\xa9 " * 9 + b"\xff", "café " * 9 + "\ufffd"),
        ("cut in the mid\u00e9".encode()[:-1], "cut in the mid\ufffd"),
    ],
)
def test_normalisation(content: bytes, text: str) -> None:
    """One kind of line end, no invisible characters, and one bad byte costs one letter."""
    assert text == decode(content)


@pytest.mark.parametrize(
    "text",
    ["Élodie Péchèr, Réné Çelik, Hélène\n", "ÄRZTE, ÖL UND ÜBUNG AUF DER STRASSE\n", "“Quoted” – it’s €5…\n"],
)
def test_western_accents_are_not_japanese(text: str) -> None:
    """Pairs of accented letters can be valid Shift-JIS."""
    assert text * 20 == decode((text * 20).encode("cp1252"))


@settings(deadline=None)
@given(st.binary(), st.text(max_size=12))
def test_any_bytes_decode(content: bytes, declared: str) -> None:
    """Decoding never raises."""
    assert "\r" not in decode(content, declared)


def test_lone_surrogates() -> None:
    """UTF-7 can encode one; it is replaced, and the rest is kept."""
    assert decode(b"Ann+2AA- Smith", "utf-7") == "Ann? Smith"


@pytest.mark.parametrize("declared", ["koi8-u", "cp874", "windows-1251", "iso-8859-7", "big5"])
def test_a_declared_charset_decides_what_bytes_cannot(declared: str) -> None:
    """Also charsets for which Python has no alias."""
    text = {"cp874": "สวัสดีครับ", "iso-8859-7": "Καλημέρα σας", "big5": "您好，張先生"}.get(
        declared, "Доброго ранку"
    )
    assert decode(text.encode(declared), declared) == text


def test_invented_charsets_are_not_looked_up() -> None:
    """A look-up would search the disk for a module, and cache the failure for ever."""
    remembered = set(encodings._cache)
    decode(b"Gr\xfc\xdfe aus dem Norden", "invented-charset")
    assert set(encodings._cache) == remembered
