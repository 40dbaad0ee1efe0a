"""What rings for work: Celery over Redis, or over files at a desk."""

from typing import Any

from pixazo.env import WrongSetting, is_address
from pixazo.settings.places import DATA, env

REDIS_URL = env.secret(
    "REDIS_URL", "", "redis://host:port/0 as broker and wake-up. Empty: files and database."
)
if REDIS_URL and not is_address(REDIS_URL, "redis", "rediss"):
    # Its value is a secret.
    raise WrongSetting(
        "REDIS_URL must be redis://:password@host:port/0 (rediss:// with TLS), or empty. In the"
        " password, @ is written %40, / %2F, : %3A, # %23 and % %25."
    )

CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "chores"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA / "beat-schedule")
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any]
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    # A submission must not wait for a broker that is down: the row is safe, workers also look
    # by themselves.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 0.5, "socket_timeout": 2}
else:
    _broker = DATA / "broker"
    for _folder in ("messages", "control"):
        (_broker / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "folder://localhost"  # pixazo/folder_broker.py; without a host kombu warns
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_broker / "messages"),
        "data_folder_out": str(_broker / "messages"),
        "control_folder": str(_broker / "control"),
        "polling_interval": 0.1,
    }
