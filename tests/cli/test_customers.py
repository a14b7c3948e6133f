"""`holdback customers`: an index from any source, put in place whole or not at all."""

import contextlib
import io
import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pytest
from cases.disk import fill
from cli.firm import Firm, delimited, json_lines, table
from holdback.cli.doctor.customers import check_customers
from holdback.config import load as load_config
from holdback.exits import Exit
from rig.files.data import ldif, vcards
from rig.files.spreadsheets import ods, xls, xlsx
from rig.people import Person, people
from rig.terminal import run_on_terminal
from rig.waiting import wait_until

Run = Callable[..., tuple[int, str, str]]
HOLDBACK = Path(sys.executable).with_name("holdback")
MANY = 90_000
"""Rows that are more than is read before the first of them is worked on."""


FORMATS: dict[str, Callable[[list[Person]], str | bytes]] = {
    "utf-8.csv": delimited,
    "utf-16.txt": lambda persons: delimited(persons, "de", "\t").encode("utf-16"),
    "cp1252.csv": lambda persons: delimited(persons, "de", ";").encode("cp1252"),
    "bare.csv": lambda persons: delimited(persons).partition("\n")[2],
    "one column.txt": lambda persons: "\n".join(person.email for person in persons),
    "book.xlsx": lambda persons: xlsx(table(persons, "fr")),
    "book.xls": lambda persons: xls(table(persons, "pl")),
    "book.ods": lambda persons: ods(table(persons, "ja")),
    "lines.jsonl": json_lines,
    "array.json": lambda persons: json.dumps([{"name": each.name, "email": each.email} for each in persons]),
    "cards.vcf": vcards,
    "entries.ldif": ldif,
}


@pytest.mark.parametrize("name", FORMATS)
def test_formats(firm: Firm, run: Run, name: str) -> None:
    """Every person in the file is in the index, and no other."""
    persons = people(60)
    code, out, err = run("customers", "build", "--json", firm.write(name, FORMATS[name](persons[:50])))
    assert code == 0
    assert err == ""
    assert json.loads(out)["people"] == 50
    assert firm.knows(persons) == 50


def test_the_columns_of_incident_5(firm: Firm, run: Run) -> None:
    """Two addresses, the id, the login, the name; plans, prices and flags are ignored."""
    header = "service_id,username,full_name,product_name,subscription_charge,postmaster_email,alt_email,visp"
    rows = [
        f"{90_000 + number},user{number},{each.name},Broadband,14.99,{each.email},alt{number}@x.example,plus"
        for number, each in enumerate(people(300))
    ]
    code, out, _ = run("customers", "build", "--json", firm.write("a.csv", "\n".join([header, *rows])))
    result = json.loads(out)
    (source,) = result.pop("sources")
    assert code == 0
    assert sorted(source["columns"].pop("email")) == ["alt_email", "postmaster_email"]
    assert source["columns"] == {"id": ["service_id"], "login": ["username"], "name": ["full_name"]}
    assert result["people"] == 300
    assert result["kinds"]["email"] == 600
    assert result["kinds"]["login"] == 300


def test_the_printed_form(firm: Firm, run: Run) -> None:
    """Columns, rows, people and path; no customer data."""
    text = json_lines(people(50)) + '{"name": "", "contact": {}}\nno object\n'
    code, out, err = run("customers", "build", firm.write("crm.jsonl", text))
    assert code == 0
    assert err == ""
    assert out.count("example") == 0
    assert "crm.jsonl: 51 rows, 1 unreadable line\n" in out
    assert "1 row without a usable identifier\n" in out
    assert "e-mail       contact.email\n" in out
    assert "50 people, 100 identifiers, built in" in out
    assert f"\nWritten to {firm.index} (" in out


def test_names_that_come_late(firm: Firm, run: Run) -> None:
    """A key that only later lines have is ignored and reported."""
    late = '{"name": "Ann Smith", "mobile": "030 1234567", "contact": {"email": "ann@x.example"}}\n'
    path = firm.write("crm.jsonl", json_lines(people(2_100)) + late)
    code, out, _ = run("customers", "build", path)
    assert code == 0
    assert "ignored, not in the first lines: mobile\n" in out
    _, out, _ = run("customers", "build", "--json", path)
    assert json.loads(out)["sources"][0]["late_columns"] == ["mobile"]


