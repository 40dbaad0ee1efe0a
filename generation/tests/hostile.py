"""Archives that mean harm, made here: name -> bytes, and a word of what refuses them."""

import copy
import gzip
import io
import json
import os
import struct
import tarfile
import zlib

from generation.tests.archives import archive, manifest, packed, part
from generation.tests.pictures_for_tests import as_bytes, picture

RECIPE = {
    "version": 2,
    "model": {"slug": "painter", "name": "Painter"},
    "mode": "text",
    "prompt": "a fox",
    "negative_prompt": "",
    "width": 48,
    "height": 32,
    "num_inference_steps": 4,
    "guidance_scale": 4.0,
    "seed": 1,
    "made_by": {},
}
WHEN = "2026-01-02T03:04:05.000006+00:00"
PICTURE = {
    "number": 1,
    "file": "pictures/000001-fox.png",
    "created": WHEN,
    "index": 0,
    "seed": 1,
    "finished": WHEN,
    "alt": "a fox",
    "model_name": "Painter",
    "wait_seconds": 0.5,
    "draw_seconds": 1.0,
    "load_seconds": 0.0,
    "device": "cpu",
    "company": 1,
    "remark": "",
    "verdict": None,
    "rating": 3,
    "starred": True,
    "tags": ["night"],
    "cover_of": None,
    "recipe": RECIPE,
}
REQUEST = {
    "number": 1,
    "created": WHEN,
    "topic": 1,
    "model": "painter",
    "prompt": "a fox",
    "negative_prompt": "",
    "width": 48,
    "height": 32,
    "num_inference_steps": 4,
    "guidance_scale": 4.0,
    "mode": "text",
    "strength": None,
    "scheduler": "",
    "loras": [],
    "margins": None,
    "scale": None,
    "time_class": "now",
    "seed": 1,
    "count": 1,
    "corrections": [],
    "template": None,
    "inputs": [],
    "verifies": None,
    "pictures": [PICTURE],
}
TOPIC = {"number": 1, "created": WHEN, "name": "Foxes", "last_used": WHEN}
LIST = {"number": 1, "created": WHEN, "name": "colour", "lines": "red"}
EXPERIMENT = {
    "number": 1,
    "created": WHEN,
    "name": "",
    "kind": "grid",
    "axes": [{"name": "seed", "label": "Seed", "values": [{"label": "1", "sets": {"seed": 1}}]}],
    "asked": {"base": {}, "axes": [["seed", "1"]], "rows": "", "is_list": False, "name": ""},
    "count": 1,
    "ceiling": 5,
    "stop_after": None,
    "pause_after": None,
    "begun": 1,
    "state": "done",
}
CELL = {
    "experiment": 1,
    "place": 0,
    "at": [0],
    "request": {},
    "units": 1,
    "state": "made",
    "said": "",
    "asked": 1,
}


def sound():
    """Of which each of the others is a change."""
    return {
        "readme.txt": b"hello",
        "lists/0001.json": part("lists", LIST),
        "topics/0001.json": part("topics", TOPIC),
        "requests/0001.json": part("requests", REQUEST),
        "experiments/0001.json": part("experiments", EXPERIMENT),
        "cells/0001.json": part("cells", CELL),
        "pictures/000001-fox.png": as_bytes(picture()),
    }


def changed(kind, path, value):
    """The sound one, of whose row of that kind one part is otherwise."""
    files = sound()
    name = f"{kind}/0001.json"
    row = copy.deepcopy(json.loads(files[name])["rows"][0])
    place = row
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    files[name] = part(kind, row)
    return archive(files)


def with_text(name, text):
    """That member says exactly this."""
    return archive(sound() | {name: text.encode("utf-8", "surrogatepass")})


def with_header(**fields):
    """The first member's header says something else."""

    def change(info):
        if info.name == "readme.txt":
            for name, value in fields.items():
                setattr(info, name, value)

    files = sound()
    return packed(files | {"manifest.json": json.dumps(manifest(files)).encode()}, change)


def patched(at, raw):
    """These bytes stand in the first header, whose checksum is right again."""
    block = bytearray(gzip.decompress(archive(sound())))
    block[at : at + len(raw)] = raw
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block[:512])
    return gzip.compress(bytes(block), mtime=0)


def named(name):
    files = {name: b"x"} | sound()
    return packed(files | {"manifest.json": json.dumps(manifest(files)).encode()})


def in_pax(**options):
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT, **options) as tar:
        info = tarfile.TarInfo("readme.txt")
        info.pax_headers = {"path": "../../etc/passwd"}
        tar.addfile(info)
    return gzip.compress(raw.getvalue())


def twice():
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for _ in range(2):
            tar.addfile(tarfile.TarInfo("readme.txt"))
    return gzip.compress(raw.getvalue())


def many():
    blocks = b"".join(
        tarfile.TarInfo(f"a/{os.urandom(16).hex()}.txt").tobuf(tarfile.USTAR_FORMAT)
        for _ in range(25_100)
    )
    return gzip.compress(blocks + bytes(1024), 1)


def saying(**more):
    return archive(sound(), **more)


