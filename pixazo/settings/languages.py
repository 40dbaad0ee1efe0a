"""In which languages people read it."""

from pixazo.settings.places import BASE_DIR, DATA
from pixazo.texts.compiled import compiled

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
CATALOGUES = BASE_DIR / "locale"
LOCALE_PATHS = [compiled(CATALOGUES, DATA / "locale")]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True
