"""`holdback scan` loads the customer index and the canaries of the milter, or prints a warning."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from cli.firm import Firm, delimited
from holdback.exits import Exit
from rig.people import people

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def letter(firm: Firm, run: Run, tmp_path: Path) -> str:
    """Names five of the firm's customers to a stranger."""
    run("customers", "build", firm.write("crm.csv", delimited(people(40))))
    numbers = " and ".join(one.phone for one in people(5))
    path = tmp_path / "letter.eml"
    path.write_text(f"From: me@corp.example\nTo: ann@x.example\nSubject: Numbers\n\nCall {numbers}.\n")
    return str(path)


def test_customers_are_known(run: Run, letter: str) -> None:
    """Five phone numbers in a sentence are no record, but five customers."""
    code, out, err = run("scan", letter)
    assert (code, "5 customers, none a recipient [hold]" in out, err) == (Exit.FOUND, True, "")


def _configure(text: str) -> None:
    path = Path(os.environ["HOLDBACK_CONFIG"])
    path.write_text(f"{path.read_text()}{text}\n")


_PROBLEMS: dict[str, tuple[Callable[[Firm], object], str]] = {
    "no key": (lambda firm: (firm.folder / "key").unlink(), "customers.idx cannot be used without"),
    "half a key": (lambda firm: (firm.folder / "key").write_bytes(b"k"), "key has 1 bytes, not 32"),
    "a key that is a folder": (lambda firm: _folder(firm.folder / "key"), "key: Is a directory"),
    "another key": (lambda firm: (firm.folder / "key").write_bytes(bytes(32)), "was built with another key"),
    "another file": (lambda firm: firm.index.write_text("name,email"), "is not a customer index"),
    "a folder": (lambda firm: _folder(firm.index), "customers.idx: Is a directory"),
    "one that is gone": (lambda _: _configure('index = "/nowhere.idx"'), "/nowhere.idx: no such file"),
}


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("how", _PROBLEMS)
def test_an_index_that_cannot_be_used(how: str, firm: Firm, run: Run, letter: str) -> None:
    """One warning; the patterns are still used, and no file is created or changed."""
    spoil, message = _PROBLEMS[how]
    spoil(firm)
    before = sorted(firm.folder.iterdir())
    code, _, err = run("scan", letter)
    assert (code, err.count("\n"), message in err) == (Exit.OK, 1, True), err
    assert sorted(firm.folder.iterdir()) == before


def test_a_missing_index_is_no_error(firm: Firm, run: Run, letter: str) -> None:
    """The index is optional."""
    firm.index.unlink()
    code, _, err = run("scan", letter)
    assert (code, err) == (Exit.OK, "")


def test_an_unavailable_database(run: Run, letter: str) -> None:
    """The customer index is still used; one warning about the canaries."""
    _configure('[database]\nurl = "postgresql+psycopg://nobody@127.0.0.1:1/none"')
    code, _, err = run("scan", letter)
    assert (code, err.count("\n"), "canaries not checked: database" in err) == (
        Exit.FOUND,
        1,
        True,
    )
