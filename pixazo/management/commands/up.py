"""`python manage.py up`: prepare the database, then run the whole site at a desk until Ctrl-C."""

import fcntl
import os
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import get_commands
from django.core.management.base import BaseCommand, CommandError
from django.core.management.commands.migrate import Command as MigrateCommand
from redis.exceptions import RedisError

from pixazo import programs, redis
from pixazo.checks import is_private
from pixazo.gpus import gpus
from pixazo.supervisor import Program, Supervisor

# As `seed` makes them; a person who changed the password is not told the old one.
DEMO_NAME, DEMO_PASSWORD = "demo", "demo-pixazo"
STEPS_A_LINE = 25  # of a new database's 120 and more


class Command(BaseCommand):
    help = "Migrates, seeds and runs web, workers and beat until Ctrl-C."

    def handle(self, *args: Any, **options: Any) -> None:
        with one_at_a_time():
            refuse_busy_port()
            self.prepare()
            refuse_a_published_password()
            Supervisor(the_whole_site(), ready=web_answers, when_ready=self.welcome).run()

    def prepare(self) -> None:
        self.stdout.write("Preparing the database ...")
        self.call(Migrate(), interactive=False, verbosity=0)
        self.call("createcachetable", verbosity=0)
        if "seed" in get_commands():
            self.call("seed")

    def call(self, name: str | BaseCommand, **options: Any) -> None:
        from django.core.management import call_command

        call_command(name, stdout=self.stdout, stderr=self.stderr, **options)

    def welcome(self) -> None:
        if settings.STRIPE_STAND_IN:
            self.call("try_payments")
        lines = [
            f"Pixazo is ready: {self.style.SUCCESS(settings.SITE_URL)}",
            *how_to_sign_in(),
            *what_is_away(),
            "Ctrl-C stops everything.",
        ]
        self.stdout.write("\n" + "\n".join(f"  {line}" for line in lines) + "\n\n")
        self.stdout.flush()


class Migrate(MigrateCommand):
    """`migrate`, which takes a minute on a new folder: says how far it is."""

    def __init__(self) -> None:
        super().__init__()
        self.done = 0

    def migration_progress_callback(
        self, action: str, migration: Any = None, fake: bool = False
    ) -> None:
        if action == "apply_success":
            self.done += 1
            if self.done % STEPS_A_LINE == 0:
                self.stdout.write(f"  {self.done} steps done")


# Ctrl-C should be over soon, and Celery takes some seconds itself: a picture that needs longer
# than this is handed back and drawn at the next start.
GRACE_SECONDS = 3.0


def the_whole_site() -> list[Program]:
    brief = {"PIXAZO_GRACE_SECONDS": str(min(settings.GRACE_SECONDS, GRACE_SECONDS))}
    drawers = programs.drawers(gpus(), brief)
    tried = [programs.stripe_stand_in()] if settings.STRIPE_STAND_IN else []
    # Where Telegram calls this site, nobody needs to ask it.
    bot = [programs.telegram()] if settings.TELEGRAM_TOKEN and not settings.TELEGRAM_WEBHOOK else []
    return [programs.web(), *drawers, programs.chores(brief), programs.beat(), *bot, *tried]


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two sites on one folder would share a schedule file and confuse whoever looks at them."""
    with open(settings.DATA / "up.lock", "a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CommandError(
                f"Pixazo is already running on {settings.DATA} (process {lock.read().strip()}). "
                "Stop it first, or set PIXAZO_DATA to another folder."
            ) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


def refuse_a_published_password() -> None:
    if not is_private() and not settings.SOLO and demo_still_signs_in():
        raise CommandError(
            f"Everybody knows the password of {DEMO_NAME}, who is staff here. Before others can "
            "reach this site, change it: python manage.py changepassword " + DEMO_NAME
        )


def refuse_busy_port() -> None:
    family = socket.AF_INET6 if ":" in settings.HOST else socket.AF_INET
    with socket.socket(family) as probe:
        # As servers do: a connection that is still closing doesn't make the port busy.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.HOST.strip("[]"), settings.PORT))
        except OSError as error:
            raise CommandError(
                f"Can't listen on {settings.HOST}, port {settings.PORT}: {error.strerror}. "
                f"Another program may be using it; try another: make run PORT={settings.PORT + 1}"
            ) from None


def web_answers() -> bool:
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104  only compared with  # nosec B104
    host = everywhere.get(settings.HOST, settings.HOST)
    try:
        with urllib.request.urlopen(  # an address of our own  # nosec B310
            f"http://{host}:{settings.PORT}/readyz", timeout=1
        ) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError as error:
        return error.code < 500  # something answers there
    except OSError:
        return False


def how_to_sign_in() -> list[str]:
    if settings.SOLO:
        return ["Single-user mode: you are signed in as the owner."]
    if not demo_still_signs_in():
        return ["Sign in with your account, or create one."]
    return [f"Sign in as {DEMO_NAME} with the password {DEMO_PASSWORD}, or create an account."]


def what_is_away() -> list[str]:
    """All else is at the desk itself."""
    if not settings.REDIS_URL:
        return []
    try:
        redis.connection().ping()
    except RedisError:
        return ["Redis does not answer (REDIS_URL): until it does, pictures come a little later."]
    return []


def demo_still_signs_in() -> bool:
    demo = get_user_model().objects.filter(username=DEMO_NAME, is_active=True).first()
    return demo is not None and demo.check_password(DEMO_PASSWORD)
