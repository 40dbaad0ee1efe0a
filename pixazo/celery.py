"""The Celery app. A message is a doorbell: the row in the database is the truth."""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

# kombu takes a transport of one's own under an alias only: that of a desk, and a hardened one.
TRANSPORT_ALIASES["folder"] = "pixazo.folder_broker:Transport"
TRANSPORT_ALIASES["redis"] = TRANSPORT_ALIASES["rediss"] = "pixazo.redis_broker:Transport"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pixazo.settings")

app = Celery("pixazo")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
