"""Is anything installed, or asked for, that is known to have a hole?

    python -m tools.dependencies         # against the floors below; no network (`make check`)
    python -m tools.dependencies --ask    # asks PyPI's list; fails on what it could not ask about

The floors are versions below which a hole was found that concerns this site; the requirements may
not ask for less, and nothing less may be installed.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Each with what was wrong before.
FLOORS = {
    "Django": ("5.2.14", "bodies without a length beat the limit under ASGI; SQL in order_by"),
    "django-allauth": ("65.14.2", "X-Forwarded-For was believed; one sign-in cleared the counter"),
    "redis": ("4.5.4", "a cancelled request left its answer for the next"),
    "pillow": ("11.3.0", "writing DDS overflowed a buffer"),
    "mcp": ("1.23.0", "no check of Host and Origin"),
    "torch": ("2.6.0", "weights_only could still run code"),
    "transformers": ("5.3.0", "a model's own config switched remote code on"),
    "cryptography": ("44.0.1", "an OpenSSL with a hole inside"),
    "uvicorn": ("0.11.7", "headers could be split"),
    "djangorestframework": ("3.15.2", "scripts in the browsable pages"),
    "markdown-it-py": ("2.2.0", "some texts never ended"),
    "urllib3": ("2.5.0", "redirects could not be switched off"),
    "certifi": ("2024.7.4", "a root that is no longer trusted"),
    "h11": ("0.16.0", "requests could be smuggled in chunks"),
    "jinja2": ("3.1.6", "a sandbox could be left"),
    "sqlparse": ("0.5.0", "deep nesting ended the process"),
}
FILES = ("web.txt", "models.txt", "dev.txt", "provenance.txt")


def main(arguments: list[str]) -> int:
    if "--ask" in arguments:
        return ask()
    wrong = [*below(installed()), *below(asked_for()), *unpinned()]
    for line in wrong:
        print(line)
    print(f"{len(FLOORS)} floors, {len(wrong)} below or without a version.")
    return bool(wrong)


def ask() -> int:
    """Strict: what could not be asked about counts as found."""
    command = [sys.executable, "-m", "pip_audit", "--strict", "--progress-spinner", "off"]
    for name in FILES[:2]:
        command += ["-r", str(ROOT / "requirements" / name)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
    print(done.stdout, done.stderr, sep="\n")
    return done.returncode or int(was_skipped(done.stdout + done.stderr))


def was_skipped(said: str) -> bool:
    return bool(re.search(r"skip", said, re.IGNORECASE))


def installed() -> Iterator[tuple[str, str]]:
    for name in FLOORS:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            continue  # not part of this installation


def asked_for() -> Iterator[tuple[str, str]]:
    for name in FILES:
        for line in (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines():
            if found := re.match(r"([\w.-]+)(?:\[[\w,]+\])?==([\w.]+)", line):
                yield found[1], found[2]


def unpinned() -> Iterator[str]:
    """Whoever asks for no version gets whichever is newest, by whomever."""
    for name in FILES:
        for line in (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines():
            plain = line.partition("#")[0].strip()
            if plain and not plain.startswith("-r ") and "==" not in plain:
                yield f"requirements/{name}: {plain} has no version"


def below(packages: Iterator[tuple[str, str]]) -> Iterator[str]:
    floors = {name.lower(): each for name, each in FLOORS.items()}
    for name, given in packages:
        least, reason = floors.get(name.lower(), ("0", ""))
        if _numbers(given) < _numbers(least):
            yield f"{name} {given} is below {least}: {reason}"


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(each) for each in re.findall(r"\d+", text.partition("+")[0]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
