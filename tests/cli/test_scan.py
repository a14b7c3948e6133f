"""`holdback scan` shows what would happen to existing mail."""

import json
from pathlib import Path

import pytest
from holdback.cli import main
from holdback.cli import scan as command
from holdback.exits import Exit
from holdback.reader import Settings

HARMLESS = b"From: ann@corp.example\nTo: bob@shop.example\nSubject: socks\n\nThe grey ones, please.\n"
STAFF = [b"s%d@corp.example" % n for n in range(60)]
STRANGERS = [b"ann@customer%d.example" % n for n in range(60)]


def offer(to: list[bytes]) -> bytes:
    return b"From: shop@corp.example\nTo: " + b",\n ".join(to) + b"\nSubject: offer\n\nBuy socks!\n"


CUSTOMERS = b"name,email,phone\n" + b"".join(
    b"Ann Smith%d,ann@customer%d.example,+49 30 12345%d\n" % (n, n, n) for n in range(60)
)
BLIND = """
[[rules]]
senders = ["shop@*"]
check = "visible_recipients"
action = "blind"
"""


def scan(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = main.run(["scan", *words])
    return code, capsys.readouterr().out


@pytest.mark.parametrize(
    ("raw", "action", "code"),
    [
        (HARMLESS, "pass", Exit.OK),
        (offer(STRANGERS), "hold", Exit.FOUND),
        (offer(STAFF), "pass", Exit.OK),
        (offer(STAFF + STRANGERS[:1]), "pass", Exit.OK),
        (HARMLESS + CUSTOMERS, "hold", Exit.FOUND),
        (HARMLESS.replace(b"bob@shop.example", b"undisclosed-recipients:;") + CUSTOMERS, "hold", Exit.FOUND),
        (HARMLESS.replace(b"bob@shop.example", STAFF[0]) + CUSTOMERS, "pass", Exit.OK),
        (b"\x00\xff" * 1000, "pass", Exit.OK),
        (b"", "pass", Exit.OK),
    ],
)
def test_the_exit_code_is_1_if_a_message_would_be_held(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], raw: bytes, action: str, code: Exit
) -> None:
    """Internal mail and garbage would not be held: exit code 0."""
    path = tmp_path / "one.eml"
    path.write_bytes(raw)
    ended, out = scan(capsys, "--json", "--internal", "corp.example", str(path))
    assert (code, action) == (ended, json.loads(out)["action"])


