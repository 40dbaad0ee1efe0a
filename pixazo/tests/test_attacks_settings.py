"""What a stranger tries with the site itself: its files, its name, its keys, its messages."""

import pytest
from django.conf import settings as the_settings
from django.core import checks
from django.test import Client

from pixazo.celery import app

pytestmark = [pytest.mark.django_db, pytest.mark.once]

FILES = """
.git/config .git/HEAD .gitignore .env .env.example .env.bak .venv/pyvenv.cfg .svn/entries .hg/store
.DS_Store .htaccess .htpasswd .ssh/id_rsa .aws/credentials .bash_history Dockerfile Makefile
docker-compose.yml manage.py pyproject.toml requirements.txt package.json package-lock.json
node_modules/ conftest.py pixazo/settings/site.py pixazo/settings/__init__.py data/ data/db.sqlite3
data/secret_key db.sqlite3 backup.sql backup.zip dump.sql pixazo.log logs/ server-status phpinfo.php
wp-login.php wp-admin/ xmlrpc.php cgi-bin/test phpmyadmin/ actuator/env actuator/heapdump debug/
__debug__/ console server.js.map static/js/post.js.map static/ static/js/ static/../manage.py
static/%2e%2e/manage.py static/..%2fmanage.py static/%2e%2e%2fpixazo/settings/site.py
static/..%5cmanage.py static/....//manage.py static/js/..%00/x static//etc/passwd //etc/passwd
media/ generated/ generated/../data/secret_key generated/%2e%2e/secret_key uploads/ quarantine/
api/docs/../../.env .well-known/security.txt.bak robots.txt~ swagger.json graphql trace.axd
""".split()
HOSTS = (
    "evil.example",
    "localhost.evil.example",
    "evil.example:8000",
    "testserver@evil.example",
    "testserver:x",
    "testserver/evil",
    "testserver, evil.example",
    "[::1",
    "a" * 300,
    "testserver\tevil.example",
    "xn--80ak6aa92e.example",
    "127.0.0.1.evil.example",
)


@pytest.mark.parametrize("name", FILES)
def test_no_file_of_the_project_is_served(name, client):
    answer = client.get(f"/{name}")
    assert answer.status_code in {301, 302, 404}
    where = answer.get("Location", "")
    if where and not where.startswith("/account/login/?next="):
        assert client.get(where).status_code == 404
    said = answer.content.decode()
    for part in ("Traceback", "Index of", "SECRET_KEY", "/settings/", "django.urls"):
        assert part not in said


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("path", ["/", "/account/password/reset/", "/api/v1/", "/mcp"])
def test_another_host_is_refused(host, path):
    answer = Client(raise_request_exception=False).get(path, headers={"Host": host})
    assert answer.status_code in {400, 404, 421}
    assert host not in answer.content.decode()


def test_messages_carry_json_alone():
    """A message that somebody else wrote could name a task and ids, and nothing that runs."""
    assert set(app.conf.accept_content) == {"json"}
    assert app.conf.task_serializer == app.conf.result_serializer == "json"
    assert the_settings.SESSION_SERIALIZER.endswith("JSONSerializer")
    # It pickles what it keeps, so it keeps it in the database.
    assert the_settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache")


# One that `get_random_secret_key` made: each process of the tests must collect the same.
MADE_BY_DJANGO = "k&jc6@c%=b^663hirpy63xb++ee#n7a2*@m#5zw2*#&v(y8_$7"


@pytest.mark.parametrize(
    ("key", "is_weak"),
    [
        ("", True),
        ("secret", True),
        ("a" * 60, True),
        ("django-insecure-" + "x8Kq2mVd91" * 5, True),
        ("short-but-random-8Kq2", True),
        (MADE_BY_DJANGO, False),
    ],
)
def test_a_weak_secret_key_is_found(key, is_weak, settings):
    """`make check` and the start of a public site look at these."""
    settings.SECRET_KEY = key
    found = checks.run_checks(tags=["security"], include_deployment_checks=True)
    assert ("security.W009" in {each.id for each in found}) is is_weak
