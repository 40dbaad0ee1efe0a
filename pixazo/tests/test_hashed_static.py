import re

from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import override_settings


def test_collected_scripts_import_each_other_by_their_hashed_names(settings, tmp_path):
    storages = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "pixazo.hashed_static.HashedStaticFiles"},
    }
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0)
    assert finders.find("js/studio.js")
    (studio,) = tmp_path.glob("js/studio.????????????.js")
    names = re.findall(r'(?:from|import)\s*"(\./[^"]+)"', studio.read_text())
    assert names
    for name in names:
        assert (studio.parent / name).exists()
        assert re.search(r"\.[0-9a-f]{12}\.js$", name)
