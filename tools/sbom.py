"""`python -m tools.sbom [FILE]`: all that a site is made of, as CycloneDX 1.5 in JSON: packages of
requirements.txt and what these need, as installed here, and those of package-lock.json that
browsers get. Without FILE it is printed.
"""

import argparse
import json
from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from pixazo import __version__

ROOT = Path(__file__).resolve().parents[1]
FILES = ("web.txt", "models.txt")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.sbom", description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, help="where it is written")
    file = parser.parse_args().file
    text = json.dumps(bill(), indent=1, ensure_ascii=False) + "\n"
    if file:
        file.write_text(text, encoding="utf-8")
    else:
        print(text, end="")


def bill() -> dict[str, Any]:
    itself = {"type": "application", "name": "pixazo", "version": __version__}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid4()}",
        "version": 1,
        "metadata": {"timestamp": datetime.now(UTC).isoformat(), "component": itself},
        "components": [*python_packages(), *browser_packages()],
    }


def python_packages() -> list[dict[str, Any]]:
    """What is asked for, and what that asks for."""
    found: dict[str, dict[str, Any]] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = list(asked_for())
    while waiting:
        wanted = waiting.pop()
        name, extras = canonicalize_name(wanted.name), frozenset(wanted.extras)
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        try:
            there = distribution(name)
        except PackageNotFoundError:
            continue  # a machine without a model's packages serves pages all the same
        found[name] = component("pypi", name, there.version, license_of(there))
        for line in there.requires or ():
            need = Requirement(line)
            if not need.marker or any(need.marker.evaluate({"extra": e}) for e in ("", *extras)):
                waiting.append(need)
    return [found[name] for name in sorted(found)]


def asked_for() -> Iterator[Requirement]:
    for name in FILES:
        for line in (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines():
            plain = line.partition("#")[0].strip()
            try:
                if plain and not plain.startswith("-"):
                    yield Requirement(plain)
            except InvalidRequirement:
                raise SystemExit(f"requirements/{name}: {plain} can't be read") from None


def browser_packages() -> list[dict[str, Any]]:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    found = []
    for path, facts in sorted(lock["packages"].items()):
        if path and not facts.get("dev"):
            name = path.rpartition("node_modules/")[2]
            made = component("npm", name, facts["version"], facts.get("license", ""))
            kind, _, digest = facts.get("integrity", "").partition("-")
            if kind == "sha512":
                made["hashes"] = [{"alg": "SHA-512", "content": b64decode(digest).hex()}]
            found.append(made)
    return found


def component(registry: str, name: str, version: str, license_: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": "library",
        "name": name,
        "version": version,
        "purl": f"pkg:{registry}/{quote(name, safe='/')}@{quote(version)}",
    }
    made["bom-ref"] = made["purl"]
    if license_:
        made["licenses"] = [{"license": {"name": license_}}]
    return made


def license_of(there: Distribution) -> str:
    """In few words; a whole text is none."""
    facts: Any = there.metadata
    said = facts.get("License-Expression") or facts.get("License") or ""
    if not said or "\n" in said:
        kinds = facts.get_all("Classifier") or []
        said = ", ".join(k.rpartition(" :: ")[2] for k in kinds if k.startswith("License ::"))
    return str(said)


if __name__ == "__main__":
    main()
