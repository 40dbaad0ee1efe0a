"""Reads a `text/event-stream` (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

from collections.abc import Iterable, Iterator

from chat.llm import problems

LONGEST_LINE = 4 * 1024 * 1024  # bytes


def data_lines(pieces: Iterable[bytes]) -> Iterator[str]:
    """The data of each event; comments, which only keep a connection alive, and names of events
    are left out. Raises `ChatProblem` for a line without end."""
    data: list[str] = []
    for line in _lines(pieces):
        name, _, value = line.partition(":")
        if not line and data:
            yield "\n".join(data)
            data = []
        elif name == "data":
            data.append(value.removeprefix(" "))
    # Some leave out the blank line after the last one.
    if data:
        yield "\n".join(data)


def _lines(pieces: Iterable[bytes]) -> Iterator[str]:
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            yield line.removesuffix(b"\r").decode("utf-8", "replace")
        if len(rest) > LONGEST_LINE:
            raise problems.garbled("A line without end.")
    # One that was cut in its middle says nothing.
    if rest.rstrip().endswith((b"}", b"[DONE]")):
        yield rest.removesuffix(b"\r").decode("utf-8", "replace")