def test_several_sources(firm: Firm, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file, a spreadsheet and standard input make one index; who is in two of them is one person."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(delimited(people(30)[20:]).encode())))
    first, second = (
        firm.write("a.csv", delimited(people(15))),
        firm.write("b.xlsx", xlsx(table(people(25)[10:]))),
    )
    code, out, _ = run("customers", "build", "--json", first, second, "-")
    rows = [source["rows"] for source in json.loads(out)["sources"]]
    assert code == 0
    assert rows == [15, 15, 10]
    assert json.loads(out)["people"] == 30
    assert firm.knows(people(31)) == 30


GOOD = "email\na@x.example\n"


@pytest.mark.parametrize(
    ("name", "content", "options", "code", "message"),
    [
        ("no.csv", None, [], Exit.NO_INPUT, "No such file"),
        ("empty.csv", "", [], Exit.DATA, "no rows"),
        ("headings.csv", "E-Mail;Name\n", [], Exit.DATA, "no customers in 0 rows; no index was written"),
        ("blank.csv", "id;email\n" + ";\n" * 30, [], Exit.DATA, "no customers in"),
        (
            "things.csv",
            "foo,bar\nx,y\nz,w\n",
            [],
            Exit.DATA,
            "the columns are foo, bar; choose one with --column",
        ),
        ("named.csv", GOOD, ["--column", "email=mail"], Exit.DATA, "no column mail; the columns are email"),
        ("kind.csv", GOOD, ["--column", "mail=email"], Exit.USAGE, "KIND one of email, phone"),
        ("photo.png", b"\x89PNG\r\n\x1a\n" + bytes(900), [], Exit.DATA, "photo.png"),
        ("noise.bin", bytes(range(256)) * 9, [], Exit.DATA, "cannot be read; export it as CSV"),
        ("half.xlsx", xlsx(table(people(50)))[:-900], [], Exit.DATA, "export it as CSV"),
        (
            "letter.txt",
            "Dear Ann,\nthank you very much.\n",
            [],
            Exit.DATA,
            "no column identifies customers",
        ),
    ],
)
def test_what_cannot_be_used(
    firm: Firm, run: Run, name: str, content: str | bytes | None, options: list[str], code: Exit, message: str
) -> None:
    """One line with file and reason; the current index is unchanged, and no other file is left."""
    source = str(firm.folder / name) if content is None else firm.write(name, content)
    found, out, err = run("customers", "build", *options, source)
    assert found == code, err
    assert out == "", err
    assert err.count("\n") == 1, err
    assert message in err, err
    assert {path.name for path in firm.folder.iterdir()} <= {name, "key"}


FIRST = ("crm-2026-11-22.csv", 100)
"""Source and size of the current index in the next tests."""


@pytest.mark.parametrize(
    ("name", "size", "reason"),
    [
        ("crm-2026-11-23.csv", 49, "only 49 people; the current index has 100"),
        ("crm-2026-11-23.csv", 50, ""),
        ("crm-2026-11-23.csv", 200, ""),
        ("crm-2026-11-23.csv", 201, "201 people; the current index has only 100"),
        ("test.csv", 100, "built from test.csv; the current index from crm-2026-11-22.csv"),
        ("test.csv", 49, "only 49 people; the current index has 100"),
    ],
)
def test_a_very_different_index_is_not_put_in_place_unasked(
    firm: Firm, run: Run, name: str, size: int, reason: str
) -> None:
    """Exit code 65 with the reason, unless --yes; a date in the name of the source makes no difference."""
    run("customers", "build", firm.write(FIRST[0], delimited(people(FIRST[1]))))
    source = firm.write(name, delimited(people(size)))
    code, out, err = run("customers", "build", source)
    if not reason:
        assert (code, err, firm.knows(people(300))) == (Exit.OK, "", size)
        return
    expected = f"holdback: {reason}; {firm.index} is unchanged; to replace it, use --yes\n"
    assert (code, out, err, firm.knows(people(300))) == (Exit.DATA, "", expected, 100)
    assert run("customers", "build", "--yes", source)[0] == Exit.OK
    assert firm.knows(people(300)) == size


@pytest.mark.parametrize(
    ("answer", "code", "size"), [("y", Exit.OK, 49), ("n", Exit.DATA, 100), ("", Exit.DATA, 100)]
)
def test_a_terminal_is_asked(firm: Firm, run: Run, answer: str, code: Exit, size: int) -> None:
    """With the reason; no answer is no."""
    run("customers", "build", firm.write("crm.csv", delimited(people(100))))
    source = firm.write("crm.csv", delimited(people(49)))
    done, screen = run_on_terminal([str(HOLDBACK), "customers", "build", source], f"{answer}\n")
    assert (done, firm.knows(people(100))) == (code, size), screen
    assert "only 49 people; the current index has 100. Replace the index? [y/N]:" in screen


def test_the_option_of_earlier_versions_still_works(firm: Firm, run: Run) -> None:
    """`--force` means `--yes`."""
    run("customers", "build", firm.write("crm.csv", delimited(people(100))))
    assert run("customers", "build", "--force", firm.write("crm.csv", delimited(people(9))))[0] == Exit.OK
    assert firm.knows(people(100)) == 9


def test_an_empty_export_is_refused_even_with_yes(firm: Firm, run: Run) -> None:
    """To have no index, delete the file."""
    run("customers", "build", firm.write("all.csv", delimited(people(100))))
    code, _, err = run("customers", "build", "--yes", firm.write("none.csv", "email;name\n;\n;\n"))
    assert code == Exit.DATA
    assert "is unchanged" in err
    assert firm.knows(people(100)) == 100


@pytest.mark.parametrize("content", [b"", b"junk" * 4000])
def test_an_index_of_no_use_is_replaced(firm: Firm, run: Run, content: bytes) -> None:
    """A broken index is replaced."""
    firm.index.write_bytes(content)
    assert run("customers", "build", firm.write("all.csv", delimited(people(9))))[0] == Exit.OK
    assert firm.knows(people(9)) == 9


def test_the_index_is_private(firm: Firm, run: Run) -> None:
    """Private, owned by the owner of its directory, without customer data."""
    shutil.chown(firm.folder, "nobody", "nogroup")
    run("customers", "build", firm.write("all.csv", delimited(people(50))))
    status, folder = firm.index.stat(), firm.folder.stat()
    assert stat.S_IMODE(status.st_mode) == 0o600
    assert status.st_uid == folder.st_uid
    assert status.st_gid == folder.st_gid
    content = firm.index.read_bytes().lower()
    assert [word for word in (b"kunde0", b"customers0", b"emily", b"5000000") if word in content] == []


@contextmanager
def building(firm: Firm) -> Iterator[tuple[subprocess.Popen[str], BinaryIO]]:
    """A build in another process that has begun and waits for more rows; where to write them."""
    pipe = firm.folder.parent / "pipe"
    os.mkfifo(pipe)
    words = [HOLDBACK, "customers", "build", "--column", "email=email", str(pipe)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        with contextlib.suppress(BrokenPipeError), pipe.open("wb") as file:
            rows = (f"user{number}@many{number % 9}.example,{'x' * 50}\n" for number in range(MANY))
            file.write(f"email,note\n{''.join(rows)}".encode())
            file.flush()
            wait_until(firm.index.with_name("customers.idx.new").exists, "the build")
            yield process, file
        process.kill()


@pytest.mark.slow
def test_killed_while_it_builds(firm: Firm, run: Run) -> None:
    """The old index stays; the next build is not blocked, and clears up."""
    run("customers", "build", firm.write("all.csv", delimited(people(20))))
    with building(firm) as (process, _):
        process.kill()
        process.wait()
    assert firm.knows(people(30)) == 20
    assert run("customers", "build", firm.write("all.csv", delimited(people(30))))[0] == Exit.OK
    assert sorted(path.name for path in firm.folder.iterdir()) == ["all.csv", "customers.idx", "key"]
    assert firm.knows(people(30)) == 30


@pytest.mark.slow
def test_two_builds_at_once(firm: Firm, run: Run) -> None:
    """The second fails and changes nothing; the first succeeds."""
    with building(firm) as (process, file):
        code, _, err = run("customers", "build", firm.write("all.csv", delimited(people(20))))
        assert code == Exit.TEMPORARY
        assert "another build" in err
        file.close()
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 0, out
    assert f"{MANY:,} people" in out, out


@pytest.fixture
def small_disk(firm: Firm) -> Iterator[Path]:
    """The state_dir on a file system with little room."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "none", firm.folder], check=True)
    yield firm.folder
    subprocess.run(["umount", "--lazy", firm.folder], check=True)


def test_a_full_disk(firm: Firm, run: Run, small_disk: Path, tmp_path: Path) -> None:
    """The old index stays and can be used; with room again, the build succeeds."""
    source = tmp_path / "all.csv"
    source.write_text(delimited(people(500)))
    run("customers", "build", str(source))
    filler = fill(small_disk)
    code, _, err = run("customers", "build", str(source))
    assert code == Exit.IO
    assert "No space left" in err
    assert err.count("\n") == 1
    assert firm.knows(people(500)) == 500
    filler.unlink()
    assert run("customers", "build", str(source))[0] == Exit.OK
    assert sorted(path.name for path in small_disk.iterdir()) == ["customers.idx", "key"]


def test_another_place(firm: Firm, run: Run, tmp_path: Path) -> None:
    """--output is where it is written; its folder must be there."""
    source = firm.write("all.csv", delimited(people(9)))
    assert run("customers", "build", "--output", str(tmp_path / "there.idx"), source)[0] == Exit.OK
    assert (tmp_path / "there.idx").exists()
    assert not firm.index.exists()
    code, _, err = run("customers", "build", "--output", str(tmp_path / "no/there.idx"), source)
    assert code == Exit.NO_INPUT
    assert "no such folder" in err


def test_info(firm: Firm, run: Run) -> None:
    """Numbers by kind, people, source, region, key, and that it can be used."""
    run("customers", "build", firm.write("crm.csv", delimited(people(40))))
    code, out, _ = run("customers", "info", "--json")
    result = json.loads(out)
    wanted = {"people": 40, "rows": 40, "numbers": 80, "source": "crm.csv", "region": "DE", "usable": True}
    assert code == 0
    assert {key: result[key] for key in wanted} == wanted
    assert result["kinds"]["email"] == 40
    assert result["kinds"]["phone"] == 40
    assert result["bytes"] == firm.index.stat().st_size
    code, out, _ = run("customers", "info")
    assert code == 0
    assert "40 people, 80 identifiers from 40 rows" in " ".join(out.split())


def test_another_region(firm: Firm, run: Run) -> None:
    """`customers info` and the doctor ask to rebuild after a change of the region."""
    run("customers", "build", firm.write("crm.csv", delimited(people(40))))
    config = Path(os.environ["HOLDBACK_CONFIG"])
    config.write_text(config.read_text().replace('"DE"', '"GB"'))
    _, out, _ = run("customers", "info")
    assert "DE; customers.region is now GB: rebuild the index" in " ".join(out.split())
    fresh, other = check_customers(load_config(config))
    assert fresh.state == "ok"
    assert other.state == "weak"


def spoil(firm: Firm, how: str) -> None:
    match how:
        case "gone":
            firm.index.unlink()
        case "foreign":
            firm.index.write_text("name,email\n" * 999)
        case "cut":
            os.truncate(firm.index, firm.index.stat().st_size - 8)
        case "other key":
            (firm.folder / "key").write_bytes(bytes(32))
        case "no key":
            (firm.folder / "key").unlink()
        case "old":
            pass


@pytest.mark.parametrize(
    ("how", "code", "message"),
    [
        ("gone", Exit.NO_INPUT, "no such file; create it with holdback customers build"),
        ("foreign", Exit.DATA, "is not a customer index"),
        ("cut", Exit.DATA, "is incomplete"),
        ("other key", Exit.DATA, "was built with another key"),
        ("no key", Exit.DATA, "no key in"),
    ],
)
def test_info_of_what_cannot_be_used(firm: Firm, run: Run, how: str, code: Exit, message: str) -> None:
    """An exit code for scripts, a reason for operators."""
    run("customers", "build", firm.write("crm.csv", delimited(people(40))))
    spoil(firm, how)
    found, out, err = run("customers", "info")
    assert found == code
    assert message in " ".join((out + err).split())
    assert (firm.folder / "key").exists() == (how != "no key")


@pytest.mark.parametrize(
    ("how", "state"),
    [
        ("", "ok"),
        ("gone", "ok"),
        ("foreign", "wrong"),
        ("cut", "wrong"),
        ("other key", "wrong"),
        ("no key", "wrong"),
    ],
)
def test_doctor(firm: Firm, run: Run, how: str, state: str) -> None:
    """The result is that of the milter; no key is created."""
    run("customers", "build", firm.write("crm.csv", delimited(people(40))))
    spoil(firm, how)
    (found,) = check_customers(load_config(Path(os.environ["HOLDBACK_CONFIG"])))
    assert str(found.state) == state
    assert (firm.folder / "key").exists() == (how != "no key")


def test_doctor_and_an_index_of_last_week(firm: Firm, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The nightly build does not run."""
    run("customers", "build", firm.write("crm.csv", delimited(people(40))))
    monkeypatch.setattr("time.time", lambda: 8 * 86_400 + firm.index.stat().st_mtime)
    (found,) = check_customers(load_config(Path(os.environ["HOLDBACK_CONFIG"])))
    assert str(found.state) == "weak"
    assert "8 days" in found.text


def test_doctor_and_an_index_that_is_configured_and_missing(firm: Firm) -> None:
    """A configured index must exist."""
    config = Path(os.environ["HOLDBACK_CONFIG"])
    config.write_text(config.read_text() + f'index = "{firm.folder}/elsewhere.idx"\n')
    (found,) = check_customers(load_config(config))
    assert str(found.state) == "wrong"
    assert "no such file" in found.text
