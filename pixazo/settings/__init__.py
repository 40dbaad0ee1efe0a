"""All settings, read from the environment, with defaults that run at once on a laptop.

At a desk (no variables set): SQLite, Celery over the filesystem, a local folder for pictures.
In production: DATABASE_URL, REDIS_URL, PIXAZO_SECRET_KEY and PIXAZO_URL, same code.
Each setting is declared through `Env`, and `.env.example` is held to these declarations by a test:
it lists them in the order of these lines.
"""

# isort: off
from pixazo.settings.places import *
from pixazo.settings.site import *
from pixazo.settings.languages import *
from pixazo.settings.database import *
from pixazo.settings.broker import *
from pixazo.settings.engine import *
from pixazo.settings.models import *
from pixazo.settings.outside import *
from pixazo.settings.files import *
from pixazo.settings.people import *
from pixazo.settings.social import *
from pixazo.settings.mail import *
from pixazo.settings.money import *
from pixazo.settings.telegram import *
from pixazo.settings.api import *
from pixazo.settings.mcp import *
from pixazo.settings.security import *
from pixazo.settings.log import *
from pixazo.settings.watching import *
from pixazo.settings.security_log import *
