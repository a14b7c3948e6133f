"""Header lines of quoted and forwarded mail."""

from textwrap import TextWrapper

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


_LANGUAGES = {
    "ar": ("من", "تاريخ الإرسال", "إلى", "نسخة", "الموضوع"),
    "bg": ("От", "Изпратено", "До", "Копие", "Относно"),
    "ca": ("De", "Enviat el", "Per a", "A/c", "Assumpte"),
    "cs": ("Od", "Odesláno", "Komu", "Kopie", "Předmět"),
    "da": ("Fra", "Sendt", "Til", "Cc", "Emne"),
    "de": ("Von", "Gesendet", "An", "Cc", "Betreff"),
    "el": ("Από", "Στάλθηκε", "Προς", "Κοιν.", "Θέμα"),
    "en": ("From", "Sent", "To", "Cc", "Subject"),
    "es": ("De", "Enviado el", "Para", "CC", "Asunto"),
    "et": ("Saatja", "Saatmisaeg", "Adressaat", "Koopia", "Teema"),
    "eu": ("Nork", "Bidalia", "Nori", "Cc", "Gaia"),
    "fa": ("از", "تاریخ", "به", "رونوشت", "موضوع"),
    "fi": ("Lähettäjä", "Lähetetty", "Vastaanottaja", "Kopio", "Aihe"),
    "fr": ("De ", "Envoyé ", "À ", "Cc ", "Objet "),
    "gl": ("De", "Enviado", "Para", "Cc", "Asunto"),
    "he": ("מאת", "נשלח", "אל", "עותק", "נושא"),
    "hi": ("प्रेषक", "दिनांक", "प्रति", "प्रतिलिपि", "विषय"),
    "hr": ("Šalje", "Poslano", "Prima", "Kopija", "Predmet"),
    "hu": ("Feladó", "Elküldve", "Címzett", "Másolatot kap", "Tárgy"),
    "id": ("Dari", "Dikirim", "Kepada", "Tembusan", "Perihal"),
    "it": ("Da", "Inviato", "A", "Cc", "Oggetto"),
    "ja": ("差出人", "送信日時", "宛先", "CC", "件名"),
    "ko": ("보낸 사람", "보낸 날짜", "받는 사람", "참조", "제목"),
    "lt": ("Nuo", "Išsiųsta", "Kam", "Kopija", "Tema"),
    "lv": ("No", "Nosūtīts", "Kam", "Kopija", "Temats"),
    "ms": ("Daripada", "Dihantar", "Kepada", "Sk", "Perkara"),
    "nl": ("Van", "Verzonden", "Aan", "CC", "Onderwerp"),
    "no": ("Fra", "Sendt", "Til", "Kopi", "Emne"),
    "pl": ("Od", "Wysłano", "Do", "DW", "Temat"),
    "pt": ("De", "Enviada em", "Para", "Cc", "Assunto"),
    "ro": ("De la", "Trimis", "Către", "Cc", "Subiect"),
    "ru": ("От", "Отправлено", "Кому", "Копия", "Тема"),
    "sk": ("Od", "Odoslané", "Komu", "Kópia", "Predmet"),
    "sl": ("Od", "Poslano", "Za", "Kp", "Zadeva"),
    "sr": ("Шаље", "Послато", "Прима", "Копија", "Наслов"),
    "sv": ("Från", "Skickat", "Till", "Kopia", "Ämne"),
    "th": ("จาก", "วันที่", "ถึง", "สำเนา", "เรื่อง"),
    "tr": ("Kimden", "Gönderildi", "Kime", "Bilgi", "Konu"),
    "uk": ("Від", "Надіслано", "Кому", "Копія", "Тема"),
    "vi": ("Từ", "Đã gửi", "Tới", "Cc", "Chủ đề"),
    "zh": ("发件人", "发送时间", "收件人", "抄送", "主题"),
    "zh-tw": ("寄件者", "寄件日期", "收件者", "副本", "主旨"),
}
"""From, Sent, To, Cc and Subject as mail programs write them."""
_PEOPLE = (
    "Ann Smith <ann.smith@x.example>",
    "Jean Luc de la Tour <jean@a-long-name.y.example>",
    '"Jones, Bob" <bob@z.example>',
    "carla@v.example",
    "Dora Maria Oakes (Sales) <d.oakes@w.example>",
    "eve@u.example <eve@u.example>",
    "Finn Ole Winslow <finn@t.example>",
)
_STYLES = ("{}: ", "*{}:* ", "**{}**: ", "{}：")
_WIDTHS = range(40, 161)
_WRAPPER = {
    width: TextWrapper(
        width, expand_tabs=False, replace_whitespace=False, break_long_words=False, break_on_hyphens=False
    )
    for width in _WIDTHS
}


