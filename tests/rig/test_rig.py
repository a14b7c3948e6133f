"""The rig itself: configuration files, sample files, Postfix and sink."""

import tarfile
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from rig.holdback import TESTS, toml
from rig.postfix import PrivatePostfix
from rig.public_samples import SAMPLES, sample_files
from rig.sink import Sink

RAW = b"Subject: hello\n\n.dot\nend\n"


@pytest.mark.parametrize(
    "settings",
    [
        {"mode": "observe", "internal_domains": ["a.example", ".b.example"]},
        {
            "milter": {"listen": "unix:/x"},
            "checks": {"unreadable": {"action": "hold"}, "canary": {"limit": 1}},
        },
        {
            "rules": [{"senders": ['"odd"@a.example'], "limit": 3}, {"logins": ["jos\u00e9"]}],
            "mode": "enforce",
        },
    ],
)
def test_toml_is_read_back_unchanged(settings: dict[str, Any]) -> None:
    """Holdback reads the same values that a test wrote as a dict."""
    assert tomllib.loads(toml(settings)) == settings


def test_every_public_sample_names_source_and_licence() -> None:
    """The index has exactly one line for each file."""
    heading, *lines = (line.split("\t") for line in (SAMPLES / "INDEX.tsv").read_text("utf-8").splitlines())
    assert heading[2:4] == ["source", "licence"]
    assert [line[0] for line in lines if not (line[2] and line[3])] == []
    assert sorted(line[0] for line in lines) == [
        str(path.relative_to(SAMPLES)) for path in sample_files("*/*")
    ]


def test_every_set_of_the_mix_names_source_and_licence() -> None:
    """The table in the README has one row for each folder of the archive, with its number of mails."""
    mix = TESTS / "bench" / "mix"
    with tarfile.open(mix / "mails.tar.xz") as archive:
        sets = Counter(name.partition("/")[0] for name in archive.getnames())
    lines = (mix / "README.md").read_text("utf-8").splitlines()
    rows = [line.split("|")[1:-1] for line in lines if line.startswith("| `")]
    named = {row[0].strip(" `"): int(row[1]) for row in rows}
    assert named == sets
    assert all(cell.strip() for row in rows for cell in row)


@pytest.mark.postfix
def test_a_guarded_postfix_holds_everything_while_no_milter_answers(
    postfix: PrivatePostfix, sink: Sink
) -> None:
    """With `default_action=quarantine`, over SMTP and for local submission."""
    assert postfix.send(RAW, "a@corp.example", ["b@far.example"]).accepted
    postfix.submit(RAW, "a@corp.example", ["b@far.example"])
    assert len(postfix.wait_held(2)) == 2
    assert sink.deliveries() == []


@pytest.mark.postfix
def test_an_unguarded_postfix_delivers_to_the_sink(sink: Sink) -> None:
    """The sink records envelope and bytes, with the queue id of Postfix's reply."""
    with PrivatePostfix(relay=sink.port, guarded=False) as postfix:
        reply = postfix.send(RAW, "a@corp.example", ["b@far.example", "c@far.example"], login="jane")
        (arrived,) = sink.wait_for(1)
    assert (arrived.sender, arrived.recipients) == ("a@corp.example", ("b@far.example", "c@far.example"))
    assert arrived.body == b".dot\r\nend\r\n"
    assert reply.queue_id.encode() in arrived.header
    assert not Path(postfix.root).exists()
