"""The output of `holdback cases`, `show` and `stats`."""

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cases.samples import RECORDS
from cli.samples import LIST, NOON, SOCKS, Office
from holdback.cases.case_filter import CaseFilter, Scope
from holdback.cases.model import Case, CaseFinding, CaseState, Decision, Fingerprints, HoldState
from holdback.cli.case_table import table_of
from holdback.exits import Exit
from holdback.verdict import Action
from rig.holdback import HOLDBACK
from rig.terminal import terminal
from sqlalchemy import Engine, event

Run = Callable[..., tuple[int, str, str]]
Screen = Callable[..., str]


def test_an_empty_database_has_no_cases(office: Office, run: Run, screen: Screen) -> None:
    """A sentence on a terminal; nothing for programs."""
    assert run("cases") == run("cases", "--all", "--json") == (Exit.OK, "", "")
    assert screen("cases") == "No cases need a decision.\n"
    assert screen("cases", "--sender", "*@corp.example") == "No such cases.\n"
    assert screen("cases", "--all") == "No cases.\n"


def test_open_cases_are_listed_oldest_first(office: Office, screen: Screen) -> None:
    """Id, age, held messages, people, sender, checks."""
    later = office.hold(replace(LIST, arrived=NOON + 60))
    first = office.hold(SOCKS)
    office.hold(replace(SOCKS, queue_id="4AAAA3"))
    out = screen("cases")
    rows = [line.split() for line in out.splitlines()]
    assert [row[0] for row in rows[1:3]] == [first, later]
    assert rows[1][-5:] == ["2", "60", "offers@corp.example", "visible", "recipients"]
    assert rows[2][-5:] == ["1", "20,000", "offers@corp.example", "customer", "data"]
    assert "2 cases, 3 messages held" in out
    assert max(map(len, out.splitlines())) <= 80


def test_programs_get_one_line_a_case(office: Office, run: Run) -> None:
    """With tabs, however long the sender is; hostile tabs and line ends do not make fields or lines."""
    office.hold(replace(LIST, arrived=NOON + 60))
    sender = f"{'x' * 60}\t\n@corp.example"
    first = office.hold(replace(SOCKS, sender=sender, findings=(*SOCKS.findings, RECORDS)))
    code, out, _ = run("cases")
    rows = [line.split("\t") for line in out.splitlines()]
    assert (code, len(rows), {len(row) for row in rows}) == (Exit.OK, 2, {8})
    assert rows[0] == [
        *(first, "open", "2023-11-14T22:13:20Z", "1", "1", "60"),
        sender.replace("\t", "\N{REPLACEMENT CHARACTER}").replace("\n", "\N{REPLACEMENT CHARACTER}"),
        "customer_data,visible_recipients",
    ]


@pytest.mark.parametrize(
    ("columns", "titles"),
    [
        (200, ["case", "age", "held", "people", "sender", "why"]),
        (80, ["case", "age", "held", "people", "sender", "why"]),
        (60, ["case", "held", "people", "sender", "why"]),
        (46, ["case", "people", "sender", "why"]),
        (36, ["case", "sender", "why"]),
        (24, ["case", "sender"]),
        (7, ["case"]),
        (1, ["case"]),
    ],
)
def test_a_narrow_table_has_fewer_columns(columns: int, titles: list[str]) -> None:
    """The id is always there, whole, at the beginning of a line of its own case."""
    findings = tuple(
        CaseFinding(check, "", 9, "To", "", "hold", "hold", "")
        for check in ("visible_recipients", "unreadable")
    )
    sender = "a.long.name.of.somebody@corp.example"
    cases = [Case(f"K7Q2-{n}F", CaseState.OPEN, NOON, sender, 123_456, 40, 25, 1, findings) for n in range(3)]
    heading, *lines = table_of(cases, columns, NOON + 86_400.0 * 99)
    assert heading.split() == titles
    assert max(map(len, lines)) <= max(columns, len("K7Q2-0F"))
    assert [line.split()[0] for line in lines if line[0] != " "] == [case.id for case in cases]
    text = "".join("".join(lines).split())
    assert ("123,456" in text) == ("people" in titles)
    if columns == 200:
        assert lines[0].endswith(f"{sender}  visible recipients, unreadable")


