"""Reads a `.env` file: `NAME=value` lines, as docker compose and systemd read them too."""

from pathlib import Path


def dotenv(path: Path) -> dict[str, str]:
    """The file's settings; none where there is no file. Quotes around a value fall away."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    pairs = (line.partition("=") for line in map(str.strip, lines) if not line.startswith("#"))
    return {name.strip(): _unquoted(value.strip()) for name, equals, value in pairs if equals}


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value
