"""`manage.py receive_mail`: reads one letter on standard input, for a mail server's pipe.

Ends with 0 whatever became of the letter: a mail server must not answer strangers for us. 75 asks
it to try again later, when the database is away.
"""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError

from accounts.desk.incoming import MOST_BYTES, receive

LATER = 75  # EX_TEMPFAIL of sysexits.h


class Command(BaseCommand):
    help = "Read one letter on standard input: an answer to a letter of the help desk."

    def handle(self, *args: Any, **options: Any) -> None:
        raw = sys.stdin.buffer.read(MOST_BYTES + 1)
        try:
            outcome = receive(raw)
        except (OperationalError, InterfaceError) as error:
            self.stderr.write(f"The database does not answer: {error}")
            sys.exit(LATER)
        self.stdout.write(str(outcome.label) if outcome else "It came before.")
