"""The settings of the tests: the real ones, on a folder of their own and without anything slow.

They are a module, because pytest-django reads settings before any conftest.py: what this machine's
environment says about Pixazo must be gone by then, and no test may touch a person's pictures.
Child processes that tests start (workers, a whole desk) run on `pixazo.settings` itself.
"""

import atexit
import os
import shutil
import tempfile

KEEP = {"DATABASE_URL", "REDIS_URL"} if os.environ.get("PIXAZO_TEST_SERVICES") else set()
OURS = ("PIXAZO_", "EMAIL_", "DATABASE_", "REDIS_", "STRIPE_", "GROK_", "PORT")
for name in list(os.environ):
    if name.startswith(OURS) and name not in KEEP | {"PIXAZO_TEST_SERVICES"}:
        del os.environ[name]

os.environ["PIXAZO_DATA"] = tempfile.mkdtemp(prefix="pixazo-test-")
os.environ["PIXAZO_LOG_FILE"] = "-"
os.environ["PIXAZO_PROVIDERS"] = "fake=generation.tests.fake_engine"
os.environ["PIXAZO_ENV_FILE"] = os.devnull
atexit.register(shutil.rmtree, os.environ["PIXAZO_DATA"], ignore_errors=True)

# One thread each: two on a busy machine turn a tiny step of 30 ms into one of a second.
os.environ.update(OMP_NUM_THREADS="1", MKL_NUM_THREADS="1", TOKENIZERS_PARALLELISM="false")
os.environ.update(HF_HUB_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1")
# Playwright's synchronous API runs a loop of its own, in which Django suspects asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

from pixazo.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
if not DATABASE_URL:  # noqa: F405
    # In a file: the workers and the web server that some tests start must see the same rows.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA / "test.sqlite3")}  # noqa: F405

# Who tests asks more than anybody; the tests of it say how much they mean.
API_A_MINUTE = 0

# Files are looked up when asked for: else each test client searches all folders anew.
WHITENOISE_AUTOREFRESH = True
