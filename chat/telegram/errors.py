"""What Telegram may answer instead of doing it, by what is to be done about it."""


class Trouble(Exception):
    """It was not done. None of these names the token, or the address that holds it."""


class Wait(Trouble):
    """Too much at once (429): it says in how many seconds it may be asked again."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"Telegram asks to wait for {seconds:.0f} s.")
        self.seconds = seconds


class Away(Trouble):
    """It could not be reached, or is broken at present."""


class Blocked(Trouble):
    """That person wants to hear nothing of the bot, or has closed their account (403)."""


class Unchanged(Trouble):
    """The message says that already."""


class Refused(Trouble):
    """It says no, and will the next time (400)."""


class WrongToken(Trouble):
    """The token is not, or no longer, that of a bot (401, 404)."""


class Conflict(Trouble):
    """Somebody else asks for this bot's messages, or a webhook is set (409)."""
