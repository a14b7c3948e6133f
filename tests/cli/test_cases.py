"""The output of `holdback cases`, `show` and `stats`."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from cli.samples import LIST, NOON, SOCKS, Office
from holdback.cases.model import Decision, Fingerprints, HoldState
from holdback.exits import Exit

Run = Callable[..., tuple[int, str, str]]


def test_an_empty_database_has_no_cases(office: Office, run: Run) -> None:
    """One line of text, and no JSON."""
    assert run("cases") == (Exit.OK, "No cases need a decision.\n", "")
    assert run("cases", "--json") == (Exit.OK, "", "")


def test_open_cases_are_listed_oldest_first(office: Office, run: Run) -> None:
    """Id, age, held messages, people, sender, checks."""
    later = office.hold(replace(LIST, arrived=NOON + 60))
    first = office.hold(SOCKS)
    office.hold(replace(SOCKS, queue_id="4AAAA3"))
    code, out, _ = run("cases")
    rows = [line.split() for line in out.splitlines()]
    assert [row[0] for row in rows[1:3]] == [first, later]
    assert rows[1][-5:] == ["2", "60", "offers@corp.example", "visible", "recipients"]
    assert rows[2][-5:] == ["1", "20,000", "offers@corp.example", "customer", "data"]
    assert (code, "2 cases, 3 messages held" in out) == (Exit.OK, True)
    assert max(map(len, out.splitlines())) <= 80


def test_decided_cases_are_listed_on_request(office: Office, run: Run) -> None:
    """A decided case is listed until all its messages are carried out, and then only with --all."""
    case = office.hold(SOCKS)
    book = office.record.book
    book.decide(case, Decision.DROP, "jane", "", NOON)
    assert json.loads(run("cases", "--json")[1])["waiting"] == 1
    hold = book.show(case).holds[0].id
    book.mark(hold, HoldState.PENDING, HoldState.HELD, NOON)
    book.mark(hold, HoldState.HELD, HoldState.DROPPED, NOON)
    assert run("cases", "--json")[1] == ""
    found = json.loads(run("cases", "--all", "--json")[1])
    assert (found["id"], found["state"], found["waiting"]) == (case, "dropped", 0)


def test_show_explains_a_case_in_plain_words(office: Office, run: Run) -> None:
    """State, sender, reason, number of people, and the commands to decide."""
    case = office.hold(SOCKS)
    code, out, _ = run("show", case)
    lines = [line.strip() for line in out.splitlines()]
    assert (code, lines[0]) == (Exit.OK, f"Case {case}: needs a decision")
    for text in (
        "sender  offers@corp.example, login jane",
        "60 people or companies would see each other's addresses.",
        "visible_recipients in To: 60 parties would see each other",
        "0 of 60 recipients released, 60 waiting",
    ):
        assert text in lines
    assert [line.split()[:2] for line in lines if line.startswith("holdback ")] == [
        ["holdback", "release"],
        ["holdback", "release"],
        ["holdback", "drop"],
        ["holdback", "drop"],
    ]
    assert max(map(len, out.splitlines())) <= 80


def test_show_counts_recipients_that_the_header_does_not_show(office: Office, run: Run) -> None:
    """The operator decides about them, too; without any there is no such line."""
    hidden = replace(SOCKS.fingerprints, bcc="a" * 16 + "b" * 16)
    case = office.hold(SOCKS)
    assert "  bcc  " not in run("show", case)[1]
    office.hold(replace(SOCKS, queue_id="4AAAA3", fingerprints=hidden))
    lines = [line.strip() for line in run("show", case)[1].splitlines()]
    assert "bcc     2 recipients not visible in To or Cc; a release covers them, too" in lines


def test_bcc_is_offered_only_for_visible_recipients(office: Office, run: Run) -> None:
    """It does not help against customer data."""
    _, out, _ = run("show", office.hold(LIST))
    assert "Data of 20,000 people would go to others." in out
    assert "--bcc" not in out


def test_show_lists_the_decisions(office: Office, run: Run) -> None:
    """Operator, decision and reason; no more commands."""
    case = office.hold(SOCKS)
    office.record.book.decide(case, Decision.RELEASE_BCC, "jane", "they asked for it", NOON)
    _, out, _ = run("show", case)
    assert "jane  release with hidden recipients: they asked for it" in out
    assert (out.splitlines()[0], "What you can do" in out) == (f"Case {case}: released", False)


def test_show_counts_what_was_released_and_what_was_not(office: Office, run: Run) -> None:
    """The figures for a report to the authority."""
    for number in range(30):
        case = office.hold(replace(SOCKS, queue_id=f"4AAAA{number}", arrived=NOON + number))
    book = office.record.book
    holds = book.show(case).holds
    for hold, state in ((holds[0], HoldState.RELEASED), (holds[1], HoldState.DROPPED)):
        book.mark(hold.id, HoldState.PENDING, HoldState.HELD, NOON)
        book.mark(hold.id, HoldState.HELD, state, NOON)
    _, out, _ = run("show", case)
    assert "60 of 1,800 recipients released, 1,680 waiting, 60 never sent" in out
    assert "Delivery unknown: neither queue nor mail log of this host show it" in out
    assert "and 10 more" in out


def test_show_warns_of_different_contents_under_one_message_id(office: Office, run: Run) -> None:
    """The operator must check each content."""
    case = office.hold(SOCKS)
    assert case == office.hold(replace(SOCKS, queue_id="4AAAA3", fingerprints=Fingerprints("m1", "c9", "e9")))
    assert "Careful: 2 different contents share one Message-ID" in run("show", case)[1]


def test_show_as_json_has_everything(office: Office, run: Run) -> None:
    """One object; `mail` is null where the mail cannot be read."""
    case = office.hold(SOCKS)
    found = json.loads(run("show", case, "--json")[1])
    assert (list(found), found["mail"]) == (["case", "holds", "decisions", "bcc", "mail", "delivery"], None)
    assert (found["case"]["id"], found["holds"][0]["queue_id"]) == (case, "4AAAA1")


def test_a_case_is_found_by_what_an_operator_types(office: Office, run: Run) -> None:
    """The id in upper or lower case, with or without hyphen, or a queue id; nothing is guessed."""
    case = office.hold(SOCKS)
    for typed in (case, case.lower(), case.replace("-", ""), "4AAAA1"):
        assert run("show", typed)[0] == Exit.OK
    for typed in (case[:1], case[:4], case[:-1].lower()):
        assert run("show", typed) == (
            Exit.NO_INPUT,
            "",
            f"holdback: {typed}: not a whole case id; did you mean {case}?\n",
        )
    assert run("show", "4ZZZZ9") == (
        Exit.NO_INPUT,
        "",
        "holdback: 4ZZZZ9: no such case; holdback cases --all lists all\n",
    )


def test_hostile_names_stay_harmless(office: Office, run: Run) -> None:
    """Logins and senders are untrusted text."""
    case = office.hold(replace(SOCKS, sender="\x1b[31mred@corp.example", login="\x1b]0;title\x07"))
    assert "\x1b" not in run("cases")[1] + run("show", case)[1] + run("show", case, "--json")[1]


def test_stats_sum_up_a_period(office: Office, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Copies of one campaign count as messages, their people once."""
    case = office.hold(SOCKS)
    office.hold(replace(SOCKS, queue_id="4AAAA3"))
    office.hold(LIST)
    office.record.book.decide(case, Decision.DROP, "jane", "", NOON + 600)
    monkeypatch.setattr("time.time", lambda: NOON + 3600)
    code, out, _ = run("stats", "--days", "2")
    lines = out.splitlines()
    assert (code, lines[0]) == (Exit.OK, "Last 2 days: 3 messages held in 2 cases, 20,060 people protected")
    assert {tuple(line.split()) for line in lines} >= {
        ("customer_data", "1", "20,000"),
        ("visible_recipients", "2", "60"),
        ("drop", "1"),
    }
    assert lines[-1] == "Median time to decision: 10 min"
    assert json.loads(run("stats", "--json")[1])["messages"] == 3


def test_a_broken_database_is_not_an_empty_one(office: Office, run: Run) -> None:
    """Exit code 69, and that mail is still being held."""
    office.record.close()
    (office.config.parent / "holdback.db").write_bytes(b"this is no database" * 100)
    code, out, err = run("cases")
    assert (code, out, "mail is still being held" in err) == (Exit.UNAVAILABLE, "", True)


def test_case_ids_are_completed(office: Office) -> None:
    """With the sender; nothing if the database cannot be read."""
    from holdback.cli.completion import case_ids

    case = office.hold(SOCKS)
    assert case_ids(office.config, case[:2].lower()) == [(case, "offers@corp.example")]
    assert case_ids(office.config, "no") == []
    assert case_ids(office.config.parent / "gone.toml", "") == []
