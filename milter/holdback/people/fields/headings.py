"""What a column's heading or a line's label says it holds: `KundenNr`, `E-Mail-Adresse`, `alt_email`."""

import re
from collections.abc import Iterable
from functools import lru_cache
from unicodedata import normalize

from holdback.people.fields.folding import fold
from holdback.people.fields.kinds import Field
from holdback.people.fields.wordlists import words_in

_CAMEL = re.compile(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[^\W\d_]+")
_UMLAUT = (("ae", "a"), ("oe", "o"), ("ue", "u"))
_COMPOUND = re.compile(
    r"(?P<email>e?mail(?:adresse|adres|adress|cim)?$|^e?mail(?!ings?$)|メール)"
    r"|(?P<phone>telefon|telefoon|puhelin|handynr|rufnummer|mobilnummer|phone|電話|携帯|전화)"
    r"|(?P<birth>geburtsdatum|geburtstag|birthdate|fodelsedatum|生年月日|誕生日)"
    r"|(?P<given>vorname$|firstname$|voornaam$|fornamn$)"
    r"|(?P<family>nachname$|lastname$|surname$|achternaam$|efternamn$)"
    r"|(?P<street>strasse$|anschrift$|adresse$|addresse?$|住所)"
    r"|(?P<id>^(?:kunde|kund|customer|client|klant|mitglied|member|user|benutzer|medlem|asiakas|zakaznik|ugyfel|musteri|patient|account)"
    r"(?:en|s)?(?:nummer|nr|no|number|id|numero|szam|cislo|code|num)$|顧客番号|会員番号)"
    r"|(?P<full>氏名|お名前)"
    r"|(?P<other>(?:betreuer|berater|vertreter|bearbeiter|vermittler)(?:in)?$|(?:bestell|auftrags|rechnungs)(?:nummer|nr)$)"
)
_COMPOUNDS = {
    "email": Field.EMAIL,
    "phone": Field.PHONE,
    "birth": Field.BIRTH,
    "given": Field.GIVEN,
    "family": Field.FAMILY,
    "street": Field.STREET,
    "id": Field.ID,
    "full": Field.NAME,
    "other": Field.OTHER,
}
_LONGEST_HEADING = 60


def words_of(heading: str) -> list[str]:
    """The folded words of a heading: `KundenNr_2` and `Kunden-Nr.` are `kunden nr`; kana lose their marks."""
    apart = _CAMEL.sub(" ", heading[:_LONGEST_HEADING])
    return _WORD.findall(normalize("NFC", fold(apart)))


_FIELDS = {
    "email": Field.EMAIL,
    "phone": Field.PHONE,
    "given name": Field.GIVEN,
    "family name": Field.FAMILY,
    "full name": Field.NAME,
    "iban": Field.IBAN,
    "card": Field.CARD,
    "national id": Field.NATIONAL_ID,
    "birth": Field.BIRTH,
    "login": Field.LOGIN,
    "street": Field.STREET,
    "postcode": Field.POSTCODE,
    "town": Field.PLACE,
    "organisation": Field.ORGANISATION,
    "opt-out": Field.OPT_OUT,
    "plan": Field.PLAN,
    "price": Field.PRICE,
    "status": Field.STATUS,
    "account number": Field.ID,
}
"""Meanings of `headings.txt` that say what a column holds."""
_WORDS = words_in("headings.txt")


def _joined(words: Iterable[str]) -> list[str]:
    return ["".join(words_of(word)) or word for word in words]


_KNOWN = {word: _FIELDS[meaning] for meaning in reversed(_FIELDS) for word in _joined(_WORDS[meaning])}
"""Of two meanings of a word, the first one in `_FIELDS` counts."""
_PERSON, _NUMBER, _ACCOUNT = (frozenset(_WORDS[meaning]) for meaning in ("person", "number", "account"))
_THING, _PAPER = frozenset(_WORDS["thing"]), frozenset(_WORDS["paper"])
_SOMEONE_ELSE, _ADDRESS = frozenset(_WORDS["someone else"]), frozenset(_WORDS["address"])
_FILLER = frozenset(_WORDS["filler"])
_ANY_NUMBER, _ANY_NAME = frozenset(_WORDS["number of anything"]), frozenset(_WORDS["name of anything"])
_PRECEDENCE = {
    field: rank
    for rank, field in enumerate(
        (
            Field.EMAIL, Field.PHONE, Field.GIVEN, Field.FAMILY, Field.NAME, Field.ANY_NAME, Field.IBAN,
            Field.CARD, Field.NATIONAL_ID, Field.BIRTH, Field.LOGIN, Field.ID, Field.ANY_ID, Field.STREET,
            Field.POSTCODE, Field.PLACE, Field.ORGANISATION, Field.OPT_OUT, Field.PRICE, Field.PLAN,
            Field.STATUS, Field.OTHER,
        )
    )
}  # fmt: skip
"""Of several fields that the words of a heading name, the first one here is what the column holds."""


@lru_cache(maxsize=8192)
def field_of(heading: str) -> Field | None:
    """What a column with this heading, or a line with this label, holds; None if the words are unknown."""
    if not heading or len(heading) > _LONGEST_HEADING or "@" in heading:
        return None
    words = words_of(heading)
    return _field(words) or _field(_without_umlauts(words))


def _without_umlauts(words: list[str]) -> list[str]:
    """`Empfaenger` for `Empfänger`, which is `empfanger` here."""
    joined = " ".join(words)
    for written, plain in _UMLAUT:
        joined = joined.replace(written, plain)
    return joined.split()


def _field(words: list[str]) -> Field | None:
    if not words or len(words) > 7:
        return None
    whole = _KNOWN.get("".join(words))
    if whole:
        return whole
    if words[:2] == ["number", "of"]:
        return Field.OTHER
    words = [word for word in words if word not in _FILLER] or words
    found = _fields_in(words)
    if Field.OTHER in found or _SOMEONE_ELSE.intersection(words):
        return Field.OTHER
    things = _THING.intersection(words)
    papers = _PAPER.intersection(words) if _NUMBER.intersection(words) else ()
    if _is_account(words, bool(things or papers or found - {Field.CARD})):
        return Field.ID
    if (things or papers) and not found & _HARD:
        return Field.OTHER
    if found:
        return min(found, key=_PRECEDENCE.__getitem__)
    if _ANY_NAME.intersection(words) or _PERSON.intersection(words):
        return Field.ANY_NAME
    return Field.ANY_ID if "".join(words) in _ANY_NUMBER else None


_HARD = {
    Field.EMAIL,
    Field.PHONE,
    Field.IBAN,
    Field.CARD,
    Field.NATIONAL_ID,
    Field.BIRTH,
    Field.PLAN,
    Field.PRICE,
    Field.STATUS,
    Field.OPT_OUT,
    Field.POSTCODE,
}


def _fields_in(words: list[str]) -> set[Field]:
    """What every word, and every two or three in a row as one, say the heading is of."""
    runs = {"".join(words[i : i + n]) for n in (1, 2, 3) for i in range(len(words) - n + 1)}
    found = {_KNOWN[run] for run in runs if run in _KNOWN}
    found |= {_COMPOUNDS[str(m.lastgroup)] for m in map(_COMPOUND.search, words) if m}
    if Field.STREET in found and found & {Field.POSTCODE, Field.PLACE}:
        # `Billing Address Zip`: which address it is of.
        specific = [word for word in words if word not in _ADDRESS]
        return _fields_in(specific) if len(specific) < len(words) else found
    return found


def _is_account(words: list[str], something_else: bool) -> bool:
    """`customer id`, `numero de cliente`, `Kunden-Nr.`, `account no`; but not `customer order number`."""
    people = _PERSON.intersection(words) - _ANY_NAME | _ACCOUNT.intersection(words)
    numbers = [at for at, word in enumerate(words) if word in _NUMBER and word not in people]
    if not something_else:
        return bool(people and numbers)
    beside = [{*words[max(at - 1, 0) : at], *words[at + 1 : at + 2]} for at in numbers]
    return any(near & people and not any(map(_is_of_its_own, near - people)) for near in beside)


def _is_of_its_own(word: str) -> bool:
    """True if there are numbers of it: a phone's, an order's."""
    return word in _THING or word in _PAPER or not _HARD.isdisjoint(_fields_in([word]))
