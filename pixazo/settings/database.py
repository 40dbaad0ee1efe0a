"""The database, the cache that is kept in it, and how many processes ask it."""

import os
from typing import Any

import dj_database_url

from pixazo.env import WrongSetting
from pixazo.settings.places import DATA, env

DATABASE_URL = env.secret(
    "DATABASE_URL", "", "postgres://user:password@host:port/name. Empty: SQLite in PIXAZO_DATA."
)
DATABASE_POOL = env.bool("DATABASE_POOL", True, "Keep a pool of PostgreSQL connections.")
DATABASE_PLANS = env.bool(
    "DATABASE_PLANS",
    True,
    "Have PostgreSQL keep its plans of what is asked often. 0 behind a pooler that gives each"
    " transaction another connection and can't do this, such as PgBouncer before 1.22, or"
    " with max_prepared_statements = 0.",
)
DATABASE_SECONDS = env.float(
    "DATABASE_SECONDS",
    10.0,
    "PostgreSQL that does not answer a page or worker for so long: an error.",
)
DATABASES: dict[str, dict[str, Any]]
if DATABASE_URL:
    try:
        DATABASES = {"default": dict(dj_database_url.parse(DATABASE_URL))}
    except ValueError:
        DATABASES = {"default": {"ENGINE": ""}}
    if not DATABASES["default"]["ENGINE"].endswith(("postgresql", "sqlite3")):
        # Its value is a secret.
        raise WrongSetting(
            "DATABASE_URL must be postgres://user:password@host:port/name, or empty. In the"
            " password, @ is written %40, / %2F, : %3A, # %23 and % %25."
        )
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA / "pixazo.sqlite3",
            # A file, not memory: races and locks are those of the real thing.
            "TEST": {"NAME": DATA / "test.sqlite3"},
        }
    }
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["ENGINE"] = "pixazo.sqlite"
    # Immediate: a transaction that will write waits at its start instead of failing in its middle.
    _options: dict[str, Any] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # NORMAL: what is committed outlives a kill of any process. A machine that loses power may
        # forget the last moments, never half of one; FULL would wait for the disk at each commit.
        # A site that must not even then has PostgreSQL, which waits.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    # A thread keeps its connection. Whoever closes the last one has SQLite write back its whole log
    # and wait for the disk: with a connection for each request that is every request.
    DATABASES["default"]["CONN_MAX_AGE"] = None
else:
    # A server that can't be reached or whose host is gone is given up after some seconds.
    _options = {
        "connect_timeout": 5,
        "keepalives_idle": 10,
        "keepalives_interval": 3,
        "keepalives_count": 3,
        "tcp_user_timeout": 10_000,
        # After how many times a connection keeps the plan of a statement (`pixazo/sending.py`).
        "prepare_threshold": 5 if DATABASE_PLANS else None,
    }
    if DATABASE_POOL:
        # Without the last, a pool waits longer after each try, and minutes for a server that was
        # away for one: whoever asks next tries anew.
        _options["pool"] = {"min_size": 1, "max_size": 20, "timeout": 5, "reconnect_timeout": 2}
        # Asks of a pooled connection whether it still lives: one that was cut costs no request.
        DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# What the address itself says, such as ?sslmode=verify-full, stays.
DATABASES["default"].setdefault("OPTIONS", {}).update(_options)

WEB_PROCESSES = env.int(
    "PIXAZO_WEB_PROCESSES",
    0,
    "How many processes answer requests, a core each. 0: one with SQLite, else one for each core up"
    " to four.",
) or (min(os.cpu_count() or 1, 4) if DATABASE_URL.startswith("postgres") else 1)

# It counts attempts to sign in, and calls to services. Kept in the database, so that nobody is
# locked out, or let in uncounted, when Redis is away.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "pixazo_cache",
        # With the 300 of the default, many people would push each other's counters out.
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}