def test_json_is_one_object_a_message_with_exactly_these_keys(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The interface that scripts depend on."""
    path = tmp_path / "sent.mbox"
    separator = b"From shop@corp.example Sun Nov 22 03:57:05 2026\n"
    path.write_bytes(separator + HARMLESS + b"\n" + separator + offer(STRANGERS))
    code, out = scan(capsys, "--json", "--internal", "corp.example", str(path))
    passed, held = [json.loads(line) for line in out.splitlines()]
    assert list(passed) == ["path", "action", "findings", "defects", "bytes", "seconds"]
    assert (f"{path}#1", "pass", [], [], len(HARMLESS) + 1) == tuple(list(passed.values())[:5])
    assert (Exit.FOUND, f"{path}#2", "hold", len(offer(STRANGERS))) == (
        code,
        held["path"],
        held["action"],
        held["bytes"],
    )
    (finding,) = held["findings"]
    assert list(finding) == ["check", "count", "where", "text"]
    assert (finding["check"], finding["count"], finding["where"]) == ("visible_recipients", 60, "To")
    assert 0 < held["seconds"] < 60


def test_defects_are_listed_with_their_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The kind of the defect and the part."""
    path = tmp_path / "broken.eml"
    path.write_bytes(HARMLESS.replace(b"\n\n", b"\nContent-Transfer-Encoding: quantum\n\n"))
    _, out = scan(capsys, "--json", "--internal", "corp.example", str(path))
    assert json.loads(out)["defects"] == ["unknown_encoding (1)"]


def test_the_summary_counts_messages_by_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The figures an operator needs before enabling Holdback."""
    for number in range(5):
        (tmp_path / f"{number}.eml").write_bytes(HARMLESS)
    (tmp_path / "offer.eml").write_bytes(offer(STRANGERS))
    (tmp_path / "list.eml").write_bytes(HARMLESS + CUSTOMERS)
    code, out = scan(capsys, "--internal", "corp.example", str(tmp_path))
    assert code == Exit.FOUND
    assert "7 messages: 2 would be held\n" in out
    rows = {line.split()[0]: line.split()[1:] for line in out.splitlines() if line.endswith(" 60")}
    assert rows == {"visible_recipients": ["1", "0", "60"], "customer_data": ["1", "0", "60"]}
    assert [line.split()[0] for line in out.splitlines() if line.endswith(".eml")] == ["hold", "hold"]


@pytest.mark.parametrize(
    ("settings", "action", "code"),
    [("", "hold", Exit.FOUND), ('mode = "observe"\n', "observe", Exit.OK), (BLIND, "blind", Exit.FOUND)],
)
def test_the_configuration_decides_as_it_would_for_the_milter(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], settings: str, action: str, code: Exit
) -> None:
    """Rules see the guessed envelope; a message that would be changed counts as a finding."""
    config, path = tmp_path / "holdback.toml", tmp_path / "offer.eml"
    config.write_text('internal_domains = ["corp.example"]\n' + settings)
    path.write_bytes(offer(STRANGERS))
    ended, out = scan(capsys, "--config", str(config), "--json", str(path))
    assert (code, action) == (ended, json.loads(out)["action"])


def test_internal_adds_to_the_configuration_that_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One more domain of ours; the rules stay."""
    config, path = tmp_path / "holdback.toml", tmp_path / "offer.eml"
    config.write_text('internal_domains = ["corp.example"]\n' + BLIND)
    path.write_bytes(offer(STRANGERS))
    domains = [word for n in range(51) for word in ("--internal", f"customer{n}.example")]
    ended, out = scan(capsys, "--config", str(config), *domains, "--json", str(path))
    assert (ended, json.loads(out)["action"]) == (Exit.OK, "pass")


def test_a_file_that_cannot_be_read_has_its_own_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 66, whatever the other files are."""
    (tmp_path / "one.eml").write_bytes(HARMLESS)
    code, out = scan(
        capsys, "--internal", "corp.example", str(tmp_path / "gone.eml"), str(tmp_path / "one.eml")
    )
    assert (code, "1 message: 0 would be held\n" in out) == (Exit.NO_INPUT, True)


def test_a_message_that_takes_too_long_counts_as_on_error_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Held by default, with the reason."""
    config, path = tmp_path / "holdback.toml", tmp_path / "list.eml"
    config.write_text('internal_domains = ["corp.example"]\n[milter]\ninspect_timeout = 0.000001\n')
    path.write_bytes(HARMLESS + CUSTOMERS)
    ended, out = scan(capsys, "--config", str(config), "--json", str(path))
    found = json.loads(out)
    assert (ended, found["action"], found["findings"][0]["check"]) == (Exit.FOUND, "hold", "unreadable")


def test_no_output_is_wider_than_80_columns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Only paths may be longer, so that they can be copied."""
    (tmp_path / "offer.eml").write_bytes(offer(STRANGERS))
    _, out = scan(capsys, "--internal", "corp.example", str(tmp_path))
    assert [line for line in out.splitlines() if len(line) > 80 and str(tmp_path) not in line] == []


def test_every_place_that_discloses_people_or_is_unreadable_is_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The chain of files, the rows, the number of people and their fields."""
    attached = b"\n--x\nContent-Disposition: attachment; filename=%s\n\n"
    path = tmp_path / "one.eml"
    path.write_bytes(
        HARMLESS.replace(b"\n\n", b"\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\n", 1)
        + attached % b"export.csv"
        + b"Our customers\n\n"
        + CUSTOMERS
        + attached % b"secret.asc"
        + b"-----BEGIN PGP MESSAGE-----\n\nhQEMA\n--x--\n"
    )
    _, out = scan(capsys, "--internal", "corp.example", str(path))
    lines = [line.strip(" -") for line in out.splitlines()]
    assert {
        "2 export.csv > lines 3-63: 60 people (e-mail, phone)",
        "3 secret.asc: encrypted",
    } <= set(lines)


def test_a_reader_that_cannot_be_started_is_reported_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line however many attachments there are; all other mail is scanned, and the exit code is 66."""
    monkeypatch.setattr(command, "reader_of", lambda config: Settings(command=("/none",)))
    zipped = b"PK\5\6" + bytes(18)
    for number in range(3):
        header = b"Content-Type: application/zip\n\n"
        (tmp_path / f"{number}.eml").write_bytes(HARMLESS.partition(b"\n\n")[0] + b"\n" + header + zipped)
    code = main.run(["scan", "--internal", "corp.example", str(tmp_path)])
    captured = capsys.readouterr()
    assert (code, captured.err.count("\n")) == (Exit.NO_INPUT, 1)
    assert "attachments cannot be read: FileNotFoundError" in captured.err
    assert "3 messages: " in captured.out
