"""`holdback scan` knows the customers that the milter knows, and says so when it cannot."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from cli.firm import Firm, delimited
from holdback.exits import Exit
from rig.people import people

Told = Callable[..., tuple[int, str, str]]


@pytest.fixture
def letter(firm: Firm, told: Told, tmp_path: Path) -> str:
    """Names five of the firm's customers to a stranger."""
    told("customers", "build", firm.write("crm.csv", delimited(people(40))))
    numbers = " and ".join(one.phone for one in people(5))
    path = tmp_path / "letter.eml"
    path.write_text(f"From: me@corp.example\nTo: ann@x.example\nSubject: Numbers\n\nCall {numbers}.\n")
    return str(path)


def test_customers_are_known(told: Told, letter: str) -> None:
    """Five phones in a sentence are no record, but five customers."""
    code, out, err = told("scan", letter)
    assert (code, "5 customers, none a recipient [hold]" in out, err) == (Exit.FOUND, True, "")


def _configure(text: str) -> None:
    path = Path(os.environ["HOLDBACK_CONFIG"])
    path.write_text(f"{path.read_text()}{text}\n")


_TROUBLES: dict[str, tuple[Callable[[Firm], object], str]] = {
    "no key": (lambda firm: (firm.folder / "key").unlink(), "customers.idx is of no use without"),
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


@pytest.mark.parametrize("how", _TROUBLES)
def test_an_index_that_cannot_be_used(how: str, firm: Firm, told: Told, letter: str) -> None:
    """One line says why; the patterns still look, and nothing is made or mended."""
    spoil, said = _TROUBLES[how]
    spoil(firm)
    before = sorted(firm.folder.iterdir())
    code, _, err = told("scan", letter)
    assert (code, err.count("\n"), said in err) == (Exit.OK, 1, True), err
    assert sorted(firm.folder.iterdir()) == before


def test_no_index_is_no_trouble(firm: Firm, told: Told, letter: str) -> None:
    """Most who scan have none."""
    firm.index.unlink()
    code, _, err = told("scan", letter)
    assert (code, err) == (Exit.OK, "")


def test_a_record_that_does_not_answer(told: Told, letter: str) -> None:
    """Customers are known all the same, and one line tells of the canaries."""
    _configure('[database]\nurl = "postgresql+psycopg://nobody@127.0.0.1:1/none"')
    code, _, err = told("scan", letter)
    assert (code, err.count("\n"), "no canary is known" in err) == (Exit.FOUND, 1, True)