def manifest_of(text):
    return packed(sound() | {"manifest.json": text.encode()})


def listing(change):
    known = manifest(sound())
    change(known["members"])
    return manifest_of(json.dumps(known))


def flood():
    """A few bytes that say to be 60,000 pixels wide and as high."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def every():
    whole = archive(sound())
    plain = gzip.decompress(whole)
    files = sound()
    row = {"number": 1, "created": WHEN}
    return {
        # --- The packing ---
        "nothing": (b"", "damaged"),
        "no gzip": (b"hello" * 500, "damaged"),
        "gzip cut off": (whole[:-400], "damaged"),
        "gzip with a wrong checksum": (whole[:-8] + b"12345678", "damaged"),
        "text in gzip": (gzip.compress(b"hello" * 500), "damaged"),
        "gzip in gzip": (gzip.compress(whole), "damaged"),
        "two gzip members": (whole + gzip.compress(b""), "behind the end"),
        "garbage behind": (whole + b"garbage", "behind the end"),
        "garbage behind the tar": (gzip.compress(plain + b"x" * 512), "behind the end"),
        "zeros for ever": (gzip.compress(plain + bytes(2**20)), "behind the end"),
        "a tar without an end": (gzip.compress(plain.rstrip(b"\0")), "too early"),
        "a bomb": (gzip.compress(bytes(2**28), 9), "larger|damaged|too early|behind"),
        "a picture of nothing": (named("pictures/b.png"), "says what|can't be read"),
        "25,100 members": (many(), "too many"),
        # --- Headers ---
        "a negative size": (patched(124, b"\xff" * 12), "damaged"),
        "a size in another base": (patched(124, b"\x80" + bytes(10) + b"\x05"), "damaged"),
        "a size with a sign": (patched(124, b"-0000000005\0"), "damaged"),
        "a size beyond the file": (patched(124, b"00030000000\0"), "too early"),
        "a size of 8 GiB": (patched(124, b"77777777777\0"), "too large"),
        "a wrong checksum": (gzip.compress(b"X" + plain[1:]), "damaged"),
        "GNU's magic": (patched(257, b"ustar  \0"), "damaged"),
        "a pax override": (in_pax(), "plain file|damaged|name"),
        "a global pax header": (in_pax(pax_headers={"path": "../x"}), "plain file|damaged|name"),
        "a long name": (patched(156, b"L"), "plain file"),
        "a symbolic link": (with_header(type=tarfile.SYMTYPE, linkname="/etc/passwd"), "plain"),
        "a hard link": (with_header(type=tarfile.LNKTYPE, linkname="manifest.json"), "plain"),
        "a device": (with_header(type=tarfile.CHRTYPE), "plain file"),
        "a disk": (with_header(type=tarfile.BLKTYPE), "plain file"),
        "a pipe": (with_header(type=tarfile.FIFOTYPE), "plain file"),
        "a folder": (with_header(type=tarfile.DIRTYPE), "plain file|name"),
        "a sparse file": (patched(156, b"S"), "plain file"),
        "a contiguous file": (patched(156, b"7"), "plain file"),
        "a volume": (patched(156, b"V"), "plain file"),
        "a file that runs as another": (with_header(mode=0o4755), "plain file"),
        "an owner": (with_header(uname="root"), "plain file"),
        "a link's target at a file": (with_header(linkname="x"), "plain file"),
        "a prefix of the name": (patched(345, b"etc"), "name"),
        # --- Names ---
        "a way up": (named("../x.json"), "name"),
        "a way up inside": (named("a/../../x.json"), "name"),
        "an absolute name": (named("/etc/passwd.txt"), "name"),
        "a drive": (named("c:/x.json"), "name"),
        "a backslash": (named("a\\x.json"), "name"),
        "capitals": (named("README.txt"), "name"),
        "letters of elsewhere": (named("é.txt"), "name"),
        "a hidden file": (named(".profile.txt"), "name"),
        "folders in folders": (named("a/" * 20 + "x.txt"), "name"),
        "a script": (named("run.sh"), "name"),
        "an archive inside": (named("more.tar.gz"), "name"),
        "a page": (named("index.html"), "name"),
        "a line break": (named("a\n.txt"), "name"),
        "the same name twice": (twice(), "twice"),
        # --- The manifest ---
        "no manifest": (packed(files), "manifest.json"),
        "a manifest that is not last": (packed({"manifest.json": b"{}"} | files), "manifest.json"),
        "no JSON": (manifest_of("hello"), "can't be read"),
        "a list": (manifest_of("[]"), "no archive"),
        "another format": (saying(format="zip"), "no archive"),
        "a later version": (saying(version=2), "newer"),
        "a version in words": (saying(version="1"), "no archive"),
        "no workspace": (saying(workspace=None), "no archive"),
        "a name that is none": (saying(workspace={"name": {}, "description": ""}), "no archive"),
        "a file that is not there": (
            listing(lambda rows: rows.append({"name": "x.txt", "bytes": 1, "sha256": "0" * 64})),
            "other files",
        ),
        "a file too many": (listing(lambda rows: rows.pop()), "other files"),
        "a wrong hash": (listing(lambda rows: rows[0].update(sha256="0" * 64)), "is not the file"),
        "a wrong number of bytes": (
            listing(lambda rows: rows[0].update(bytes=9)),
            "is not the file",
        ),
        "files in another order": (listing(lambda rows: rows.reverse()), "other files"),
        # --- JSON ---
        "JSON without a floor": (with_text("lists/0001.json", "[" * 100_000), "can't be read"),
        "50 MB of JSON": (with_text("lists/0001.json", '"' + "x" * 50_000_000 + '"'), "large"),
        "infinity": (with_text("lists/0001.json", '{"section": "lists", "rows": [1e999]}'), "read"),
        "no number": (with_text("lists/0001.json", '{"section": "lists", "rows": [NaN]}'), "read"),
        "a name twice": (with_text("lists/0001.json", '{"rows": [], "rows": []}'), "can't be read"),
        "5,000 digits": (
            with_text("lists/0001.json", '{"section": "lists", "rows": [' + "9" * 5000 + "]}"),
            "can't be read",
        ),
        "half a character": (with_text("lists/0001.json", '"\ud800"'), "can't be read"),
        "rows that are none": (with_text("lists/0001.json", '{"section": "x", "rows": 1}'), "read"),
        "rows behind pictures": (
            archive(files | {"z/1.json": part("lists", row)}),
            "can't be read",
        ),
        "rows in another order": (
            archive({"a/1.json": part("requests")} | files),
            "can't be read",
        ),
        # --- Rows ---
        "a name of a list that is a path": (changed("lists", ["name"], "../x"), "name"),
        "a name with NUL": (changed("topics", ["name"], "a\0b"), "name|text"),
        "a surrogate": (changed("topics", ["name"], "\ud800"), "name|text"),
        "a name without an end": (changed("topics", ["name"], "x" * 101), "too long"),
        "a moment that is none": (changed("topics", ["created"], "yesterday"), "moment"),
        "a moment that is a number": (changed("requests", ["created"], 5), "moment"),
        "six stars": (changed("requests", ["pictures", 0, "rating"], 32767), "rating"),
        "a negative number": (changed("requests", ["width"], -1), "width"),
        "a picture without a width": (changed("requests", ["width"], 0), "width"),
        "a picture without a height": (changed("requests", ["height"], 0), "height"),
        "a picture in no company": (changed("requests", ["pictures", 0, "company"], 0), "company"),
        "a picture drawn before it was begun": (
            changed("requests", ["pictures", 0, "draw_seconds"], -1),
            "draw_seconds",
        ),
        "a model loaded before that": (
            changed("requests", ["pictures", 0, "load_seconds"], -0.5),
            "load_seconds",
        ),
        "a picture that took for ever": (
            changed("requests", ["pictures", 0, "draw_seconds"], 1e300),
            "draw_seconds",
        ),
        "a number that is a truth": (changed("requests", ["width"], True), "width"),
        "a number too large": (changed("requests", ["seed"], 2**63), "seed|number"),
        "a mode that is none": (changed("requests", ["mode"], "steal"), "mode"),
        "negative units": (changed("cells", ["units"], -5), "units"),
        "a quarter of a unit": (changed("cells", ["units"], 0.25), "units"),
        "an experiment that runs": (changed("experiments", ["state"], "running"), "can't be read"),
        "a cell that waits": (changed("cells", ["state"], "planned"), "can't be read"),
        "a cell beside its table": (changed("cells", ["at"], [7]), "can't be read"),
        "an axis that is a text": (changed("experiments", ["axes"], "x"), "can't be read"),
        "somebody else's id": (changed("requests", ["topic"], "0" * 32), "number"),
        "tags that are numbers": (
            changed("requests", ["pictures", 0, "tags"], [1]),
            "can't be read",
        ),
        "a verdict of our own": (
            changed("requests", ["pictures", 0, "verdict"], 7),
            "can't be read",
        ),
        "no recipe": (changed("requests", ["pictures", 0, "recipe"], {}), "can't be read"),
        "a recipe of lists": (
            changed("requests", ["pictures", 0, "recipe", "loras"], [5]),
            "can't be read",
        ),
        "a template that is a list": (changed("requests", ["template"], []), "can't be read"),
        "a picture that is not there": (
            changed("requests", ["pictures", 0, "file"], "pictures/other.png"),
            "other files",
        ),
        "a picture by a path": (
            changed("requests", ["pictures", 0, "file"], "../../etc/passwd"),
            "other files",
        ),
        "one file for two pictures": (changed("requests", ["pictures"], [PICTURE] * 2), "twice"),
        # --- Pictures ---
        "a picture that is a text": (
            archive(files | {"pictures/000001-fox.png": b"<svg onload=alert(1)>"}),
            "PNG",
        ),
        "a flood of pixels": (archive(files | {"pictures/000001-fox.png": flood()}), "megapixels"),
        "half a picture": (
            archive(files | {"pictures/000001-fox.png": as_bytes(picture())[:90]}),
            "damaged|PNG",
        ),
    }
