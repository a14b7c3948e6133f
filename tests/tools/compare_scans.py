"""Show what two versions of Holdback make of the same mails: `make compare BASE=v1`.

Mails: the golden ones, the corpus as attachment and as body, every format that is read, and public samples.
Each version scans them twice, without and with a customer index. Exit code 0 if action, checks, counts,
places and defects are identical, 1 if not. Other words in a finding's text are printed, but do not fail.
`--samples` adds mails and files of your own; results saved with more samples than are here are not compared.
"""

import argparse
import base64
import json
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from people.corpus import hits, misses
from people.corpus.invented import LANGUAGES, people
from rig.files.everything import WRITERS
from rig.golden import MAILS
from rig.people import HEADINGS, parts_list
from rig.people import people as customers
from rig.public_samples import SAMPLES

ROOT = Path(__file__).resolve().parents[2]
_MAIL = (".eml", ".msg")
_ROWS = 60
_WITH_INDEX = "with index: "
_IGNORED = ("seconds", "path", "bytes")


def mails(samples: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    """Name and content of every mail that is compared; `samples`: folders of folders."""
    for path in sorted(MAILS.glob("*.eml")):
        yield f"golden/{path.name}", path.read_bytes()
    for corpus, label in ((hits, "hit"), (misses, "miss")):
        for name, text in (corpus.TABLES | corpus.TEXTS).items():
            yield f"corpus/{label} {name} attached.eml", attached(text.encode(), "data.csv")
            yield f"corpus/{label} {name} body.eml", letter(text)
    everybody = [HEADINGS["en"], *(person.row for person in customers(_ROWS))]
    prices = [("Article", "Name", "Price", "Stock"), *parts_list(_ROWS)]
    for name, writer in WRITERS.items():
        yield f"formats/{name} people.eml", attached(writer(everybody), "file.bin")
        yield f"formats/{name} prices.eml", attached(writer(prices), "file.bin")
    for path in sorted(path for folder in samples for path in folder.rglob("*")):
        if path.suffix in _MAIL:
            yield f"shared/{path.parent.name}/{path.stem}.eml", path.read_bytes()
        elif path.parent.name in ("people", "ordinary", "documents"):
            yield f"shared/{path.parent.name}/{path.name}.eml", attached(path.read_bytes(), path.name)


def letter(text: str) -> bytes:
    """A message with `text` as its body."""
    return _HEADER + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + text.encode()


def attached(content: bytes, name: str) -> bytes:
    """A message with `content` as a file."""
    return (
        _HEADER
        + b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
        + f'Content-Disposition: attachment; filename="{name}"\r\n\r\n'.encode()
        + base64.encodebytes(content)
    )


_HEADER = (
    b"From: jane@corp.example\r\nTo: bob@customer.example\r\nSubject: data\r\n"
    b"Message-ID: <1@corp.example>\r\nMIME-Version: 1.0\r\n"
)


def scan(holdback: Path, folder: Path) -> dict[str, dict[str, object]]:
    """What the executable `holdback` makes of the mails in `folder`: the object of `scan --json` by name."""
    results = {}
    for label, options in (
        ("", ["--internal", "corp.example"]),
        (_WITH_INDEX, _indexed(holdback, folder)),
    ):
        command = [holdback, "scan", "--json", *options, str(folder / "mails")]
        done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8")
        if done.returncode not in (0, 1):
            raise SystemExit(f"{holdback} scan: exit {done.returncode}\n{done.stderr}")
        for line in done.stdout.splitlines():
            found = json.loads(line)
            results[label + str(Path(found["path"]).relative_to(folder / "mails"))] = found
    return results


def _indexed(holdback: Path, folder: Path) -> list[str]:
    """Options for a scan with a customer index of half of the people in the corpus, built by `holdback`."""
    state = Path(tempfile.mkdtemp(dir=folder))
    config, source = state / "holdback.toml", state / "customers.csv"
    config.write_text(
        f'internal_domains = ["corp.example"]\nstate_dir = "{state}"\n'
        f'[database]\nurl = "sqlite:///{state}/holdback.db"\n'
        f'[customers]\nindex = "{state}/customers.idx"\nregion = "DE"\n'
    )
    rows = ["customer id,name,email,phone,postcode"]
    rows += [
        ",".join((one.number, f'"{one.name}"', one.email, f'"{one.phone}"', one.postcode))
        for language in LANGUAGES
        for one in people(language, 20)
    ]
    source.write_text("\n".join(rows) + "\n", "utf-8")
    command = [holdback, "customers", "build", "--config", str(config), str(source)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return ["--config", str(config)]


def compare(
    before: Mapping[str, dict[str, object]], after: Mapping[str, dict[str, object]], names: Collection[str]
) -> int:
    """Print the differences; how many of the scans `names` differ in more than the text of a finding."""
    differing = texts = 0
    for name in sorted(names):
        old, new = _facts(before.get(name)), _facts(after.get(name))
        if old != new:
            differing += 1
            print(f"{name}\n  - {old}\n  + {new}")
        elif _texts(before[name]) != _texts(after[name]):
            texts += 1
            print(f"{name}: text\n  - {_texts(before[name])}\n  + {_texts(after[name])}")
    same = len(names) - differing
    print(f"{same} scans have the same action, checks, counts, places and defects; {differing} differ")
    print(f"{texts} of them word a finding differently")
    if missing := before.keys() - set(names):
        print(f"not compared: {len(missing)} scans of mails that are not here")
    return differing


def _facts(found: dict[str, object] | None) -> object:
    if found is None:
        return None
    findings = found["findings"]
    assert isinstance(findings, list)
    facts = [{key: value for key, value in one.items() if key != "text"} for one in findings]
    return {key: value for key, value in found.items() if key not in _IGNORED} | {"findings": facts}


def _texts(found: dict[str, object]) -> list[str]:
    findings = found["findings"]
    assert isinstance(findings, list)
    return [one["text"] for one in findings]


def _installed(revision: str, folder: Path) -> Path:
    """The executable of that revision of the repository, installed into `folder`."""
    source = folder / "source"
    subprocess.run(
        ["git", "-C", ROOT, "worktree", "add", "--quiet", "--detach", source, revision], check=True
    )
    python = folder / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--editable", source]
    subprocess.run(pip, check=True)
    return folder / "venv" / "bin" / "holdback"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("base", help="a revision of this repository, or results that --save wrote")
    parser.add_argument("--samples", type=Path, action="append", default=[SAMPLES], help="more folders")
    parser.add_argument("--save", type=Path, help="write the results of the working tree there")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        names: set[str] = set()
        for mail, content in mails(arguments.samples):
            names |= {mail, _WITH_INDEX + mail}
            path = folder / "mails" / mail
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        after = scan(Path(sys.executable).with_name("holdback"), folder)
        if arguments.save:
            arguments.save.write_text(json.dumps(after))
        if Path(arguments.base).is_file():
            before = json.loads(Path(arguments.base).read_text())
        else:
            try:
                before = scan(_installed(arguments.base, folder), folder)
            finally:
                subprocess.run(
                    ["git", "-C", ROOT, "worktree", "remove", "--force", folder / "source"], check=False
                )
        return 1 if compare(before, after, names) else 0


if __name__ == "__main__":
    raise SystemExit(main())
