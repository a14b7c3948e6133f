"""If no reader can be started, messages that need one are not passed unread."""

from pathlib import Path
from typing import Any

import pytest
from holdback.reader.settings import COMMAND
from rig.daemonlog import lines
from rig.files.everything import WRITERS
from rig.office import COMPANY, STRANGER, Office, World, mail, opened, table_of
from rig.people import people
from rig.samples import Sample

pytestmark = pytest.mark.postfix

TABLE = [["Item", "Price"], *([f"Sock {number}", f"{number}.99"] for number in range(40))]
FORMATS = ("xlsx", "pdf", "docx", "zip")
TROUBLE = 'holdback_errors_total{stage="reader"}'


def attached(name: str, form: str) -> Sample:
    return mail(f"{name}-{form}", [STRANGER], attached=(f"stock.{form}", WRITERS[form](TABLE)))


def plain(name: str) -> list[tuple[str, Sample]]:
    """Messages that need no reader, and their expected results."""
    table = ("people.csv", table_of(people(30)).encode())
    return [
        ("pass", mail(f"{name}-plain", [STRANGER])),
        ("hold", mail(f"{name}-csv", [STRANGER], attached=table)),
    ]


@pytest.fixture
def reader(tmp_path: Path) -> Path:
    """A program to start as the reader, which ends at once."""
    program = tmp_path / "reader"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    return program


def settings(on_error: str) -> dict[str, Any]:
    return {"milter": {"on_error": on_error}, "campaigns": {"copies": 1000}}


def everything(office: Office, name: str) -> tuple[set[str], list[str], list[str]]:
    """Results of mail that needs a reader, of mail that needs none, and the expected ones."""
    others = plain(name)
    with_reader = set(office.actions(attached(name, form) for form in FORMATS))
    return with_reader, office.actions(made for _, made in others), [action for action, _ in others]


def test_while_there_is_none_on_error_decides(reader: Path, world: World) -> None:
    """Mail with attachments is held, deferred or passed as configured; other mail is inspected."""
    with opened(world, settings("hold"), faults=[f"reader_program={reader}"]) as office:
        for on_error, action in (("hold", "hold"), ("tempfail", "451"), ("pass", "pass")):
            changed = {"internal_domains": [COMPANY], **settings(on_error)}
            office.holdback.configure(changed)
            office.reload()
            needy, others, expected = everything(office, on_error)
            assert needy == {action}, on_error
            assert others == expected, on_error
        assert lines(office.holdback, "reader cannot start")
        assert office.metric(TROUBLE) > 0
        held = [line for line in office.holdback.messages() if line["because"] == "error"]
        assert {line["action"] for line in held} == {"hold", "tempfail", "pass"}
        case = next(line["case"] for line in held if line["case"])
        assert office.holdback.cli("show", case).code == 0


def test_once_there_is_one_mail_flows_again(reader: Path, world: World) -> None:
    """Mail is inspected again without a restart."""
    with opened(world, settings("hold"), faults=[f"reader_program={reader}"]) as office:
        assert everything(office, "before")[0] == {"hold"}
        command = " ".join(COMMAND)
        reader.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        needy, others, expected = everything(office, "after")
        assert needy == {"pass"}
        assert others == expected
