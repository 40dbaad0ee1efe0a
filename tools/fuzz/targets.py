"""What is aimed at: each takes bytes, and raises where something breaks that must not.

Each bears what it may refuse by, and the seconds of computing that it may take.
"""

import gzip
import io
import json
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

LONGEST = 1.0  # seconds of computing for one text
NAMES = ("image", "archive", "safetensors", "markdown", "url", "prompt")

Aim = Callable[[bytes], None]


class Broken(AssertionError):
    """What must hold does not."""


def ready() -> None:
    import django

    django.setup()


def target(name: str) -> Aim:
    of_bytes = {"image": image, "archive": archive, "safetensors": safetensors}
    aim = of_bytes.get(name) or _text(name)
    aim(b"")  # what it imports is not its own time
    return timed(aim)


def _text(name: str) -> Aim:
    read = {"markdown": markdown, "url": url, "prompt": prompt}[name]

    def aim(data: bytes) -> None:
        read(data.decode("utf-8", "replace"))

    return aim


def timed(aim: Aim) -> Aim:
    @wraps(aim)
    def within(data: bytes) -> None:
        begun = time.process_time()
        aim(data)
        if (took := time.process_time() - begun) > LONGEST:
            raise Broken(f"It took {took:.1f} seconds.")

    return within


def image(data: bytes) -> None:
    """The gate of pictures: in a process of its own anything may be raised; nothing may be opened
    that is too large or of another format."""
    from pixazo.decoding import decoder

    try:
        opened = decoder.opened(io.BytesIO(data))  # type: ignore[arg-type]
    except Exception:  # noqa: BLE001
        return
    if opened.width * opened.height > decoder.MOST_PIXELS or opened.format not in READ:
        raise Broken(f"{opened.format} of {opened.size} was opened.")


READ = {"PNG", "JPEG", "MPO", "WEBP"}


def archive(data: bytes) -> None:
    """As it was sent, and packed: nothing is found in bytes whose sum is wrong."""
    from workspaces.archive import reader

    for packed in (data, gzip.compress(_summed(data), 1)):
        try:
            reader.inspect([packed[:700], packed[700:]])
        except reader.Bad:
            continue


def _summed(data: bytes) -> bytes:
    """With the sums that its headers should have."""
    blocks = bytearray(data)
    for start in range(0, len(blocks) - 511, 512):
        if blocks[start + 257 : start + 262] == b"ustar":
            blocks[start + 148 : start + 156] = b" " * 8
            total = sum(blocks[start : start + 512])
            blocks[start + 148 : start + 156] = b"%06o\0 " % total
    return bytes(blocks)


def safetensors(data: bytes) -> None:
    from generation.providers.diffusers import header
    from generation.providers.errors import ModelTrouble

    for content in (data, len(data).to_bytes(8, "little") + data + bytes(16)):
        FILE.write_bytes(content)
        try:
            found = header.read(FILE)
        except ModelTrouble:
            continue
        if not found.tensors:
            raise Broken("A file without tensors was taken.")


FILE = Path(tempfile.mkdtemp()) / "weights.safetensors"


def markdown(text: str) -> None:
    from chat.markdown import TAGS, prompt_in, rendered, without_marks

    reader: Any = import_module("pixazo.tests.hostile_texts")
    if found := reader.faults(rendered(text), TAGS | {"div", "copy-button", "button", "i"}):
        raise Broken(f"This would run or be fetched: {found[:3]}")
    prompt_in(text)
    without_marks(text)


def url(text: str) -> None:
    """Whatever passes is read in the same way by another parser, and once more by ours."""
    from urllib.parse import urlsplit

    from pixazo.outgoing import addresses
    from pixazo.outgoing.errors import Refused

    try:
        parsed = addresses.parse(text, ())
        addresses.join("https://a.example/b", text)
    except Refused:
        return
    written = str(parsed)
    other = urlsplit(written)
    host = (other.hostname or "").strip("[]").lower()
    if host != _plain(parsed.raw_host) or other.username is not None:
        raise Broken(f"{written!r} is {host} to one and {parsed.raw_host!r} to us.")
    if other.scheme not in addresses.PORTS or other.port not in {None, 80, 443}:
        raise Broken(f"{written!r} was let through.")
    if addresses.parse(written, ()).host != parsed.host:
        raise Broken(f"{written!r} is another the second time.")


def _plain(host: bytes) -> str:
    return host.decode("ascii").strip("[]").lower()


def prompt(text: str) -> None:
    from workspaces.prompts import Lists, TemplateError, Written, compile_prompts

    written = Written(
        prompt=text,
        negative_prompt=text[:100],
        theme_prompt=text[: len(text) // 2],
        style_prompt="a {prompt} b",
        style_negative_prompt="",
    )
    try:
        compiled = compile_prompts(written, Lists(LISTS.get))
        for number in {0, compiled.count - 1}:
            final = compiled.at(number, 7)
            if compiled.at(number, 7) != final:
                raise Broken("The same number is another prompt the second time.")
    except TemplateError:
        return


LISTS = {"colours": ["red", "{blue|green}"], "things": ["a __colours__ house", "__things__"]}


def seeds(name: str) -> Iterator[bytes]:
    if name == "image":
        yield from _pictures()
    elif name == "archive":
        yield from _archives()
    elif name == "safetensors":
        yield from _weights()
    elif name == "markdown":
        from pixazo.tests.hostile_texts import IN_MARKDOWN, RUNS

        yield from (place.replace("{}", RUNS[at]).encode() for at, place in enumerate(IN_MARKDOWN))
        yield from (each.encode() for each in RUNS)
    elif name == "url":
        yield from URLS
    else:
        yield from PROMPTS


def _pictures() -> Iterator[bytes]:
    from PIL import Image

    for mode in ("RGB", "RGBA", "P", "L"):
        for kind in ("PNG", "WEBP", "JPEG"):
            if kind == "JPEG" and mode != "RGB":
                continue
            file = io.BytesIO()
            Image.new(mode, (9, 7)).save(file, kind)
            yield file.getvalue()


def _archives() -> Iterator[bytes]:
    manifest = {
        "format": "pixazo.workspace",
        "version": 1,
        "members": [],
        "workspace": {"name": "A", "description": ""},
        "missing": [],
    }
    rows = {"section": "themes", "rows": [{"id": "1", "name": "A"}]}
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, told in (("themes/1.json", rows), ("manifest.json", manifest)):
            content = json.dumps(told).encode()
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    yield file.getvalue()
    yield gzip.compress(file.getvalue())


def _weights() -> Iterator[bytes]:
    tensor = {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]}
    for told in ({"a": tensor}, {"__metadata__": {"format": "pt"}, "a": tensor}, {}):
        text = json.dumps(told).encode()
        yield text
        yield len(text).to_bytes(8, "little") + text + bytes(16)


URLS = (
    *(b"https://a.example/x?y=1#z", b"http://127.0.0.1/", b"http://[::ffff:127.0.0.1]:80/"),
    *(b"http://2130706433/", b"http://0x7f.1", b"http://a@b", b"http://good#@bad", b"http://[::1]"),
    *(
        "http://\uff45xample\u3002com".encode(),
        b"http://good\\@bad",
        b"https://a.example:443/",
        b"//x",
    ),
)
PROMPTS = (
    *(b"a {red|blue} house", b"{2$$ and $$a|b|c}", b"{0.5::a|3::b}", b"__colours__ of __things__"),
    *(b"{a|{b|{c|d}}}", b"\\{a\\}", b"(word:1.2) [x]", b"${x={a|b}} ${x}", b"{1-3$$a|b|c}", b"a"),
)
