"""`python -m tools.texts`: brings `locale/` up to date and says what is still to be translated.

With `--check` it changes nothing, and fails if something would have to be done.
"""

import sys
from pathlib import Path

from pixazo.texts.catalogue import Entry, read, write
from tools.texts import found

CATALOGUES = found.ROOT / "locale"


def main() -> int:
    check = "--check" in sys.argv
    left = 0
    for folder in sorted(CATALOGUES.glob("*/LC_MESSAGES")):
        for name, entries in (("django", found.of_site()), ("djangojs", found.of_scripts())):
            left += bring_up_to_date(folder / f"{name}.po", entries, check)
    return 1 if check and left else 0


def bring_up_to_date(path: Path, entries: list[Entry], check: bool) -> int:
    """How many texts of this file are missing, untranslated or unused."""
    place = path.relative_to(CATALOGUES)
    header, *kept = read(path)
    known = {entry.key: entry for entry in kept}
    forms = _forms(header)
    for entry in entries:
        old = known.pop(entry.key, None)
        if old is not None and bool(old.plural) == bool(entry.plural):
            entry.strings, entry.flags = old.strings, old.flags
        if entry.plural:
            entry.strings += [""] * (forms - len(entry.strings))
    open_ = [entry for entry in entries if not entry.is_done]
    for entry in open_:
        print(f"{place}: not translated: {entry.id!r}  ({entry.places[0]})")
    for unused in known.values():
        print(f"{place}: not used: {unused.id!r}")
    if not check:
        write(path, [header, *entries])
    print(f"{place}: {len(entries)} texts, {len(open_)} not translated, {len(known)} not used")
    return len(open_) + len(known)


def _forms(header: Entry) -> int:
    """How many forms the language's plural has."""
    return int("".join(header.strings).split("nplurals=")[1].split(";")[0])


if __name__ == "__main__":
    sys.exit(main())
