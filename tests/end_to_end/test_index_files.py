"""The file of the customer index is replaced, damaged, removed, or of another key while the milter runs."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from rig.daemonlog import lines
from rig.holdback import Holdback
from rig.load import Load
from rig.office import STRANGER, World, mail, opened, table_of
from rig.people import Person, people
from rig.samples import Sample

pytestmark = pytest.mark.postfix

CUSTOMERS, MORE = people(400), people(500)[400:]
REFUSED = 'holdback_errors_total{stage="customers"}'


def about(name: str, to: str, some: list[Person]) -> Sample:
    return mail(name, [to], "".join(f"{one.name}, {one.email}, {one.phone}\n" for one in some))


def test_the_index_is_replaced_while_mail_flows(world: World) -> None:
    """Every message is answered, using either the complete old or the complete new index."""
    mails = [
        about(f"{name}-{n}", to, some)
        for n in range(75)
        for name, to, some in (
            ("harmful", STRANGER, CUSTOMERS[n : n + 5]),
            ("harmless", CUSTOMERS[n].email, CUSTOMERS[n : n + 5]),
        )
    ]
    with opened(world, {"campaigns": {"copies": 1000}}, CUSTOMERS) as office:
        with Load(world.postfix, mails, sessions=4) as load:
            for turn in range(5):
                load.wait_finished((turn + 1) * 20)
                office.build_index([*MORE[: 20 * turn], *CUSTOMERS])
                office.reload()
            logged = office.log_lines([outcome.reply for outcome in load.outcomes()])
        loaded = lines(office.holdback, "customer index loaded")
        assert len({line["count"] for line in loaded}) >= 5
        assert lines(office.holdback, "customer index refused") == []
    assert [("hold" if made.name.startswith("harmful") else "pass") for made in mails] == [
        line["action"] for line in logged
    ]


def test_an_index_that_appears_changes_and_takes_effect_by_itself(world: World) -> None:
    """A new index is loaded within ten seconds without a reload."""
    five = about("five", STRANGER, CUSTOMERS[:5])
    with opened(world) as office:
        assert office.send(five)["action"] == "pass"
        office.build_index(CUSTOMERS)
        office.wait_metric("holdback_customer_index_entries", lambda entries: entries >= 400)
        assert office.send(five)["action"] == "hold"
        assert 0 <= office.metric("holdback_customer_index_age_seconds") < 60


def truncate(index: Path) -> None:
    with index.open("r+b") as file:
        file.truncate(index.stat().st_size // 2)


def overwrite(index: Path) -> None:
    with index.open("r+b") as file:
        file.write(b"\0" * index.stat().st_size)


def replace_by_text(index: Path) -> None:
    index.write_text("name,email\n" * 1000)


def empty(index: Path) -> None:
    index.write_bytes(b"")


def make_a_folder(index: Path) -> None:
    index.unlink()
    index.mkdir()


def damage(index: Path) -> None:
    content = bytearray(index.read_bytes())
    content[len(content) // 2] ^= 0xFF
    index.write_bytes(content)


HARMS: tuple[Callable[[Path], object], ...] = (
    truncate,
    overwrite,
    replace_by_text,
    empty,
    make_a_folder,
    damage,
    Path.unlink,
)


def test_an_invalid_file(world: World, tmp_path: Path) -> None:
    """The last valid index stays in use; metric and log report the error; a valid file is loaded again."""
    with opened(world, {"campaigns": {"copies": 1000}}, CUSTOMERS) as office:
        index, good = office.holdback.state_dir / "customers.idx", tmp_path / "good"
        shutil.copy(index, good)
        entries = office.metric("holdback_customer_index_entries")
        logged = 0
        for turn, harm in enumerate(HARMS):
            harm(index)
            assert office.send(about(f"before-{turn}", STRANGER, CUSTOMERS[:5]))["action"] == "hold", harm
            office.reload()
            refused = lines(office.holdback, "customer index refused")
            assert len(refused) == office.metric(REFUSED) > logged, harm
            assert refused[-1]["trouble"].startswith(str(index)), harm
            logged = len(refused)
            assert office.metric("holdback_customer_index_entries") == entries
            assert office.send(about(f"after-{turn}", STRANGER, CUSTOMERS[:5]))["action"] == "hold", harm
            if index.is_dir():
                index.rmdir()
            shutil.copy(good, tmp_path / "copy")
            os.replace(tmp_path / "copy", index)
            office.reload()
            assert len(lines(office.holdback, "customer index refused")) == logged, harm
        assert len(lines(office.holdback, "customer index loaded")) > len(HARMS)


def test_an_index_made_with_another_key(world: World, tmp_path: Path) -> None:
    """It is refused, and the last good one stays in use, also after a restart."""
    elsewhere = Holdback(world.postfix)
    (elsewhere.root / "customers.csv").write_text(table_of(CUSTOMERS))
    assert elsewhere.cli("customers", "build", str(elsewhere.root / "customers.csv")).code == 0
    with opened(world, customers=CUSTOMERS) as office:
        index = office.holdback.state_dir / "customers.idx"
        shutil.copy(elsewhere.state_dir / "customers.idx", tmp_path)
        shutil.move(tmp_path / "customers.idx", index)
        office.reload()
        (said,) = lines(office.holdback, "customer index refused")
        assert "another key" in said["trouble"]
        assert office.send(about("five", STRANGER, CUSTOMERS[:5]))["action"] == "hold"
        office.holdback.restart()
        assert office.metric("holdback_customer_index_entries") > 0
        assert office.metric(REFUSED) == 1
        assert office.send(about("unseen", STRANGER, CUSTOMERS[5:10]))["action"] == "hold"
        doctor = office.holdback.cli("doctor")
        assert "another key" in " ".join((doctor.out + doctor.err).split())
    shutil.rmtree(elsewhere.root)
