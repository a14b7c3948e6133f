"""Web pages with data of `PEOPLE` people each: in blocks, scripts, attributes, hidden."""

import base64
import html
import json
from collections.abc import Callable, Sequence

from people.corpus.invented import Person, people

PEOPLE = 40


def each(language: str, form: str, between: str = "") -> str:
    """Return one `form` (a format string over `p`) for each person."""
    return between.join(form.format(p=person) for person in people(language, PEOPLE))


def page(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head><title>Report</title>{head}</head><body>{body}</body></html>"


def numbered(form: str, count: int = 60) -> str:
    """Return one `form` for each number `n`, with `b` of five digits."""
    return "".join(form.format(n=n, b=n * 7919 % 89_989 + 10_000) for n in range(1, count + 1))


def objects(language: str, *names: str) -> list[dict[str, str]]:
    """Return one object for each person, with these attributes."""
    return [{name: str(getattr(person, name)) for name in names} for person in people(language, PEOPLE)]


def _pairs(language: str, cells: Callable[[Person], Sequence[str]]) -> list[list[str]]:
    return [list(cells(person)) for person in people(language, PEOPLE)]


def _escaped(value: object) -> str:
    return html.escape(json.dumps(value, ensure_ascii=False))


BLOCKS: dict[str, str] = {
    "outlook paragraphs": each(
        "de",
        "<p class=MsoNormal>{p.name}</p>\n<p class=MsoNormal>{p.street}</p>\n"
        "<p class=MsoNormal>{p.postcode} {p.town}</p>\n<p class=MsoNormal>{p.phone}</p>\n",
        "<p class=MsoNormal>&nbsp;</p>\n",
    ),
    "outlook paragraphs with o:p": each(
        "fr",
        "<p class=MsoNormal><span lang=FR>{p.name}<o:p></o:p></span></p>\n"
        "<p class=MsoNormal><span lang=FR>{p.phone}<o:p></o:p></span></p>\n",
        "<p class=MsoNormal><span lang=FR><o:p>&nbsp;</o:p></span></p>\n",
    ),
    "paragraphs without gaps": each("it", "<p>{p.name}</p><p>{p.street}</p><p>{p.town}</p>"),
    "divs of a webmail": each(
        "es", "<div>{p.name}</div><div>{p.street}</div><div>{p.phone}</div>", "<div><br></div>"
    ),
    "lines with a break and a new line": each(
        "pl", "{p.name}<br>\n{p.street}<br>\n{p.postcode} {p.town}<br>\n{p.phone}<br>\n", "<br>\n"
    ),
    "cards": each(
        "en",
        '\n<div class="card">\n  <h3>{p.name}</h3>\n  <div class="body">\n    <p>{p.street}</p>\n'
        "    <p>{p.town}</p>\n  </div>\n  <div>Tel. {p.phone}</div>\n</div>",
    ),
    "cards with a role": each(
        "sv",
        "<article><header><h4>{p.name}</h4></header><p>Medlem</p><p>{p.town}</p>"
        "<footer><p>{p.phone}</p></footer></article>",
    ),
    "grid of divs": each(
        "nl",
        "<div class=row><div class=cell>{p.name}</div><div class=cell>{p.town}</div>"
        "<div class=cell>{p.phone}</div></div>",
    ),
    "grid, phone first": each(
        "tr", "<div class=r><div>{p.phone}</div><div>{p.town}</div><div>{p.name}</div></div>\n"
    ),
    "grid of spans": each(
        "pt", "<div><span>{p.name}</span><span>{p.phone}</span><span>{p.town}</span></div>"
    ),
    "spans of given and family name": each(
        "da", "<div><span>{p.given}</span><span>{p.family}</span><span>{p.phone}</span></div>"
    ),
    "list items": each("cs", "<li>{p.name}</li><li>{p.street}</li><li>{p.phone}</li>"),
    "a list each": each("fi", "<ul><li>{p.name}</li><li>{p.phone}</li></ul>"),
    "nested lists": "<ul>"
    + each("hu", "<li>{p.name}<ul><li>{p.street}</li><li>{p.phone}</li></ul></li>")
    + "</ul>",
    "definition list": "<dl>" + each("en", "<dt>{p.name}</dt><dd>{p.phone}</dd>") + "</dl>",
    "definitions with labels": each(
        "de", "<dl><dt>Name</dt><dd>{p.name}</dd><dt>Geburtsdatum</dt><dd>{p.born}</dd></dl>"
    ),
    "definitions with three fields": each(
        "fr",
        "<dl>\n<dt>Nom</dt>\n<dd>{p.name}</dd>\n<dt>Adresse</dt>\n<dd>{p.street}</dd>\n"
        "<dt>Tél.</dt>\n<dd>{p.phone}</dd>\n</dl>\n",
    ),
    "labels in blocks": each(
        "en",
        "<section><div>Name: {p.name}</div><div>E-mail: {p.email}</div><div>Phone: {p.phone}</div></section>",
    ),
    "labels in blocks, no mail": each(
        "es", "<p>Nombre: {p.name}</p><p>Fecha de nacimiento: {p.born}</p><p>Teléfono: {p.phone}</p>"
    ),
    "labels above values": each(
        "it",
        "<div><div>Nome</div><div>{p.name}</div><div>Telefono</div><div>{p.phone}</div></div>",
    ),
    "bold labels before blocks": each(
        "pl", "<div><b>Imię i nazwisko:</b><p>{p.name}</p><b>Telefon:</b><p>{p.phone}</p></div>"
    ),
    "labels and values in spans": each(
        "de",
        "<div><span class=l>Name</span><span class=v>{p.name}</span></div>"
        "<div><span class=l>Geburtsdatum</span><span class=v>{p.born}</span></div>",
        "<hr>",
    ),
    "one-column tables": each(
        "ru",
        "<table><tr><td>{p.name}</td></tr><tr><td>{p.street}</td></tr><tr><td>{p.phone}</td></tr></table>",
    ),
    "names wrapped by a mailer": each("en", "<p>{p.given}\n{p.family}<br>{p.phone}</p>\n"),
    "addresses in paragraphs": each("ja", "<p>{p.family} {p.given}</p><p>{p.phone}</p>"),
    "births in blocks": each("pt", "<div>{p.name}</div><div>nascido a {p.born}</div>"),
    "google docs": each(
        "fr",
        '<p dir="ltr"><span style="font-size:11pt">{p.name}</span></p>'
        '<p dir="ltr"><span>{p.street}</span></p>'
        '<p dir="ltr"><span>{p.phone}</span></p><br>',
    ),
    "grid with a head": "<div class=head><div>Name</div><div>Telefon</div><div>Ort</div></div>"
    + each("de", "<div class=row><div>{p.name}</div><div>{p.phone}</div><div>{p.town}</div></div>"),
    "indented cards": each(
        "sv",
        """
      <div class="card mb-3">
        <div class="card-body">
          <h5 class="card-title">
            {p.name}
          </h5>
          <p class="card-text">
            {p.street}<br>
            {p.postcode} {p.town}
          </p>
          <a href="tel:{p.phone}">{p.phone}</a>
        </div>
      </div>""",
    ),
    "address elements": each(
        "en",
        "<address><strong>{p.name}</strong><br>{p.street}<br>{p.town}<br>Phone: {p.phone}</address>",
    ),
    "labels and values in divs": each(
        "fr",
        "<div><div>Nom</div><div>{p.name}</div></div>"
        "<div><div>Date de naissance</div><div>{p.born}</div></div>",
    ),
    "names and births": each("hu", "<li><div>{p.name}</div><div>{p.born}</div></li>"),
    "cards in rows": "".join(
        "<div class=row>"
        + "".join(
            f"<div class=col><h4>{p.name}</h4><p>{p.town}</p><p>{p.phone}</p></div>"
            for p in people("en", PEOPLE)[start : start + 4]
        )
        + "</div>"
        for start in range(0, PEOPLE, 4)
    ),
    "a list in a letter": "<p>Dear Bob,</p><p>here is the list of those who have registered so far, as you "
    "asked me yesterday on the phone; please keep it to yourself.</p>"
    + each("de", "<p>{p.name}</p><p>{p.phone}</p>")
    + "<p>Kind regards</p><p>Jane</p>",
    "text areas": each("en", "<textarea>{p.name}\n{p.street}\n{p.phone}</textarea>"),
    "accounts in blocks": each("nl", "<li>{p.name}</li><li>{p.iban}</li>"),
}
"""A person's fields in blocks of their own."""

DOUBLED: dict[str, str] = {
    "doubled lines": each("en", "{p.name}\n\n{p.street}\n\n{p.town} {p.postcode}\n\n{p.phone}\n\n", "\n\n"),
    "doubled lines without gaps": each("de", "{p.name}\n\n{p.street}\n\n{p.phone}\n\n"),
    "doubled labels": each("fr", "Nom : {p.name}\n\nTél. : {p.phone}\n\n", "\n"),
    "doubled addresses": each("es", "{p.name}\n\n{p.email}\n\n"),
    "trebled lines": each("it", "{p.name}\n\n\n{p.phone}\n\n\n", "\n\n"),
    "doubled lines in a reply": each("nl", "> {p.name}\n>\n> {p.street}\n>\n> {p.phone}\n>\n", ">\n>\n"),
    "labels above their values": each("pl", "Imię i nazwisko\n\n{p.name}\n\nTelefon\n\n{p.phone}\n\n", "\n"),
    "indented doubled lines": each("da", "   {p.name}\n \n   {p.phone}\n \n", " \n"),
}
"""Text twins with a blank line behind every line."""


def script(content: str, kind: str = "") -> str:
    return page(f"<table id=t></table><script{kind}>{content}</script>")


def _js(language: str, form: str, between: str = ", ") -> str:
    return "[" + each(language, form, between) + "]"


def csv(language: str) -> str:
    return "name,phone,town\n" + each(language, "{p.name},{p.phone},{p.town}", "\n")


SCRIPTS: dict[str, str] = {
    "objects": script("var rows = " + json.dumps(objects("en", "name", "email", "phone")) + ";"),
    "objects without mail": script("const d=" + json.dumps(objects("de", "name", "phone", "town"))),
    "arrays": script(
        "let rows=" + json.dumps(_pairs("fr", lambda p: (p.name, p.phone, p.town))) + ";draw(rows)"
    ),
    "object literals": script(
        "window.data = "
        + _js("es", "{{id: 7, name: '{p.name}', phone: '{p.phone}', town: '{p.town}'}}")
        + ";"
    ),
    "literals with comments": script(
        "// the list\nvar list = "
        + _js("it", "{{ name: \"{p.name}\", /* at home */ phone: '{p.phone}', }}", ",\n")
    ),
    "pushed one by one": script(each("pl", "rows.push({{nazwisko: '{p.name}', telefon: '{p.phone}'}});\n")),
    "pushed arrays": script(each("nl", "table.add(['{p.name}', '{p.phone}']);\n")),
    "calls": script(each("sv", "L.marker([59.3, 18.1]).bindPopup('{p.name}<br>{p.phone}');\n")),
    "application/json": script(
        json.dumps({"props": {"users": objects("tr", "name", "phone")}}), " type='application/json'"
    ),
    "ld+json people": script(
        json.dumps([{"@type": "Person", "name": p.name, "telephone": p.phone} for p in people("da", PEOPLE)]),
        ' type="application/ld+json"',
    ),
    "a table in a template literal": script(f"const csv = `{csv('pt')}`;"),
    "text/csv": script("\n" + csv("fi"), ' type="text/csv"'),
    "a quoted JSON text": script(f"var d = JSON.parse('{json.dumps(objects('en', 'name', 'phone'))}');"),
    "upper case tags": page(f"<SCRIPT>var a = {json.dumps(objects('cs', 'name', 'born'))}</SCRIPT>"),
    "objects by key": script(
        "var users={" + each("de", 'k{p.postcode}:{{n:"{p.name}",t:"{p.phone}"}}', ",") + "};"
    ),
    "lines put together": script(
        "var csv = 'name;phone\\n' +\n" + each("nl", "'{p.name};{p.phone}\\n'", " +\n") + ";"
    ),
    "react props": script(
        "React.createElement(List, {rows: " + _js("hu", "{{name: '{p.name}', tel: '{p.phone}'}}") + "})"
    ),
}

ATTRIBUTES: dict[str, str] = {
    "rows as JSON": page(
        f"<div id=app data-rows='{_escaped(objects('en', 'name', 'email', 'phone'))}'></div>"
    ),
    "rows as JSON, no mail": page(
        f'<div data-props="{_escaped({"rows": objects("de", "name", "phone")})}">x</div>'
    ),
    "JSON of each": page(
        "".join(
            f'<li data-user="{_escaped(one)}">show</li>' for one in objects("fr", "name", "phone", "town")
        )
    ),
    "fields of each": page(
        "<ul>" + each("es", '<li data-name="{p.name}" data-phone="{p.phone}"><i>show</i></li>') + "</ul>"
    ),
    "phone behind the name": page("<ul>" + each("it", "<li data-phone='{p.phone}'>{p.name}</li>") + "</ul>"),
    "addresses behind the names": page(each("pl", "<tr><td data-mail='{p.email}'>{p.name}</td></tr>")),
    "form fields": page(
        each(
            "nl", '<form><input name="naam" value="{p.name}"><input name="telefoon" value="{p.phone}"></form>'
        )
    ),
    "hidden form fields": page(
        "<form>"
        + each(
            "sv",
            '<input type="hidden" name="p[][name]" value="{p.name}">'
            '<input type="hidden" name="p[][phone]" value="{p.phone}">',
        )
        + "</form>"
    ),
    "fields in cells": page(
        "<table><tr><th>Name</th><th>Phone</th></tr>"
        + each("tr", '<tr><td><input value="{p.name}"></td><td><input value="{p.phone}"></td></tr>')
        + "</table>"
    ),
    "labelled fields": page(
        each(
            "da",
            '<fieldset><label>Navn</label><input value="{p.name}">'
            '<label>Telefon</label><input value="{p.phone}"></fieldset>',
        )
    ),
    "options": page("<select>" + each("fi", '<option value="{p.phone}">{p.name}</option>') + "</select>"),
    "text area": page(f"<textarea rows=9>{csv('cs')}</textarea>"),
    "bound attributes": page(f"<user-list :users='{_escaped(objects('en', 'name', 'phone'))}'></user-list>"),
    "programs": page(each("pl", """<a onclick="show('{p.name}', '{p.email}')">show</a> """)),
    "literals": page(
        '<div x-data="{ rows: ' + _js("da", "{{ name: '{p.name}', phone: '{p.phone}' }}") + ' }"></div>'
    ),
    "a file in a link": page(
        f'<a href="data:text/csv;base64,{base64.b64encode(csv("de").encode()).decode()}">list</a>'
    ),
    "a list in a field": page(each("en", '<input value="{p.name}, {p.phone}">')),
    "titles": page(each("hu", '<img src="p.png" title="{p.name}, {p.phone}">')),
}

HIDDEN: dict[str, str] = {
    "comment": page("<p>Hello</p><!-- " + each("en", "{p.name}, {p.phone}", "\n") + " -->"),
    "hidden rows": page(
        "<table><tr><th>Name</th><th>Telefon</th></tr>"
        + each("de", '<tr style="display: none"><td>{p.name}</td><td>{p.phone}</td></tr>')
        + "</table>"
    ),
    "hidden block": page("<div hidden>" + each("fr", "<p>{p.name} {p.phone}</p>") + "</div><p>Bonjour</p>"),
    "hidden by style": page(
        '<div style="DISPLAY:NONE"><div>'
        + each("es", "<div>{p.name}: {p.phone}</div>")
        + "</div></div><p>Hola</p>"
    ),
    "white text": page(
        '<p>Ciao</p><p><font color="#FFFFFF">' + each("it", "{p.name} {p.phone}<br>") + "</font></p>"
    ),
    "white style": page('<div style="color:white">' + each("da", "{p.name} {p.phone}<br>") + "</div>"),
    "tiny text": page('<div style="font-size:0px">' + each("nl", "{p.name} {p.phone}<br>") + "</div>"),
}
"""Text that a reader does not see."""
