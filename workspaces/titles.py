"""The one place that makes a topic's title of a prompt, without a language model (S342)."""

import re

LONGEST = 40
# What says little at the beginning or the end of a title.
SMALL = frozenset(
    "a an the some my of in on at with and or for to by from under over near into onto".split()
)
# With which a part of a sentence begins, also in German: there a title may be cut, and not behind.
BEGINS = SMALL | frozenset(
    "as through beside behind between against without while that which"
    " der die das dem den des ein eine einem einen einer eines und oder mit ohne aus bei nach vor"
    " hinter neben von vom zu zum zur im am auf unter über für durch um bis als wie".split()
)
LEADS = re.compile(
    r"^(a |an |the )?(picture|image|photo|photograph|painting|drawing|portrait|illustration|render)"
    r"s? (of|showing) ",
    re.IGNORECASE,
)


def title_of(prompt: str) -> str:
    """A few words of it, such as "Red house" of "a (red:1.3) house, night"; "" where none are."""
    words = _fitting(_words(prompt))
    while len(words) > 1 and words[-1].lower() in BEGINS:
        words.pop()
    return _title(words)


def titles_of(prompt: str) -> set[str]:
    """All that it may be called by, wherever it was cut: earlier releases did it elsewhere."""
    words = _words(prompt)
    return {_title(words[:count]) for count in range(1, len(words) + 1)}


def _words(prompt: str) -> list[str]:
    """Of its first clause, without what says little at the beginning."""
    text = LEADS.sub("", _plain(prompt))
    clause = next((part.strip() for part in re.split(r"[,.;:!?\n|]", text) if part.strip()), "")
    words = clause.split()
    while words and words[0].lower() in SMALL:
        words.pop(0)
    return words


def _title(words: list[str]) -> str:
    # Also one word without end, or a script that has no spaces between words.
    title = " ".join(words)[:LONGEST].strip()
    return title[:1].upper() + title[1:]


def _fitting(words: list[str]) -> list[str]:
    """All of them, or as many as fit, up to where a part of the sentence ends."""
    count = len(words)
    while count > 1 and len(" ".join(words[:count])) > LONGEST:
        count -= 1
    if count == len(words) or words[count].lower() in BEGINS:
        return words[:count]
    begun = (place for place in range(count - 1, 0, -1) if words[place].lower() in BEGINS)
    return words[: next(begun, count)]


def _plain(prompt: str) -> str:
    """Without the prompt language: the first of choices, names of lists, no weights."""
    text = "".join(char if char.isprintable() else " " for char in prompt)
    for _ in range(5):  # choices within choices
        text, found = re.subn(r"\{([^{}]*)\}", lambda found: _first(found[1]), text)
        if not found:
            break
    text = re.sub(r"<[^<>]*>", " ", text)
    text = re.sub(
        r"__!?([\w-]+?)__", lambda found: found[1].replace("_", " ").replace("-", " "), text
    )
    text = re.sub(r"[(\[]([^()\[\]]*?)(:\s*[\d.]+)?[)\]]", r"\1", text)
    return " ".join(re.sub(r"[\\{}()\[\]<>\"“”]", " ", text).split())


def _first(choices: str) -> str:
    """Of "2$$red|3::blue": red."""
    choice = choices.split("|", maxsplit=1)[0]
    return choice.rpartition("$$")[2].rpartition("::")[2].removeprefix("~")
