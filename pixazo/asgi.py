"""The web process: Django under ASGI, event streams included."""

import os

import django

from pixazo.body_limit import BodyLimit
from pixazo.database import be_impatient

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pixazo.settings")
django.setup(set_prefix=False)

from pixazo.handler import Handler  # noqa: E402  it needs the settings

application = BodyLimit(Handler())
be_impatient()
