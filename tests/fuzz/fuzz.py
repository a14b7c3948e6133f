"""Coverage-guided fuzzing of everything that parses what strangers send: `fuzz.py [--seconds N] [TARGET...]`.

A target is one file in `targets/`: `check(data)` must return whatever the bytes, `SEEDS` names the folder in
`seeds/` that it starts from; what once broke it is in `crashes/`. Each runs in a process of its own with
bounded time and memory. What it fails on is printed in base64, ready to become a test.
"""

import argparse
import base64
import importlib.util
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
TARGETS = sorted(path.stem for path in HERE.joinpath("targets").glob("*.py"))
SECONDS_FOR_ONE_INPUT = 10
LONGEST_INPUT = 16_384
MEMORY_MB = 2_048
GRACE = 90
_PROGRESS = re.compile(r"^#(\d+)\s.*?cov: (\d+)", re.MULTILINE)


def main() -> int:
    """Run the chosen targets one after the other; 1 if one of them failed."""
    parser = argparse.ArgumentParser(description="Fuzz everything that parses.")
    parser.add_argument("--seconds", type=int, default=30, help="for each target")
    parser.add_argument("--inside", metavar="FOLDER", help=argparse.SUPPRESS)
    parser.add_argument(
        "targets", nargs="*", metavar="TARGET", help=f"of {', '.join(TARGETS)}; all by default"
    )
    chosen = parser.parse_args()
    unknown = set(chosen.targets) - set(TARGETS)
    if unknown:
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    if chosen.inside:
        fuzz(chosen.targets[0], Path(chosen.inside), chosen.seconds)
    results = [supervise(target, chosen.seconds) for target in chosen.targets or TARGETS]
    return 0 if all(results) else 1


def supervise(target: str, seconds: int) -> bool:
    """Fuzz one target in its own process; True if it held."""
    with tempfile.TemporaryDirectory(prefix=f"holdback-fuzz-{target}-") as folder:
        command = [sys.executable, __file__, "--seconds", str(seconds), "--inside", folder, target]
        try:
            run = subprocess.run(
                command,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=seconds + GRACE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            print(f"{target:<16} HUNG: no end {GRACE} s after its time", flush=True)
            return False
        output = run.stdout + run.stderr
        progress = _PROGRESS.findall(output)
        inputs, covered = progress[-1] if progress else ("0", "0")
        held = run.returncode == 0 and int(inputs) > 0
        print(
            f"{target:<16} {'held' if held else 'FAILED'}: {int(inputs):,} inputs, {covered} edges",
            flush=True,
        )
        if not held:
            print(output[-4_000:])
            for path in sorted(Path(folder).glob("artifact-*")):
                print(f"{path.name}: {base64.b64encode(path.read_bytes()).decode()}")
        return held


def fuzz(target: str, folder: Path, seconds: int) -> None:
    """Feed the target until the time is over; ends the process."""
    import atheris

    with atheris.instrument_imports(include=["holdback"]):
        module = load(target)
    corpus = folder / "corpus"
    corpus.mkdir()
    options = [
        *(f"-max_total_time={seconds}", f"-timeout={SECONDS_FOR_ONE_INPUT}", f"-max_len={LONGEST_INPUT}"),
        *(f"-rss_limit_mb={MEMORY_MB}", f"-artifact_prefix={folder}/artifact-"),
        *(str(corpus), str(HERE / "seeds" / module.SEEDS)),
    ]
    atheris.Setup([sys.argv[0], *options], module.check)
    atheris.Fuzz()


def load(target: str) -> ModuleType:
    """The module of a target."""
    spec = importlib.util.spec_from_file_location(target, HERE / "targets" / f"{target}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    sys.exit(main())
