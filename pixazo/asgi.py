"""The web process: Django under ASGI, event streams included."""

import os

import django

from pixazo.body_limit import BodyLimit
from pixazo.database import be_impatient

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pixazo.settings")
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402  they need the settings

from pixazo.beside import Beside  # noqa: E402
from pixazo.draining import Draining  # noqa: E402
from pixazo.handler import Handler  # noqa: E402
from pixazo.spreading import Spreading  # noqa: E402

site = BodyLimit(Beside(Handler(), settings.BESIDE))
application = Draining(Spreading(site, settings.WEB_PROCESSES))
be_impatient()