def _header(labels: tuple[str, ...], style: str, separator: str, subject: str = "Meeting") -> list[str]:
    lists = separator.join(_PEOPLE), separator.join(reversed(_PEOPLE))
    values = _PEOPLE[0], "5. 3. 2024 10:00", *lists, subject
    return [style.format(label) + value for label, value in zip(labels, values, strict=True)]


def _wrapped(lines: list[str], width: int, end: str = "") -> list[str]:
    return [f"{piece}{end}" for line in lines for piece in _WRAPPER[width].wrap(line)]


def _missed(header: list[str]) -> list[str]:
    """Lines of the header with an address that do not count as quoted."""
    lines = ["Fine with me.", "", *header, "", "Regards"]
    return [
        lines[number] for number in sorted({*_suspects(lines)} - quoted_header_lines(lines, _suspects(lines)))
    ]


@pytest.mark.parametrize("language", _LANGUAGES)
def test_headers_may_be_wrapped_at_any_width(language: str) -> None:
    """Hard or flowed, and with quote marks in front: the people in a header remain in the header."""
    for width in _WIDTHS:
        header = _header(_LANGUAGES[language], _STYLES[width % len(_STYLES)], ";,"[width % 2] + " ")
        hard = _wrapped(header, width)
        assert _missed(hard) == [], width
        assert _missed(_wrapped(header, width, " ")) == [], width
        assert _missed([f"{'> ' * (width % 5)}{line}" for line in hard]) == [], width


@pytest.mark.parametrize("language", ["de", "en", "fr", "ja", "uk"])
def test_quote_marks_may_be_on_some_lines_only(language: str) -> None:
    """A program that wraps a quoted line gives the rest of it no quote mark."""
    for width in _WIDTHS:
        quoted = [f"> > {line}" for line in _wrapped(_header(_LANGUAGES[language], "{}: ", "; "), 76)]
        assert _missed(_wrapped(quoted, width)) == [], width


@pytest.mark.parametrize("language", ["de", "en", "ro"])
def test_a_wrapped_subject_does_not_end_the_header(language: str) -> None:
    """Apple Mail and Gmail have the recipients below the subject."""
    origin, sent, to, cc, subject = _header(
        _LANGUAGES[language], "{}: ", ", ", "Re: the minutes of our meeting in March " * 4
    )
    for width in _WIDTHS:
        assert _missed(_wrapped([origin, subject, sent, to, cc], width)) == [], width


@pytest.mark.parametrize(
    "rows",
    [
        ["Ann Smith <ann@x.example>", "Bob Jones <bob@y.example>"],
        ["Ann Smith, ann@x.example, London", "Bob Jones, bob@y.example, Paris"],
        ["name;email;phone", "Ann;ann@x.example;030 1234567;", "Bob;bob@y.example;030 1234568;"],
        ["ann@x.example", "bob@y.example"],
    ],
    ids=["names", "commas", "phones", "addresses"],
)
@pytest.mark.parametrize("language", ["de", "en", "fr", "hr", "ja", "uk"])
@pytest.mark.parametrize("value", ["all customers", "Jane Roe <jane@x.example>", "jane@x.example"])
def test_a_list_below_a_header_is_no_header(language: str, value: str, rows: list[str]) -> None:
    """A list that follows `To:` without a blank line counts."""
    origin, sent, to, _, _ = _LANGUAGES[language]
    lines = [f"{origin}: Jane", f"{sent}: 2024", f"{to}: {value}", *rows]
    found = quoted_header_lines(lines, _suspects(lines))
    assert found == ({2} if "@" in value else set())


@pytest.mark.parametrize("language", ["de", "en", "fr", "hr", "ja", "uk"])
def test_one_wrapped_label_is_no_header(language: str) -> None:
    """A list of customers that only begins with `To:` counts, however it is wrapped."""
    to = _LANGUAGES[language][2]
    for width in _WIDTHS:
        lines = _wrapped([f"{to}: {'; '.join(_PEOPLE)}"], width)
        assert quoted_header_lines(lines, _suspects(lines)) == set()


