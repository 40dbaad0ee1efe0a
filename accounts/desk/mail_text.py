"""What somebody wrote in a letter: its own words as plain text, without what it quotes."""

import re
from email.message import EmailMessage, MIMEPart
from html.parser import HTMLParser

from accounts.desk.letters import MARK

MOST = 500_000  # characters of a part that are looked at
BLOCKS = frozenset("p div br tr li h1 h2 h3 h4 h5 h6 table ul ol blockquote pre hr".split())
SILENT = frozenset("script style head title template noscript svg math object iframe".split())
# Without an end of their own, or whatever follows would be silent, too.
VOID = frozenset("br hr img input meta link base area col embed source track wbr".split())
BEGUN = re.compile(
    r"^\s*(On|Am|Le|El|Il|Op|Em) .{4,200}"
    r"(wrote|schrieb|a écrit|escribió|ha scritto|schreef|escreveu).{0,80}:\s*$"
)
OPENING = re.compile(r"^\s*(On|Am|Le|El|Il|Op|Em) .{4,200}$")
HEADS = re.compile(r"^\s*\*?(From|Von|De|Da|Van)\*?:\s.*[@<].*$")
ORIGINAL = re.compile(
    r"^\s*-{2,}\s*(Original Message|Ursprüngliche Nachricht|Original-Nachricht|Forwarded message)"
)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def words_of(letter: EmailMessage) -> str:
    """Empty where nothing is its own."""
    body = letter.get_body(("plain", "html"))
    if body is None:
        return ""
    text = part_text(body)[:MOST]
    if body.get_content_type() == "text/html":
        text = plain(text)
    return own_words(text)


def part_text(part: MIMEPart) -> str:
    """Whatever its headers say of its letters."""
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    charset = part.get_content_charset() or "utf-8"
    try:
        text = content.decode(charset, "replace")
    except (LookupError, ValueError):
        text = content.decode("utf-8", "replace")
    return CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def own_words(text: str) -> str:
    """Up to where the old letter begins, or what stands between and below its lines."""
    lines = text.split("\n")
    first = next((line for line in lines if line.strip()), "")
    between = _between(lines)
    return between if between and first.lstrip().startswith(">") else _above(lines) or between


def _above(lines: list[str]) -> str:
    """Nothing of a signature."""
    for place, line in enumerate(lines):
        if _begins_the_old(lines, place):
            lines = lines[:place]
            break
        if line in ("-- ", "--"):
            lines = lines[:place]
            break
    while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith(">")):
        lines.pop()
    while lines and _is_an_opening(lines[-1]):  # of what was quoted below it
        lines.pop()
    return "\n".join(line.rstrip() for line in lines).strip()


def _between(lines: list[str]) -> str:
    """Of whoever answers below what they quote, as some still do."""
    quoted = [place for place, line in enumerate(lines) if line.lstrip().startswith(">")]
    if not quoted:
        return ""
    own = [line for line in lines[quoted[0] :] if not line.lstrip().startswith(">")]
    return "\n".join(line.rstrip() for line in own if MARK not in line).strip()


def _begins_the_old(lines: list[str], place: int) -> bool:
    line = lines[place][:400]
    if MARK in line or ORIGINAL.match(line) or BEGUN.match(line):
        return True
    if HEADS.match(line):  # several in a row: so Outlook quotes
        later = [each[:400] for each in lines[place + 1 : place + 5]]
        return sum(bool(re.match(r"^\s*\*?\w[\w -]{1,20}\*?:\s", each)) for each in later) >= 2
    if OPENING.match(line) and place + 1 < len(lines):  # broken in two
        return bool(BEGUN.match(f"{line} {lines[place + 1][:200]}"))
    return False


def _is_an_opening(line: str) -> bool:
    return bool(BEGUN.match(line[:400]))


def plain(html: str) -> str:
    """A page's words; nothing of it is ever shown as a page."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    lines = "".join(reader.words).split("\n")
    text = "\n".join(" ".join(line.split()) for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            self._break(tag)
            return
        is_quote = any(name == "class" and "gmail_quote" in (text or "") for name, text in attrs)
        if self.silent or tag in SILENT or is_quote:
            self.silent.append(tag)
            return
        self._break(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.silent:
            # What was never opened here closes nothing.
            if tag in self.silent:
                while self.silent.pop() != tag:
                    pass
            return
        self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.words.append(data.replace("\n", " "))

    def _break(self, tag: str) -> None:
        if not self.silent and tag in BLOCKS:
            self.words.append("\n")
