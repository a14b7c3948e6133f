"""`holdback cases`, `show` and `stats`: what an operator reads."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from cli.samples import LIST, NOON, SOCKS, Office
from holdback.cases.values import Decision, Fingerprints, HoldState
from holdback.exits import Exit

Told = Callable[..., tuple[int, str, str]]


def test_nothing_waits_at_first(office: Office, told: Told) -> None:
    """An empty record is good news, and no JSON at all."""
    assert told("cases") == (Exit.OK, "nothing waits for a decision\n", "")
    assert told("cases", "--json") == (Exit.OK, "", "")


def test_open_cases_are_listed_oldest_first(office: Office, told: Told) -> None:
    """Id, how many are held, how many people, who, why."""
    later = office.hold(replace(LIST, arrived=NOON + 60))
    first = office.hold(SOCKS)
    office.hold(replace(SOCKS, queue_id="4AAAA3"))
    code, out, _ = told("cases")
    rows = [line.split() for line in out.splitlines()]
    assert [row[0] for row in rows[1:3]] == [first, later]
    assert rows[1][-5:] == ["2", "60", "offers@corp.example", "visible", "recipients"]
    assert rows[2][-5:] == ["1", "20,000", "offers@corp.example", "customer", "data"]
    assert (code, "2 cases, 3 messages held" in out) == (Exit.OK, True)
    assert max(map(len, out.splitlines())) <= 80


def test_decided_cases_are_listed_on_request(office: Office, told: Told) -> None:
    """Done is done; --all is for looking back."""
    case = office.hold(SOCKS)
    book = office.record.book
    book.decide(case, Decision.DROP, "jane", "", NOON)
    assert json.loads(told("cases", "--json")[1])["waiting"] == 1
    hold = book.show(case).holds[0].id
    book.mark(hold, HoldState.PENDING, HoldState.HELD, NOON)
    book.mark(hold, HoldState.HELD, HoldState.DROPPED, NOON)
    assert told("cases", "--json")[1] == ""
    found = json.loads(told("cases", "--all", "--json")[1])
    assert (found["id"], found["state"], found["waiting"]) == (case, "dropped", 0)


def test_show_explains_a_case_in_plain_words(office: Office, told: Told) -> None:
    """What, why, how many people, and what can be done next."""
    case = office.hold(SOCKS)
    code, out, _ = told("show", case)
    lines = [line.strip() for line in out.splitlines()]
    assert (code, lines[0]) == (Exit.OK, f"Case {case}: waits for a decision")
    for said in (
        "sender  offers@corp.example, login jane",
        "60 people or companies would see each other's addresses.",
        "visible_recipients in To: 60 parties would see each other",
        "reached 0 of 60 recipients, waiting for 60",
    ):
        assert said in lines
    assert [line.split()[:2] for line in lines if line.startswith("holdback ")] == [
        ["holdback", "release"],
        ["holdback", "release"],
        ["holdback", "drop"],
        ["holdback", "drop"],
    ]
    assert max(map(len, out.splitlines())) <= 80


def test_hiding_recipients_is_no_remedy_for_customer_data(office: Office, told: Told) -> None:
    """--bcc is offered only where it helps."""
    _, out, _ = told("show", office.hold(LIST))
    assert "Data of 20,000 people would go to others." in out
    assert "--bcc" not in out


def test_show_tells_what_was_decided(office: Office, told: Told) -> None:
    """Who, what, why; and no more choices."""
    case = office.hold(SOCKS)
    office.record.book.decide(case, Decision.RELEASE_BCC, "jane", "they asked for it", NOON)
    _, out, _ = told("show", case)
    assert "jane  send it with the recipients hidden: they asked for it" in out
    assert (out.splitlines()[0], "What you can do" in out) == (f"Case {case}: released", False)


def test_show_counts_what_reached_people_and_what_did_not(office: Office, told: Told) -> None:
    """The figures that a regulator asks for."""
    for number in range(30):
        case = office.hold(replace(SOCKS, queue_id=f"4AAAA{number}", arrived=NOON + number))
    book = office.record.book
    holds = book.show(case).holds
    for hold, state in ((holds[0], HoldState.RELEASED), (holds[1], HoldState.DROPPED)):
        book.mark(hold.id, HoldState.PENDING, HoldState.HELD, NOON)
        book.mark(hold.id, HoldState.HELD, state, NOON)
    _, out, _ = told("show", case)
    assert "reached 60 of 1,800 recipients, waiting for 1,680, never sent to 60" in out
    assert "and 10 more" in out


def test_show_warns_of_different_contents_under_one_message_id(office: Office, told: Told) -> None:
    """A decision about one letter must not be taken for one about another."""
    case = office.hold(SOCKS)
    assert case == office.hold(replace(SOCKS, queue_id="4AAAA3", fingerprints=Fingerprints("m1", "c9", "e9")))
    assert "Careful: 2 different contents share one Message-ID" in told("show", case)[1]


def test_show_as_json_has_everything(office: Office, told: Told) -> None:
    """One object; `mail` is null where the mail cannot be read."""
    case = office.hold(SOCKS)
    found = json.loads(told("show", case, "--json")[1])
    assert (list(found), found["mail"]) == (["case", "holds", "decisions", "mail"], None)
    assert (found["case"]["id"], found["holds"][0]["queue_id"]) == (case, "4AAAA1")


def test_a_case_is_found_by_what_an_operator_types(office: Office, told: Told) -> None:
    """Id in either case, its beginning, or a queue id."""
    case = office.hold(SOCKS)
    for typed in (case, case.lower(), case[:4], "4AAAA1"):
        assert told("show", typed)[0] == Exit.OK
    assert told("show", "4ZZZZ9") == (
        Exit.NO_INPUT,
        "",
        "holdback: 4ZZZZ9: no such case; holdback cases --all lists them\n",
    )


def test_hostile_names_stay_harmless(office: Office, told: Told) -> None:
    """A login or sender is what somebody else wrote."""
    case = office.hold(replace(SOCKS, sender="\x1b[31mred@corp.example", login="\x1b]0;title\x07"))
    assert "\x1b" not in told("cases")[1] + told("show", case)[1] + told("show", case, "--json")[1]


def test_stats_sum_up_a_period(office: Office, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """Copies of one campaign count as messages, their people once."""
    case = office.hold(SOCKS)
    office.hold(replace(SOCKS, queue_id="4AAAA3"))
    office.hold(LIST)
    office.record.book.decide(case, Decision.DROP, "jane", "", NOON + 600)
    monkeypatch.setattr("time.time", lambda: NOON + 3600)
    code, out, _ = told("stats", "--days", "2")
    lines = out.splitlines()
    assert (code, lines[0]) == (Exit.OK, "last 2 days: 3 messages held in 2 cases; 20,060 people protected")
    assert {tuple(line.split()) for line in lines} >= {
        ("customer_data", "1", "20,000"),
        ("visible_recipients", "2", "60"),
        ("drop", "1"),
    }
    assert lines[-1] == "half of the cases were decided within 10 min"
    assert json.loads(told("stats", "--json")[1])["messages"] == 3


def test_a_broken_database_is_told_apart_from_an_empty_one(office: Office, told: Told) -> None:
    """Code 69, and the word that mail is safe."""
    office.record.close()
    (office.config.parent / "holdback.db").write_bytes(b"this is no database" * 100)
    code, out, err = told("cases")
    assert (code, out, "mail is held all the same" in err) == (Exit.UNAVAILABLE, "", True)


def test_case_ids_are_completed(office: Office) -> None:
    """With whose case it is; and nothing where the record cannot be read."""
    from holdback.cli.completion import case_ids

    case = office.hold(SOCKS)
    assert case_ids(office.config, case[:2].lower()) == [(case, "offers@corp.example")]
    assert case_ids(office.config, "no") == []
    assert case_ids(office.config.parent / "gone.toml", "") == []
