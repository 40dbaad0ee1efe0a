"""What was found lies here, a folder for each target."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

FOLDER = Path("fuzz-results")


def found(name: str) -> Iterator[bytes]:
    for path in sorted((FOLDER / name).glob("*")):
        yield path.read_bytes()


def keep(name: str, data: bytes) -> Path:
    path = FOLDER / name / sha256(data).hexdigest()[:16]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path
