"""Finding messages in files, mbox files, Maildirs and folders."""

import io
import mailbox
from email.message import EmailMessage
from pathlib import Path

import pytest
from holdback.cli.mail_files import StoredMessage, stored_messages

FIRST = b"From: ann@corp.example\nTo: bob@shop.example\nSubject: one\n\nhello\n"
SECOND = b"From: cleo@corp.example\nTo: bob@shop.example\nSubject: two\n\nbye\n"
LIMIT = 1_000_000


def found(*paths: Path | str, limit: int = LIMIT) -> list[StoredMessage]:
    """The messages in `paths`; a skipped file fails the test."""
    skipped: list[tuple[str, str]] = []
    messages = list(stored_messages([str(path) for path in paths], limit, lambda *file: skipped.append(file)))
    assert skipped == []
    return messages


def mbox(*messages: bytes, separator: bytes = b"From ann@corp.example Sun Nov 22 03:57:05 2026\n") -> bytes:
    return b"\n".join(separator + message for message in messages) + b"\n"


def test_a_message_file_is_one_message_whatever_its_name(tmp_path: Path) -> None:
    """What was named is read, with its true size."""
    path = tmp_path / "anything.bin"
    path.write_bytes(FIRST)
    assert found(path) == [StoredMessage(str(path), FIRST, len(FIRST))]


def test_an_mbox_is_recognised_by_content_and_numbered(tmp_path: Path) -> None:
    """Members are called file#1, file#2; the separator names the sender."""
    path = tmp_path / "sent.eml"
    path.write_bytes(mbox(FIRST, SECOND))
    sender = "ann@corp.example"
    assert found(path) == [
        StoredMessage(f"{path}#1", FIRST + b"\n", len(FIRST) + 1, sender),
        StoredMessage(f"{path}#2", SECOND + b"\n", len(SECOND) + 1, sender),
    ]


@pytest.mark.parametrize(
    ("line", "messages"),
    [
        (b"From ann@corp.example Sun Nov 22 03:57:05 2026\n", 2),
        (b"From ann@corp.example\n", 2),
        (b"From - Sun Nov 22 03:57:05 2026\n", 2),
        (b"From MAILER-DAEMON Sun Nov 22 03:57:05 2026\r\n", 2),
        (b"From now on we open at nine.\n", 1),
        (b"From Sunday to Monday\n", 1),
        (b">From ann@corp.example Sun Nov 22 03:57:05 2026\n", 1),
        (b" From ann@corp.example Sun Nov 22 03:57:05 2026\n", 1),
    ],
)
def test_only_a_separator_line_begins_a_message(tmp_path: Path, line: bytes, messages: int) -> None:
    """A paragraph that begins with "From" belongs to the text."""
    path = tmp_path / "box"
    path.write_bytes(mbox(FIRST) + line + SECOND)
    assert messages == len(found(path))


def test_a_separator_needs_an_empty_line_before_it(tmp_path: Path) -> None:
    """A quoted log that shows a separator does not cut the message in two."""
    path = tmp_path / "box"
    path.write_bytes(mbox(FIRST + b"From bob@shop.example Sun Nov 22 03:57:05 2026\n"))
    assert len(found(path)) == 1


def test_a_long_line_is_never_taken_for_a_blank_one_or_a_separator(tmp_path: Path) -> None:
    """Long lines are read in pieces; a blank piece, or one that begins with From, is text."""
    long_line = b"x" * 65_536 + b"\n" + b"From ann@corp.example Sun Nov 22 03:57:05 2026\n"
    path = tmp_path / "box"
    path.write_bytes(mbox(FIRST + long_line))
    assert len(found(path)) == 1