def test_decided_cases_have_their_state_in_the_table(office: Office, screen: Screen) -> None:
    """The column is there only if it says something."""
    case = office.hold(SOCKS)
    office.hold(replace(LIST, arrived=NOON + 60))
    assert "state" not in screen("cases")
    office.record.book.decide(case, Decision.DROP, "jane", "", NOON)
    assert [line.split()[:2] for line in screen("cases").splitlines()[:2]] == [
        ["case", "state"],
        [case, "dropped"],
    ]


FILTERS: list[tuple[list[str], str]] = [
    ([], "abc"),
    (["--sender", "offers@corp.example"], "a"),
    (["--sender", "OFFERS@*"], "ac"),
    (["--sender", "*@corp.example"], "ab"),
    (["--sender", "*"], "abc"),
    (["--sender", "offers"], ""),
    (["--sender", "off%"], ""),
    (["--sender", "o?fers@*"], "ac"),
    (["--sender", "under_score@*"], "b"),
    (["--sender", "under?score@*"], "b"),
    (["--sender", "underXscore@*"], ""),
    (["--sender", "offers_*"], ""),
    (["--login", "jane"], "a"),
    (["--login", "j*"], "ac"),
    (["--host", "mx1.*"], "ab"),
    (["--host", "mx2.corp.example"], "ac"),
    (["--check", "customer_data"], "b"),
    (["--check", "customer-data"], "b"),
    (["--check", "visible_recipients"], "ac"),
    (["--check", "nosuch"], ""),
    (["--older-than", "90m"], "ab"),
    (["--older-than", "3h"], "a"),
    (["--older-than", "9d"], ""),
    (["--since", "150m"], "bc"),
    (["--since", "90m"], "c"),
    (["--since", "150m", "--older-than", "90m"], "b"),
    (["--sender", "*@corp.example", "--check", "visible_recipients"], "a"),
    (["--sort", "newest"], "cba"),
    (["--sort", "people"], "bac"),
    (["--sort", "held"], "abc"),
    (["--sort", "sender"], "cab"),
]


@pytest.mark.parametrize(("words", "expected"), FILTERS)
def test_filters_and_orders(
    office: Office, run: Run, monkeypatch: pytest.MonkeyPatch, words: list[str], expected: str
) -> None:
    """Patterns match the whole text; a check that only observed does not count."""
    mx1, mx2 = "mx1.corp.example", "mx2.corp.example"
    observed = replace(RECORDS, action=Action.OBSERVE)
    new = {
        "a": replace(SOCKS, host=mx1, findings=(*SOCKS.findings, observed), people=70),
        "b": replace(LIST, host=mx1, arrived=NOON + 3600, sender="under_score@corp.example", login=""),
        "c": replace(SOCKS, host=mx2, arrived=NOON + 7200, sender="offers@a.example", login="john",
                     fingerprints=Fingerprints("m3", "c3", "e3")),
    }  # fmt: skip
    cases = {office.hold(one): name for name, one in new.items()}
    office.hold(replace(new["a"], host=mx2, queue_id="4AAAA9"))
    monkeypatch.setattr("time.time", lambda: NOON + 3 * 3600 + 60)
    code, out, _ = run("cases", *words)
    assert (code, "".join(cases[line.split("\t")[0]] for line in out.splitlines())) == (Exit.OK, expected)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--older-than", "yesterday"], "--older-than yesterday: write an age (30m, 12h, 3d)"),
        (["--older-than", "2026-11-22"], "--older-than 2026-11-22: write an age"),
        (["--since", "soon"], "--since soon: write a date"),
        (["--watch"], "--watch needs a terminal"),
        (["--watch", "2", "--json"], "--watch needs a terminal"),
        (["--watch", "0"], "0 is not in the range"),
        (["--watch", "nan"], "--watch nan: write a number"),
        (["--watch", "inf"], "inf is not in the range"),
        (["--watch", "-1"], "No such option"),
        (["--watch", "1e300"], "1e+300 is not in the range"),
        (["--sort", "size"], "'size' is not one of"),
    ],
)
def test_mistakes_in_filters(office: Office, run: Run, words: list[str], message: str) -> None:
    """Exit code 64."""
    code, out, err = run("cases", *words)
    assert (code, out, message in err) == (Exit.USAGE, "", True), err