_NOTES = {
    "de": ("An", "Kopie", "Blindkopie", "Thema"),
    "en": ("To", "cc", "bcc", "Subject"),
    "es": ("Para", "CC", "CCO", "Asunto"),
    "fr": ("A", "cc", "cci", "Objet"),
    "it": ("Per", "CC", "CCN", "Oggetto"),
    "ja": ("宛先", "cc", "bcc", "件名"),
    "nl": ("Aan", "CC", "BCC", "Onderwerp"),
    "pt": ("Para", "cc", "cco", "Assunto"),
}
"""Labels of Lotus Notes, which have no colon: To, Cc, Bcc and Subject."""


@pytest.mark.parametrize("layout", ["{}\n{}", "{}\t{}", "{:<12}  {}", "        {}\n{}", "> {}\n> {}"])
@pytest.mark.parametrize("language", _NOTES)
def test_labels_of_notes_have_no_colon(language: str, layout: str) -> None:
    """A label is alone in its line, or has a gap behind it."""
    values = "; ".join(_PEOPLE), _PEOPLE[0], _PEOPLE[1], "Meeting"
    header = [layout.format(*field) for field in zip(_NOTES[language], values, strict=True)]
    for width in _WIDTHS:
        assert _missed(_wrapped([line for field in header for line in field.split("\n")], width)) == [], width


@pytest.mark.parametrize("language", _LANGUAGES)
def test_each_field_may_be_a_paragraph(language: str) -> None:
    """A mail program that wrote HTML may have put blank lines between the fields."""
    for style in _STYLES:
        header = _header(_LANGUAGES[language], style, "; ")
        assert _missed("\n\n".join(header).split("\n")) == [], style
        assert _missed("\n>\n> ".join(header).split("\n")) == [], style


@pytest.mark.parametrize(
    "text",
    [
        "To\n{}",
        "Subject\nOur customers\n{}",
        "To\n{}\nCc\njane@x.example",
        "From\tHamburg\nTo\tBremen\nDate\t5.3.2024\n{}",
        "From\n\nHamburg\n\nTo\n\nBremen\n\n{}",
        "To: Jane\n\n{}",
        "To: Jane\n\nSubject: Our customers\n\n{}",
        "From: Jane\n\nSent: Monday\n\nTo: Bob\n\n{}",
        "From: Jane\n\nSent: Monday\n\nSubject: Our customers\n{}",
        "Cc: {}\n\nTo: the team",
        "From: Jane\n\nCc: {}\n\nTo: the team",
        "Per\tOlsen\tper@x.example\nAn\tNguyen\tan@x.example\n{}",
    ],
)
def test_few_labels_with_gaps_are_no_header(text: str) -> None:
    """Without colons, or with blank lines, it takes three labels and both meanings to hide a list."""
    for rows in ("; ".join(_PEOPLE), ";\n".join(_PEOPLE), "\n".join(_PEOPLE)):
        lines = text.format(rows).split("\n")
        found = [lines[number] for number in quoted_header_lines(lines, _suspects(lines))]
        assert found == [], text


@pytest.mark.parametrize("language", ["de", "en", "fr", "hr", "ja", "uk"])
def test_people_with_phones_are_no_header(language: str) -> None:
    """A parcel's sender and recipient may have the labels of a mail."""
    origin, sent, to, _, _ = _LANGUAGES[language]
    rows = (f"{label}: {name}, +44 20 7946 0991" for label, name in zip((origin, to), _PEOPLE, strict=False))
    lines = [f"{sent}: 5. 3. 2024", *rows, ""] * 3
    assert quoted_header_lines(lines, _suspects(lines)) == set()


@pytest.mark.parametrize(
    "value", ["customers in the north of Germany, these are:", "the many customers " * 5]
)
def test_a_sentence_is_no_name(value: str) -> None:
    """Nobody's address follows in the next line."""
    lines = ["From: Jane", "Sent: Monday", f"To: {value.strip()}", *(f"{one}," for one in _PEOPLE)]
    assert quoted_header_lines(lines, _suspects(lines)) == set()


