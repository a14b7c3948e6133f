"""Header lines of quoted and forwarded mail."""

import pytest
from holdback.people.recognition.quoted_headers import quoted_header_lines

_QUOTED = {
    "outlook": "From: A <a@x.example>\nSent: Monday\nTo: b@y.example; c@z.example\nCc:"
    " d@w.example\nSubject: Hi",
    "outlook de": "Von: A <a@x.example>\nGesendet: Montag\nAn: b@y.example\nCc: c@z.example\nBetreff: Hallo",
    "outlook fr": "De : A <a@x.example>\nEnvoyé : lundi\nÀ : b@y.example\nObjet : Bonjour",
    "outlook es": "De: A <a@x.example>\nEnviado: lunes\nPara: b@y.example\nAsunto: Hola",
    "outlook it": "Da: A <a@x.example>\nInviato: lunedì\nA: b@y.example\nOggetto: Ciao",
    "outlook pt": "De: A <a@x.example>\nEnviada: segunda\nPara: b@y.example\nAssunto: Olá",
    "outlook nl": "Van: A <a@x.example>\nVerzonden: maandag\nAan: b@y.example\nOnderwerp: Hoi",
    "outlook pl": "Od: A <a@x.example>\nWysłano: poniedziałek\nDo: b@y.example\nTemat: Cześć",
    "outlook sv": "Från: A <a@x.example>\nSkickat: måndag\nTill: b@y.example\nÄmne: Hej",
    "outlook tr": "Kimden: A <a@x.example>\nTarih: Pazartesi\nKime: b@y.example\nKonu: Merhaba",
    "outlook da": "Fra: A <a@x.example>\nSendt: mandag\nTil: b@y.example\nEmne: Hej",
    "japanese": "差出人: A <a@x.example>\n日時: 月曜日\n宛先: b@y.example\n件名: こんにちは",
    "labels above": "Subject: Hi\nDate: Monday\nTo: b@y.example",
    "apple": "> From: A <a@x.example>\n> Subject: Hi\n> Date: Monday\n> To: b@y.example,\n>  c@z.example",
    "gmail forward": "From: *A* <a@x.example>\nDate: Mon\nSubject: Hi\nTo: b@y.example,\n"
    " c@z.example,\n d@w.example",
    "bold": "*From:* A <a@x.example>\n*Sent:* Monday\n*To:* b@y.example",
    "continued": "To: a@x.example;\nb@y.example;\nc@z.example\nSubject: Hi",
    "attribution": "On Monday, A <a@x.example> wrote:",
    "attribution in two lines": "On Monday, A <a@x.example>\nwrote:",
    "attribution de": "Am Montag schrieb A <a@x.example>:",
    "attribution fr": "Le lundi, A <a@x.example> a écrit :",
    "attribution pl": "W dniu 1.03 A <a@x.example> napisał(a):",
}
_NOT_QUOTED = {
    "a label alone": "To: a@x.example, b@y.example",
    "labels of a form": "Name: A\nE-mail: a@x.example\nPhone: 1",
    "list below a header": "Subject: list\n\na@x.example\nb@y.example",
    "one label again and again": "To: a@x.example\nTo: b@y.example\nTo: c@z.example",
    "prose": "Write to a@x.example.",
}


def _suspects(lines: list[str]) -> list[int]:
    return [number for number, line in enumerate(lines) if "@" in line]


@pytest.mark.parametrize("text", _QUOTED.values(), ids=_QUOTED.keys())
def test_quoted_headers_are_seen(text: str) -> None:
    """Every address in the header of a quoted mail stands in a quoted line."""
    lines = ["Hello", "", *text.split("\n"), "", "Bye"]
    assert quoted_header_lines(lines, _suspects(lines)) == set(_suspects(lines))


@pytest.mark.parametrize("text", _NOT_QUOTED.values(), ids=_NOT_QUOTED.keys())
def test_lists_do_not_pass_as_headers(text: str) -> None:
    """One label hides nobody."""
    lines = text.split("\n")
    assert quoted_header_lines(lines, _suspects(lines)) == set()


def test_what_follows_the_header_is_not_quoted() -> None:
    """The body of the forwarded mail counts again."""
    lines = ["From: a@x.example", "Date: Monday", "To: b@y.example", "", "c@z.example", "d@w.example"]
    assert quoted_header_lines(lines, _suspects(lines)) == {0, 2}


def test_ten_thousand_labels_end() -> None:
    """A header without end is read once."""
    lines = ["To: a@x.example,", "Cc: b@y.example,"] * 10_000
    assert len(quoted_header_lines(lines, _suspects(lines))) == 20_000