def test_watching_shows_new_cases_until_it_is_interrupted(office: Office) -> None:
    """The list is printed again; Ctrl-C is no error."""
    first = office.hold(SOCKS)
    with terminal([str(HOLDBACK), "cases", "--watch", "0.1"]) as one:
        one.wait_for(first)
        later = office.hold(LIST)
        code, printed = one.wait_for(later).type("\x03").wait()
    assert (code, printed.count("every 0.1 s") >= 2, "Traceback" in printed) == (Exit.OK, True, False)


@pytest.mark.parametrize("words", [["cases"], ["cases", "--json"], ["cases", "--all"]])
def test_a_reader_that_ends_early_does_not_change_the_exit_code(office: Office, words: list[str]) -> None:
    """As in `holdback cases | head -1`: no error message either, however much is printed."""
    for number in range(400):
        fingerprints = Fingerprints(f"m{number}", f"c{number}", f"e{number}")
        office.hold(
            replace(
                SOCKS, queue_id=f"4AA{number}", fingerprints=fingerprints, sender=f"{'x' * 400}@a.example"
            )
        )
    with subprocess.Popen([HOLDBACK, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout and process.stderr
        assert process.stdout.read(10)
        process.stdout.close()
        assert (process.stderr.read(), process.wait()) == (b"", Exit.OK)


def test_a_reader_that_ends_early_does_not_hide_an_error(office: Office) -> None:
    """The exit code is that of the command."""
    with subprocess.Popen(
        [HOLDBACK, "show", "K7Q2-9F"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout and process.stderr
        process.stdout.close()
        assert (b"no such case" in process.stderr.read(), process.wait()) == (True, Exit.NO_INPUT)


@pytest.mark.parametrize("number", [3, 30])
def test_a_list_takes_as_many_queries_as_a_short_one(office: Office, run: Run, number: int) -> None:
    """Two, however many cases there are; decided ones are not read."""
    statements: list[str] = []
    for one in range(number):
        office.hold(
            replace(SOCKS, queue_id=f"4AA{one}", fingerprints=Fingerprints(f"m{one}", f"c{one}", f"e{one}"))
        )

    def count(*arguments: Any) -> None:
        statements.append(arguments[2])

    event.listen(Engine, "before_cursor_execute", count)
    try:
        code, out, _ = run("cases")
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    assert (code, len(out.splitlines())) == (Exit.OK, number)
    assert len([one for one in statements if "FROM cases" in one or "FROM findings" in one]) == 2


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
    assert office.record.book.select(CaseFilter(scope=Scope.OPEN)) == ()
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
        ["holdback", "show"],
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
    office.record.book.decide(case, Decision.DROP, "jane", "", NOON)
    found = json.loads(run("show", case, "--json")[1])
    (hold,), (decided,) = found["holds"], found["decisions"]
    times = {found["case"]["opened_at"], hold["arrived_at"], hold["changed_at"], decided["decided_at"]}
    assert times == {"2023-11-14T22:13:20Z"}
    assert list(found) == [
        "case",
        "holds",
        "decisions",
        "bcc",
        "undone",
        "looks",
        "aliases",
        "mail",
        "delivery",
    ]
    assert found["mail"] is None
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
