"""Canaries from `mint` to the alarm: outbound messages that contain one, and inbound mail to one."""

import html
import io
import json
import urllib.parse
import zipfile
from collections.abc import Sequence
from dataclasses import replace

import pytest
from rig.office import COMPANY, JANE, STRANGER, Office, World, hidden, mail, opened
from rig.people import people
from rig.samples import Sample
from rig.waiting import wait_until

pytestmark = pytest.mark.postfix

LIST, RECEIVER = "Spring export", "Agency Xylophone"
NEWS = f"news@{COMPANY}"
AGENCY = "offers@agency-x.example"
HEARD = 'holdback_canary_hits_total{direction="inbound"}'
SEEN = 'holdback_canary_hits_total{direction="outbound"}'


def mint(office: Office, count: int = 5, *options: str) -> list[str]:
    """New canaries for the list, loaded by the milter."""
    before = office.metric("holdback_canaries")
    senders = ("--sender", NEWS, "--sender", "*@agency-x.example")
    words = ("--list", LIST, "--given-to", RECEIVER, "-n", str(count), *senders)
    done = office.holdback.cli("canary", "mint", *words, *options)
    assert done.code == 0, done.err
    office.reload()
    assert office.metric("holdback_canaries") == before + count
    return done.out.split()


def zipped_csv(addresses: Sequence[str]) -> bytes:
    rows = [(one.name, one.email) for one in people(3)] + [("Zoe Quist", one) for one in addresses]
    table, file = "name,email\n" + "".join(f"{name},{email}\n" for name, email in rows), io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner/customers.csv", table)
    return file.getvalue()


def carriers(canary: str) -> dict[str, Sample]:
    """Mails that contain the canary, each in another form."""
    local, _, domain = canary.partition("@")
    to, shout = [STRANGER], canary.upper()
    html_text = "<p>Write to " + "".join(f"&#{ord(letter)};" for letter in canary) + "</p>"
    in_html = mail("entities", to)
    texts = {
        "body": f"Please ask {canary} about it.\n",
        "shouted": f"Please ask {shout} about it.\n",
        "at": f"Please ask {local} (at) {domain} about it.\n",
        "at-dot": f"{local} AT {domain.replace('.', ' DOT ')}\n",
        "percent": f"https://shop.example/?u={urllib.parse.quote(canary, safe='').replace('%40', '%2540')}\n",
        "quoted": f"> On Monday <{canary}> wrote:\n> {canary}\n",
        "folded": f"the one you want is {local}@\n{domain}\n",
    }
    return {
        **{name: mail(name, to, text) for name, text in texts.items()},
        "to": mail("to", [STRANGER, canary]),
        "cc": mail("cc", to, cc=[canary]),
        "envelope": hidden("envelope", [STRANGER, canary]),
        "zip": mail("zip", to, attached=("export.zip", zipped_csv([canary]))),
        "name": mail("name", to, attached=(f"{canary}.txt", b"nothing in here\n")),
        "subject": replace(
            mail("subject", to),
            raw=mail("subject", to).raw.replace(b"About subject", f"About {canary}".encode()),
        ),
        "entities": replace(
            in_html,
            raw=in_html.raw.replace(b"text/plain", b"text/html").replace(b"Hello.", html_text.encode()),
        ),
    }


def test_a_canary_that_leaves(world: World) -> None:
    """The mail is held in every form; `show` and `hits` name the list."""
    with opened(world) as office:
        canary, *others = mint(office)
        mails = carriers(canary)
        logged = office.send_all(mails.values())
        assert dict.fromkeys(mails, "hold") == {
            name: line["action"] for name, line in zip(mails, logged, strict=True)
        }
        assert office.metric(SEEN) == len(mails)
        for line in logged[::5]:
            assert f'1 canary of list "{LIST}", given to {RECEIVER}' in shown(office, line["case"])
        several = office.send(mail("several", [STRANGER], attached=("export.zip", zipped_csv(others))))
        assert f'4 canaries of list "{LIST}"' in shown(office, several["case"])
        wait_until(lambda: len(hits(office)) == len(mails) + 4, "hits")
        assert {"outbound"} == {hit["direction"] for hit in hits(office)}
        near = mail("near", [STRANGER], f"x{canary} {canary}.au {canary.replace('@', '@mail.')}\n")
        assert office.send(near)["action"] == "pass"


def shown(office: Office, case: str) -> str:
    return " ".join(office.holdback.cli("show", case).out.split())


def hits(office: Office) -> list[dict[str, str]]:
    found: list[dict[str, str]] = office.holdback.cli("canary", "hits", "--json").lines
    return found


def test_the_list_is_named_to_operators_only(world: World) -> None:
    """Log, metrics, SMTP replies and released mail do not name the list."""
    with opened(world, {"checks": {"canary": {"action": "hold"}}}) as office:
        canary = mint(office)[0]
        mails = [made for name, made in carriers(canary).items() if name not in ("to", "cc", "envelope")]
        logged = office.send_all(mails)
        assert {line["action"] for line in logged} == {"hold"}
        assert office.holdback.cli("release", logged[0]["case"]).code == 0
        released = world.sink.wait_for(1)[0]
        office.holdback.configure(
            {"internal_domains": [COMPANY], "checks": {"canary": {"action": "reject"}}},
        )
        office.reload()
        refused = [world.postfix.send(made.raw, made.sender, made.recipients) for made in mails[1:4]]
        assert {reply.code for reply in refused} == {550}
        queue = json.dumps(world.postfix.queue())
        told_to_all = office.holdback.log() + office.holdback.metrics_text() + world.postfix.log() + queue
        told_to_all += "".join(reply.text for reply in refused) + released.header.decode()
    secrets = (canary, canary.upper(), LIST, RECEIVER, "Xylophone")
    assert [secret for secret in secrets if secret.lower() in told_to_all.lower()] == []


