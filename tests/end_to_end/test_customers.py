"""The customer list from the CRM's export to held mail."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from rig.office import STRANGER, World, mail, opened, table_of
from rig.people import Person, people
from rig.samples import Sample

pytestmark = pytest.mark.postfix

CUSTOMERS = people(400)
ANN = CUSTOMERS[7]
COUPLE = [replace(one, email="both@oneflat.example") for one in CUSTOMERS[20:22]]
EVERYBODY = [one for one in CUSTOMERS if one not in CUSTOMERS[20:22]] + COUPLE
OTHERS = people(500)[400:]
"""Addresses of people who are no customers."""
MERGE = {"checks": {"customer_data": {"known_limit": 1}}, "campaigns": {"copies": 1000}}


def as_text(some: list[Person]) -> str:
    return "".join(f"{one.name}, {one.email}, {one.phone}, {one.city}\n" for one in some)


def in_text(name: str, to: str, some: list[Person]) -> Sample:
    return mail(name, [to], as_text(some))


def in_file(name: str, to: str, some: list[Person]) -> Sample:
    return mail(name, [to], attached=("people.csv", table_of(some).encode()))


def record(name: str, to: Person, of: Person) -> Sample:
    """One letter of a mail merge."""
    text = f"Dear customer,\n\nName: {of.name}\nE-mail: {of.email}\nPhone: {of.phone}\nStreet: {of.street}\n"
    return mail(name, [to.email], text)


@pytest.mark.parametrize("write", [in_text, in_file])
def test_limit_of_customers(write: Callable[[str, str, list[Person]], Sample], world: World) -> None:
    """Five customers are held; four, or twelve others, pass; so does a recipient's own data."""
    mails = {
        "five": (write("five", STRANGER, CUSTOMERS[:5]), "hold"),
        "four": (write("four", STRANGER, CUSTOMERS[:4]), "pass"),
        "no customers": (write("nobody", STRANGER, OTHERS[:12]), "pass"),
        "four and others": (write("mixed", STRANGER, CUSTOMERS[:4] + OTHERS[:8]), "pass"),
        "ann and four": (write("ann-4", ANN.email, [ANN, *CUSTOMERS[:4]]), "pass"),
        "ann and five": (write("ann-5", ANN.email, [ANN, *CUSTOMERS[:5]]), "hold"),
        "a couple and three": (write("couple-3", COUPLE[0].email, [*COUPLE, *CUSTOMERS[:3]]), "pass"),
        "a couple and four": (write("couple-4", COUPLE[0].email, [*COUPLE, *CUSTOMERS[:4]]), "pass"),
        "a couple and five": (write("couple-5", COUPLE[0].email, [*COUPLE, *CUSTOMERS[:5]]), "hold"),
        "to a colleague": (write("inside", "tom@corp.example", CUSTOMERS[:50]), "pass"),
    }
    with opened(world, customers=EVERYBODY) as office:
        actions = office.actions([made for made, _ in mails.values()])
        cases = office.holdback.cli("cases", "--json").lines
    assert dict(zip(mails, (action for _, action in mails.values()), strict=True)) == dict(
        zip(mails, actions, strict=True)
    )
    assert [5, 5, 5] == [case["people"] for case in cases]
    assert all("none a recipient" in str(case) or "more" in str(case) for case in cases)


def test_a_reply_to_ann_about_ann(world: World) -> None:
    """Ann's record to her plus-address, with our colleague in Cc, passes; the same to Bob is held."""
    tagged = ANN.email.replace("@", "+orders@")
    theirs = [
        mail("plus", [tagged], as_text([ANN])),
        mail("cc", [ANN.email], as_text([ANN]), cc=["tom@corp.example"]),
    ]
    with opened(world, MERGE, EVERYBODY) as office:
        assert office.actions(theirs) == ["pass", "pass"]
        assert office.actions([mail("bob", [CUSTOMERS[8].email], as_text([ANN]))]) == ["hold"]
        assert office.actions([mail("both", [CUSTOMERS[8].email, ANN.email], as_text([ANN]))]) == ["pass"]


def test_a_mail_merge(world: World) -> None:
    """300 customers with their own records pass; with records shifted by one row all are held."""
    everybody = EVERYBODY[:300]
    own = [record(f"own-{n}", one, one) for n, one in enumerate(everybody)]
    shifted = [record(f"shifted-{n}", one, other) for n, (one, other) in enumerate(pairwise(everybody[:41]))]
    with opened(world, MERGE, EVERYBODY) as office:
        assert set(office.actions(own)) == {"pass"}
        assert set(office.actions(shifted)) == {"hold"}
        world.postfix.wait_empty()
        assert sorted(world.sink.recipients()) == sorted(one.email for one in everybody)
