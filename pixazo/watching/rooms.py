"""Which rooms have figures for /metrics: each by the dotted name of what finds them, so that a
process that is never asked imports nothing."""

_rooms: dict[str, str] = {}


def register(room: str, collect: str) -> None:
    _rooms[room] = collect


def registered() -> dict[str, str]:
    return dict(_rooms)
