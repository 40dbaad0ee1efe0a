"""Archives in tests: written, read member by member, and written again as somebody else might."""

import gzip
import hashlib
import io
import json
import tarfile
from functools import partial
from pathlib import Path

from workspaces.archive.arriving import Policy
from workspaces.archive.files import chunks_of, written
from workspaces.archive.taking import plan, take
from workspaces.archive.writing import archive_of


def export(workspace, path):
    written(Path(path), archive_of(workspace))
    return Path(path)


def bring(path, person, into=None, policy="skip"):
    path = Path(path)
    return take(partial(chunks_of, path), path.stat().st_size, into, person, Policy(policy))


def look(path, person, into=None):
    """Title -> (new, same, otherwise)."""
    path = Path(path)
    found = plan(partial(chunks_of, path), path.stat().st_size, into, person)
    return {line.title: (line.new, line.same, line.conflict) for line in found.lines}


def members(path):
    """Name -> bytes, in their order."""
    with tarfile.open(path) as tar:
        return {each.name: tar.extractfile(each).read() for each in tar.getmembers()}


def content(path):
    """What two archives of the same content have alike: rows, and the files' hashes."""
    found = {}
    for name, raw in members(path).items():
        if name.endswith(".json") and name != "manifest.json":
            found.setdefault(name.split("/")[0], []).extend(json.loads(raw)["rows"])
        elif name.endswith(".png"):
            found[name] = hashlib.sha256(raw).hexdigest()
    known = json.loads(members(path)["manifest.json"])
    return found | {"counts": known["counts"], "missing": known["missing"]}


def manifest(files, **more):
    listed = [
        {"name": name, "bytes": len(raw), "sha256": hashlib.sha256(raw).hexdigest()}
        for name, raw in files.items()
    ]
    known = {"format": "pixazo-workspace", "version": 1, "missing": [], "members": listed}
    return known | {"workspace": {"name": "Studio", "description": ""}} | more


def packed(files, change=lambda info: None):
    """A tar of these files in gzip; `change` may do what it likes with each header."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, inside in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(inside)
            change(info)
            tar.addfile(info, io.BytesIO(inside))
    return gzip.compress(raw.getvalue(), mtime=0)


def archive(files, **more):
    """A sound one of these files, with what the manifest is to say otherwise."""
    return packed(files | {"manifest.json": json.dumps(manifest(files, **more)).encode()})


def part(section, *rows):
    return json.dumps({"section": section, "rows": rows}).encode()