def test_what_mailbox_writes_is_read_back(tmp_path: Path) -> None:
    """Python's own mbox writer and this reader agree, quoted From lines included."""
    written = mailbox.mbox(tmp_path / "box")
    bodies = ["one\n\nFrom here on\n", "two\n", "\n\nFrom ann@corp.example Sun Nov 22 03:57:05 2026\nthree\n"]
    for body in bodies:
        message = EmailMessage()
        message["From"] = "ann@corp.example"
        message.set_payload(body)
        written.add(message)
    written.flush()
    assert bodies == [one.raw.partition(b"\n\n")[2].decode()[:-1] for one in found(tmp_path / "box")]


def test_a_huge_member_is_cut_but_counted_and_the_next_one_found(tmp_path: Path) -> None:
    """At most the limit and one line are in memory; the size is the true one."""
    path = tmp_path / "box"
    path.write_bytes(mbox(FIRST + b"x" * 70 + b"\n" + b"y" * 70_000 + b"\n", SECOND))
    first, second = found(path, limit=100)
    assert (len(FIRST) + 71 + 70_001 + 1, True) == (first.size, len(first.raw) < 100 + 65_536)
    assert SECOND[:20] == second.raw[:20]


def test_a_huge_message_file_is_cut_but_counted(tmp_path: Path) -> None:
    """The inspection sees that there was more than its limit."""
    path = tmp_path / "huge.eml"
    path.write_bytes(FIRST + b"x" * 500_000)
    (one,) = found(path, limit=1000)
    assert (len(FIRST) + 500_000, True) == (one.size, 1000 < len(one.raw) < 200_000)


def test_a_maildir_gives_cur_and_new_but_not_tmp(tmp_path: Path) -> None:
    """Unfinished deliveries are no messages; subfolders are."""
    for folder in ("cur", "new", "tmp", ".Sent/cur", ".Sent/new", ".Sent/tmp"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "1700000000.M1.host").write_bytes(b"\x00not even a header")
    names = [str(Path(one.path).parent.relative_to(tmp_path)) for one in found(tmp_path)]
    assert sorted(names) == [".Sent/cur", ".Sent/new", "cur", "new"]


def test_a_folder_is_searched_for_mail_and_nothing_else(tmp_path: Path) -> None:
    """Files that begin like mail are read, whatever their name; others are skipped without an error."""
    files = {
        "a/one.eml": b"\x00\x01 broken, but called mail",
        "a/two.": SECOND,
        "b/box.mbox": mbox(FIRST, SECOND),
        "b/picture.png": b"\x89PNG\r\n",
        "b/notes.txt": b"buy socks\n",
        "b/data.json": b'{"From": "ann"}\n',
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    skipped: list[tuple[str, str]] = []
    names = [
        one.path.removeprefix(f"{tmp_path}/")
        for one in stored_messages([str(tmp_path)], LIMIT, lambda *file: skipped.append(file))
    ]
    assert names == ["a/one.eml", "a/two.", "b/box.mbox#1", "b/box.mbox#2"]
    assert [(Path(path).name, error) for path, error in skipped] == [
        ("data.json", ""),
        ("notes.txt", ""),
        ("picture.png", ""),
    ]


def test_a_missing_file_is_noted_with_its_trouble(tmp_path: Path) -> None:
    """The other paths are scanned all the same."""
    (tmp_path / "one.eml").write_bytes(FIRST)
    skipped: list[tuple[str, str]] = []
    paths = [str(tmp_path / "gone.eml"), str(tmp_path / "one.eml")]
    assert len(list(stored_messages(paths, LIMIT, lambda *file: skipped.append(file)))) == 1
    assert [(paths[0], "No such file or directory")] == skipped


@pytest.mark.parametrize(
    ("given", "paths"), [(FIRST, ["-"]), (mbox(FIRST, SECOND), ["-#1", "-#2"]), (b"", ["-"])]
)
def test_standard_input_may_be_one_message_or_an_mbox(
    monkeypatch: pytest.MonkeyPatch, given: bytes, paths: list[str]
) -> None:
    """`-` is read like a file."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given)))
    assert paths == [one.path for one in found("-")]