def test_mail_to_a_canary_passes_and_is_a_hit(world: World) -> None:
    """A stranger's mail is a hit once; mail of the list's senders, our people, or a bounce is not."""
    with opened(world) as office:
        canary, plus = mint(office, 1)[0], mint(office, 1, "--plus", "jane")[0]
        quiet = [
            mail("agency", [canary], sender=AGENCY),
            mail("news", [canary], sender=NEWS),
            mail("colleague", [canary], sender=JANE),
            replace(mail("bounce", [canary]), sender=""),
            mail("jane", ["jane+other@corp.example"], sender="spam@pills.example"),
        ]
        assert set(office.actions(quiet)) == {"pass"}
        assert office.metric(HEARD) == 0
        ringing = [
            mail("spam", [canary], sender="spam@pills.example"),
            mail("spam-plus", [plus], sender="spam@pills.example"),
            hidden("spam-bcc", ["jane@corp.example", canary.upper()], sender="spam@pills.example"),
        ]
        assert set(office.actions(ringing)) == {"pass"}
        assert office.metric(HEARD) == len(ringing)
        wait_until(lambda: len(hits(office)) == len(ringing), "hits")
        assert {("inbound", "spam@pills.example", "pass")} == {
            (hit["direction"], hit["sender"], hit["action"]) for hit in hits(office)
        }
        traced = office.holdback.cli("trace", canary).out
        assert [word for word in (LIST, RECEIVER, "spam@pills.example") if word not in traced] == []
        world.postfix.wait_empty()
        assert len(world.sink.deliveries("About spam")) == len(ringing)
        about = (office.holdback.log() + office.holdback.metrics_text()).lower()
        assert [word for word in (canary, plus, "spam@pills", LIST, RECEIVER) if word.lower() in about] == []


def test_mail_to_canaries_only_is_discarded(world: World) -> None:
    """If configured, it is accepted with 250 and discarded; with another recipient it passes."""
    with opened(world, {"checks": {"canary": {"inbound": "discard"}}}) as office:
        first, second = mint(office, 2)
        spam = "spam@pills.example"
        mails = {
            "one": mail("one", [first], sender=spam),
            "two": mail("two", [first, second], sender=spam),
            "twice": mail("twice", [first, first.upper()], sender=spam),
            "mixed": mail("mixed", [first, JANE], sender=spam),
            "agency": mail("agency", [first], sender=AGENCY),
        }
        replies = [world.postfix.send(made.raw, made.sender, made.recipients) for made in mails.values()]
        assert {reply.code for reply in replies} == {250}
        world.postfix.wait_empty()
        wait_until(lambda: len(hits(office)) == 5, "hits")
        assert {name for name in mails if world.sink.deliveries(f"<{name}@")} == {"mixed", "agency"}
        mixed = [to for one in world.sink.deliveries("<mixed@") for to in one.recipients]
        assert sorted(mixed) == sorted([first, JANE])
        assert office.metric('holdback_messages_total{action="discard"}') == 3
        assert office.metric(HEARD) == 4


def test_observe_mode_lets_everything_go(world: World) -> None:
    """Nothing is held or discarded; both are recorded."""
    with opened(world, {"mode": "observe", "checks": {"canary": {"inbound": "discard"}}}) as office:
        canary = mint(office)[0]
        spam = mail("spam", [canary], sender="spam@pills.example")
        assert office.actions([spam, carriers(canary)["zip"]]) == ["pass", "observe"]
        world.postfix.wait_empty()
        assert sorted(world.sink.recipients()) == sorted([canary, STRANGER])
        wait_until(lambda: len(hits(office)) == 2, "hits")
        assert {hit["direction"] for hit in hits(office)} == {"inbound", "outbound"}


def test_a_mailing_to_its_own_list(world: World) -> None:
    """A newsletter to the list with its canary passes; with the list attached it is held."""
    with opened(world) as office:
        canary = mint(office)[0]
        readers = [one.email for one in people(30)]
        assert office.send(hidden("news", [*readers, canary], sender=NEWS))["action"] == "pass"
        assert office.send(hidden("ours", [*readers, canary], sender=JANE))["action"] == "hold"
        attached = mail("leak", [STRANGER, canary], f"{canary}\n", sender=NEWS)
        assert office.send(attached)["action"] == "hold"


def test_a_running_milter_learns_of_new_canaries_by_itself(world: World) -> None:
    """New canaries are used within ten seconds, and after a restart or `kill -9`."""
    with opened(world) as office:
        done = office.holdback.cli("canary", "mint", "--list", LIST, "-n", "3")
        office.wait_metric("holdback_canaries", lambda count: count == 3)
        canary = done.out.split()[0]
        office.holdback.kill()
        office.holdback.start()
        assert office.metric("holdback_canaries") == 3
        assert office.send(mail("leak", [STRANGER], f"Ask {html.escape(canary)}.\n"))["action"] == "hold"
