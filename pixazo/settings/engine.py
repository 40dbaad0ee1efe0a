"""The engine: how work is handed out and looked after, and what it may take."""

from pixazo.settings.places import env

LEASE_SECONDS = env.float(
    "PIXAZO_LEASE_SECONDS", 30.0, "A worker that is silent for so long has lost its job."
)
LOOK_SECONDS = env.float(
    "PIXAZO_LOOK_SECONDS", 2.0, "How often an idle worker looks for work without being rung."
)
SWEEP_SECONDS = env.float(
    "PIXAZO_SWEEP_SECONDS", 5.0, "How often lost jobs are looked for and waiting ones rung for."
)
RUNNING_JOBS = env.int(
    "PIXAZO_RUNNING_JOBS",
    0,
    "How many pictures the whole site draws at the same time. 0: as many as its workers take.",
)
LOADED_FIRST_SECONDS = env.float(
    "PIXAZO_LOADED_FIRST_SECONDS",
    10.0,
    "For how long pictures of a loaded model may go before one that needs another model.",
)
PAUSE_HOURS = env.float(
    "PIXAZO_PAUSE_HOURS", 6.0, "What waits in a paused queue for so long expires."
)
PERSON_UPLOADS = env.int(
    "PIXAZO_PERSON_UPLOADS",
    2000,
    "How many uploaded pictures one person may keep, in all workspaces together.",
)
PERSON_UPLOADS_GB = env.float("PIXAZO_PERSON_UPLOADS_GB", 8.0, "How many GB these may take.")
ARCHIVE_GB = env.float(
    "PIXAZO_ARCHIVE_GB", 4.0, "How many GB an archive of a workspace may have that is sent here."
)
MAX_ATTEMPTS = env.int("PIXAZO_MAX_ATTEMPTS", 3, "Attempts at one job before it has failed.")
STALL_SECONDS = env.float(
    "PIXAZO_STALL_SECONDS", 120.0, "A job without a new step for so long is given up."
)
CELERY_BEAT_SCHEDULE = {
    # What was not fetched before the next one is due is worth nothing: it must not heap up.
    "sweep": {
        "task": "generation.tasks.sweep",
        "schedule": SWEEP_SECONDS,
        "options": {"expires": SWEEP_SECONDS},
    },
    "collect": {
        "task": "generation.tasks.collect",
        "schedule": 3600.0,
        "options": {"expires": 3600.0},
    },
    "page-views": {
        "task": "accounts.tasks.forget_page_views",
        "schedule": 3600.0,
        "options": {"expires": 3600.0},
    },
    "roll-up": {
        "task": "generation.tasks.roll_up",
        "schedule": 300.0,
        "options": {"expires": 300.0},
    },
    "archives": {
        "task": "workspaces.tasks.look_after_archives",
        "schedule": 30.0,
        "options": {"expires": 30.0},
    },
    "people": {
        "task": "accounts.tasks.look_after_people",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    "deliver": {
        "task": "accounts.tasks.deliver_due",
        "schedule": 30.0,
        "options": {"expires": 30.0},
    },
    "fetch-mail": {
        "task": "accounts.tasks.fetch_mail",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    "forget-events": {"task": "pixazo.tasks.forget_events", "schedule": 600.0},
}