def test_an_attribution_has_one_writer() -> None:
    """A list does not become an attribution by a verb at its end."""
    lines = [f"On Monday {', '.join(_PEOPLE)} wrote:"]
    assert quoted_header_lines(lines, _suspects(lines)) == set()


_ATTRIBUTIONS = {
    "ar": "في الثلاثاء، 5 مارس 2024 كتب Ann Mary Smith <ann.smith@x.example>:",
    "ca": "El dia 5 de març 2024, Ann Mary Smith <ann.smith@x.example> va escriure:",
    "da": "Den tirs. 5. mar. 2024 kl. 10.00 skrev Ann Mary Smith <ann.smith@x.example>:",
    "de": "Am Dienstag, 5. März 2024 um 10:00 schrieb Ann Mary Smith <ann.smith@x.example>:",
    "en": "On Tue, 5 Mar 2024 at 10:00, Ann Mary Smith <ann.smith@x.example> wrote:",
    "he": "בתאריך 5.3.2024 כתב Ann Mary Smith ‏<ann.smith@x.example>‏:‬",
    "hr": "uto, 5. ožu 2024. u 10:00 Ann Mary Smith <ann.smith@x.example> napisao je:",
    "id": "Pada tanggal Sel, 5 Mar 2024 Ann Mary Smith <ann.smith@x.example> menulis:",
    "it": "Il giorno mar 5 mar 2024 alle 10:00 Ann Mary Smith <ann.smith@x.example> ha scritto:",
    "ja": "2024年3月5日(火) 10:00 Ann Mary Smith <ann.smith@x.example>:",
    "ko": "2024년 3월 5일 (화) 10:00, Ann Mary Smith <ann.smith@x.example>님이 작성:",
    "ro": "În mar., 5 mar. 2024 la 10:00, Ann Mary Smith <ann.smith@x.example> a scris:",
    "th": "ในวันที่ 5 มี.ค. 2024 Ann Mary Smith <ann.smith@x.example> เขียนว่า:",
    "uk": "вт, 5 бер. 2024 р. о 10:00 Ann Mary Smith <ann.smith@x.example> пише:",
    "vi": "Vào 5 thg 3, 2024 Ann Mary Smith <ann.smith@x.example> đã viết:",
    "zh": "Ann Mary Smith <ann.smith@x.example> 于2024年3月5日周二 10:00写道：",
}


@pytest.mark.parametrize("language", _ATTRIBUTIONS)
def test_attributions_may_be_wrapped(language: str) -> None:
    """The writer's address is quoted in whichever line the verb is."""
    for width in _WIDTHS:
        assert _missed(_wrapped([_ATTRIBUTIONS[language]], width)) == [], width
        assert _missed([f"> {line}" for line in _wrapped([_ATTRIBUTIONS[language]], width)]) == [], width


@pytest.mark.parametrize(
    "text",
    [
        "These customers wrote:\nAnn Smith <ann@x.example>:\nBob Jones <bob@y.example>:",
        "Diese Kunden schrieb Jane an:\nAnn Smith <ann@x.example>\nBob Jones <bob@y.example>",
        "ann@x.example\n\nOn Monday Bob wrote:",
        "Ces clients ont écrit :\nann@x.example\nbob@y.example",
    ],
)
def test_a_list_below_a_verb_is_no_attribution(text: str) -> None:
    """The verb must end the line of the address, or be in it."""
    lines = text.split("\n")
    assert quoted_header_lines(lines, _suspects(lines)) == set()


@pytest.mark.parametrize(
    "line",
    [
        "To:",
        "To: a@x.example",
        "To: Ann",
        "Subject: x",
        "x",
        "To: <",
        "Ann wrote:",
        "a@x.example:",
        ">" * 500,
    ],
)
def test_every_line_is_read_a_few_times(line: str) -> None:
    """However labels are arranged, the lines that are looked at are a small multiple of all."""

    class Counted(list[str]):
        reads = 0

        def __getitem__(self, number):  # type: ignore[no-untyped-def]
            Counted.reads += 1
            return super().__getitem__(number)

    lines = Counted([*[line, "a@x.example"] * (300_000 // (len(line) + 12)), "Cc: b@y.example"])
    quoted_header_lines(lines, _suspects(lines))
    assert Counted.reads < 40 * len(lines)
