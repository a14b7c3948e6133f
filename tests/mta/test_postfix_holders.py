"""Which settings of Postfix may put arriving mail on hold."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from holdback.mta.postfix import Postfix
from holdback.mta.postfix_holders import holds_mail, other_milters, tables_of
from rig.postfix import PrivatePostfix

OURS = "unix:/run/holdback/milter.sock"


@pytest.mark.parametrize(
    ("written", "listen", "others"),
    [
        ("", OURS, ()),
        (OURS, OURS, ()),
        (f"{{ {OURS}, default_action=quarantine }}, inet:localhost:8891", OURS, ("inet:localhost:8891",)),
        ("unix:opendkim/opendkim.sock", OURS, ("unix:opendkim/opendkim.sock",)),
        (OURS, "fd:3", ()),
        (f"{OURS} inet:localhost:8891", "fd:3", (OURS, "inet:localhost:8891")),
    ],
)
def test_other_milters(written: str, listen: str, others: tuple[str, ...]) -> None:
    """All milters but ours; behind a socket from systemd several cannot be told apart."""
    assert other_milters(written, {}, listen) == others


@pytest.mark.parametrize(
    ("name", "value", "tables"),
    [
        ("header_checks", "", ()),
        ("header_checks", "regexp:/etc/postfix/hc", ("regexp:/etc/postfix/hc",)),
        ("header_checks", "regexp:{{/^Subject: x/ REJECT}}", ()),
        ("header_checks", "regexp:{{/^Subject: x/ HOLD}}", None),
        ("header_checks", "regexp:{{/^Subject: x/ REJECT}}, pcre:/b", ("pcre:/b",)),
        ("body_checks", "mysql:/etc/postfix/body.cf", None),
        ("body_checks", "/etc/postfix/body", None),
        ("smtpd_recipient_restrictions", "permit_mynetworks, reject_unauth_destination", ()),
        ("smtpd_recipient_restrictions", "check_sender_access hash:/a, reject", ("hash:/a",)),
        ("smtpd_recipient_restrictions", "{ check_sender_access hash:/a }", ("hash:/a",)),
        ("smtpd_recipient_restrictions", "check_policy_service inet:127.0.0.1:10023", None),
        ("smtpd_client_restrictions", "check_client_access ldap:/a", None),
        ("smtpd_client_restrictions", "check_client_access inline:{a=hold}", None),
        ("smtpd_milter_maps", "", ()),
        ("smtpd_milter_maps", "cidr:/a", None),
    ],
)
def test_tables(name: str, value: str, tables: tuple[str, ...] | None) -> None:
    """Tables that can be read are named; what cannot be read may hold mail."""
    assert tables_of(name, value) == tables


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("/^Subject: x/ HOLD\n", True),
        ("a@x hold text\n", True),
        ("a@x check_policy_service inet:1\n", True),
        ("a@x REJECT\n/household/ DUNNO\n", False),
    ],
)
def test_actions(text: str, holds: bool) -> None:
    """HOLD is an action in any case of letters; a table may name another table."""
    assert holds_mail(text) == holds


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """The configuration of a Postfix that does not run."""
    private = PrivatePostfix(relay=None)
    yield private.config_dir
    shutil.rmtree(private.root)


def test_postfix_is_asked(folder: Path, tmp_path: Path) -> None:
    """Defaults, restriction classes, tables of both kinds and master.cf are examined."""
    listen = f"unix:{folder.parent}/milter.sock"
    postfix = Postfix(folder)
    assert postfix.other_holders(listen) == ()
    for name, text in (("quiet", "a@x REJECT\n"), ("holding", "a@x HOLD\n")):
        (tmp_path / name).write_text(text)
    with (folder / "main.cf").open("a") as main_cf:
        main_cf.write(f"header_checks = regexp:{tmp_path}/quiet\nbody_checks = regexp:{tmp_path}/holding\n")
        main_cf.write(f"mime_header_checks = regexp:{tmp_path}/missing\n")
        main_cf.write("smtpd_restriction_classes = strict, lax\nlax = permit\n")
        main_cf.write(f"strict = check_sender_access texthash:{tmp_path}/holding\n")
    with (folder / "master.cf").open("a") as master_cf:
        master_cf.write("smtps inet n - n - - smtpd\n  -o smtpd_milters=unix:/run/dkim.sock\n")
        master_cf.write("  -o smtpd_sender_restrictions=check_policy_service,unix:private/policy\n")
    assert sorted(postfix.other_holders(listen)) == [
        "body_checks",
        "mime_header_checks",
        "smtps/inet/smtpd_sender_restrictions",
        "strict",
        "unix:/run/dkim.sock",
    ]
