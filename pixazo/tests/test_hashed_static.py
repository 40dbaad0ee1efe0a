import re

import pytest
from django.core.management import call_command
from django.template import Context, Template
from django.test import override_settings

from pixazo.bundles import making

IMPORTED = re.compile(r"""(?:from|import|import\()\s*["'](\./[^"']+)["']""")
HASHED = re.compile(r"\.[0-9a-f]{12}\.js$")


@pytest.fixture
def collected(settings, tmp_path):
    storages = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "pixazo.hashed_static.HashedStaticFiles"},
    }
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=storages, COLLECTED=True):
        call_command("collectstatic", interactive=False, verbosity=0)
        making.collected.cache_clear()
        yield tmp_path
    making.collected.cache_clear()


def test_collected_scripts_import_each_other_by_their_hashed_names(collected):
    assert list(collected.glob("js/studio.????????????.js"))
    asked = 0
    for path in collected.glob("js/*.????????????.js"):
        for name in IMPORTED.findall(path.read_text()):
            assert (path.parent / name).exists(), (path.name, name)
            assert HASHED.search(name), (path.name, name)
            asked += 1
    assert asked > 100
    assert not list(collected.glob("js/morph.*"))
    assert not list(collected.rglob("*.gz"))
    # And a page names them so, too.
    page = Template('{% load scripts %}{% module "js/studio.js" %}').render(Context())
    named = re.findall(r'"/static/(js/[^"]+)"', page)
    assert len(named) > 5
    for name in named:
        assert (collected / name).exists()
        assert HASHED.search(name)
