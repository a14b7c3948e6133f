"""The files of other projects in `tests/samples`, by folder: `people`, `ordinary`, `documents`, `mime`."""

from pathlib import Path

SAMPLES = Path(__file__).parents[1] / "samples"


def sample_files(pattern: str) -> list[Path]:
    """Return the samples that match `pattern` in `tests/samples`, sorted; LookupError if there are none."""
    found = sorted(path for path in SAMPLES.glob(pattern) if path.is_file())
    if not found:
        raise LookupError(f"no sample matches {pattern}")
    return found
