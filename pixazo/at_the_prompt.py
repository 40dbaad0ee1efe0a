"""What stops `manage.py` and is nobody's mistake in the code, in words for whoever called it."""

from argparse import ArgumentTypeError

from django.conf import settings
from django.db import OperationalError, ProgrammingError

from pixazo.stored import Away

NO_TABLE, NO_TABLE_IN_POSTGRES = "no such table", "42P01"
# SQLite's names for what is wrong with the file, or who holds it.
REFUSALS = tuple(
    f"SQLITE_{name}" for name in "BUSY CANTOPEN CORRUPT FULL IOERR NOTADB PERM READONLY".split()
)


def sentence(error: Exception) -> str:
    """Empty for what only a traceback explains."""
    if isinstance(error, Away):
        return str(error)
    if _lacks_a_table(error):
        return (
            f"This database lacks a table ({_first_line(error)}): it was never migrated, or not to"
            " this version. python manage.py migrate does it. Are the site's settings, such as"
            " DATABASE_URL and PIXAZO_DATA, in the environment?"
        )
    if isinstance(error, OperationalError) and _never_answered(error):
        return (
            f"The database does not answer: {_first_line(error)}. Does it run, and is DATABASE_URL"
            " right?"
        )
    if _name_in_sqlite(error).startswith(REFUSALS):
        return f"The database {settings.DATABASES['default']['NAME']} refuses: {error}."
    return ""


def whole_number(text: str) -> int:
    """The type of an argument: 0 or more."""
    if text.isascii() and text.isdigit():
        return int(text)
    raise ArgumentTypeError("it must be a whole number, 0 or more")


def _lacks_a_table(error: Exception) -> bool:
    if isinstance(error, ProgrammingError):
        return getattr(error.__cause__, "sqlstate", "") == NO_TABLE_IN_POSTGRES
    return isinstance(error, OperationalError) and str(error).startswith(NO_TABLE)


def _never_answered(error: OperationalError) -> bool:
    """PostgreSQL's refusals of a statement have a code."""
    cause = error.__cause__
    return type(cause).__module__.startswith("psycopg") and not getattr(cause, "sqlstate", None)


def _name_in_sqlite(error: Exception) -> str:
    return str(getattr(error.__cause__, "sqlite_errorname", ""))


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0].rstrip(".")
