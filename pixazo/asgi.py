"""The web process: Django under ASGI, event streams included."""

import os

from django.core.asgi import get_asgi_application

from pixazo.body_limit import BodyLimit
from pixazo.database import be_impatient

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pixazo.settings")

application = BodyLimit(get_asgi_application())
be_impatient()
