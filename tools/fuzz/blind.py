"""One target, by chance: `python -m tools.fuzz.blind NAME SECONDS`."""

import random
import sys
import time
import traceback
from collections.abc import Callable, Sequence

from tools.fuzz import kept

MOST_BYTES = 20_000


def main() -> int:
    from tools.fuzz.targets import ready, seeds, target

    ready()
    name, seconds = sys.argv[1], float(sys.argv[2])
    aim, known, until = target(name), [*kept.found(name), *seeds(name)], time.monotonic() + seconds
    dice = random.Random()
    count = 0
    for data in known:
        if not tried(name, aim, data):
            return 1
    while time.monotonic() < until:
        if not tried(name, aim, changed(known, dice)):
            return 1
        count += 1
    print(f"{count:,} texts tried.")
    return 0


def tried(name: str, aim: Callable[[bytes], None], data: bytes) -> bool:
    try:
        aim(data)
    except Exception:  # noqa: BLE001  whatever it is
        traceback.print_exc()
        print("Kept as", kept.keep(name, data))
        return False
    return True


def changed(known: Sequence[bytes], dice: random.Random) -> bytes:
    """One of them, with some of its bytes others."""
    data = bytearray(dice.choice(known)[:MOST_BYTES])
    for _ in range(dice.choice((1, 1, 2, 4, 8, 16))):
        at, length = dice.randint(0, len(data)), dice.choice((1, 1, 2, 4, 16, 64))
        match dice.randrange(6):
            case 0 if data:
                data[at % len(data)] ^= 1 << dice.randrange(8)
            case 1:
                data[at:at] = dice.randbytes(length)
            case 2:
                del data[at : at + length]
            case 3:
                data[at:at] = data[at : at + length] * dice.randint(1, 8)
            case 4:
                other = dice.choice(known)
                start = dice.randint(0, len(other))
                data[at : at + length] = other[start : start + length]
            case _:
                data[at:at] = dice.choice(PARTS)
    return bytes(data[:MOST_BYTES])


# Where readers of texts and of numbers turn.
PARTS = (
    *(
        b"{",
        b"}",
        b"[",
        b"](",
        b"|",
        b"__",
        b"\\",
        b"::",
        b"$$",
        b"\n\n",
        b"<!--",
        b"](javascript:",
    ),
    *(b"@", b"//", b"#", b"%00", b"\x00", b"\xff\xff\xff\xff", b"\x80\x00\x00\x00", b"0x7f.1"),
    *(
        "\u202e".encode(),
        "\ud7ff".encode(),
        b"\xed\xa0\x80",
        "。".encode(),
        b"1e999",
        b"-1",
        b"```",
    ),
)

if __name__ == "__main__":
    sys.exit(main())
