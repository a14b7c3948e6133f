"""Print how large the house is and how many rooms one message runs through: `make structure`.

Lines and modules of each package, the longest chain of imports within `people/`, and the files of the core
that run when a mail with a CSV of 40 customers is judged. Another checkout is measured with its own
interpreter: `OTHER/.venv/bin/python tests/tools/measure_structure.py OTHER/milter`.
"""

import ast
import contextlib
import io
import sys
import tempfile
from collections import Counter
from functools import cache
from pathlib import Path
from types import FrameType

ROOT = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parents[2] / "milter").resolve()
OUTSIDE_THE_CORE = ("cli", "config", "reader", "daemon", "metrics.py", "log.py", "config.py")


def modules() -> dict[str, Path]:
    """Every module of the package and its file."""
    found = {}
    for path in sorted((ROOT / "holdback").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(path: Path, known: dict[str, Path]) -> set[str]:
    """The modules that the file imports at run time."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{name.name}" for name in node.names}
            found |= (inner & known.keys()) or ({node.module} & known.keys())
    return found


def longest_chain(package: str, known: dict[str, Path]) -> tuple[str, ...]:
    """The longest chain of imports among the modules of a package."""
    graph = {name: imports(path, known) for name, path in known.items() if name.startswith(f"{package}.")}

    @cache
    def chain(name: str) -> tuple[str, ...]:
        longer = (chain(other) for other in sorted(graph[name] & graph.keys() - {name}))
        return (name, *max(longer, key=len, default=()))

    return max((chain(name) for name in sorted(graph)), key=len, default=())


def files_run() -> list[str]:
    """Files of the core that run for a mail with 40 customers in a CSV file, when everything is loaded."""
    from holdback.cli.main import main

    rows = "".join(f"{n},Ann{n} Smith,ann{n}@shop{n}.example,+44 20 7946 {n:04}\r\n" for n in range(40))
    mail = (
        "From: jane@corp.example\r\nTo: bob@customer.example\r\nSubject: list\r\nMIME-Version: 1.0\r\n"
        'Content-Type: text/csv\r\nContent-Disposition: attachment; filename="c.csv"\r\n\r\n'
        "id,name,email,phone\r\n" + rows
    )
    run: set[str] = set()
    package = str(ROOT / "holdback") + "/"

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(package):
            run.add(frame.f_code.co_filename.removeprefix(package))

    with tempfile.NamedTemporaryFile(suffix=".eml") as file:
        file.write(mail.encode())
        file.flush()
        arguments = ["scan", "--json", "--internal", "corp.example", file.name]
        for profile in (None, note):
            sys.setprofile(profile)
            sys.argv = ["holdback", *arguments]
            with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
                main()
            sys.setprofile(None)
    return sorted(name for name in run if name.split("/")[0] not in OUTSIDE_THE_CORE)


def main() -> None:
    known = modules()
    lines: Counter[str] = Counter()
    files: Counter[str] = Counter()
    for path in known.values():
        parts = path.relative_to(ROOT / "holdback").parts
        package = parts[0] if len(parts) > 1 else "."
        lines[package] += len(path.read_text("utf-8").splitlines())
        files[package] += 1
    for package in sorted(lines):
        print(f"{package:16} {files[package]:4} modules {lines[package]:7,} lines")
    print(f"{'total':16} {sum(files.values()):4} modules {sum(lines.values()):7,} lines")
    chain = longest_chain("holdback.people", known)
    print(f"longest chain of imports in people/: {len(chain)} files")
    print("  " + " > ".join(name.removeprefix("holdback.people.") for name in chain))
    run = files_run()
    print(f"files of the core that run for a CSV of 40 customers: {len(run)}")
    print("  " + " ".join(run))


if __name__ == "__main__":
    main()
