import os

import pytest

from pixazo import checks

pytestmark = pytest.mark.both


def ids(found):
    return [each.id for each in found]


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "pixazo.example"])
def test_solo_refuses_a_public_address(settings, host):
    settings.SOLO, settings.SOLO_PUBLIC, settings.HOST = True, False, host
    assert ids(checks.solo_stays_private(None)) == ["pixazo.E001"]
    settings.SOLO_PUBLIC = True
    assert checks.solo_stays_private(None) == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]"])
def test_solo_is_fine_at_home(settings, host):
    settings.SOLO, settings.SOLO_PUBLIC, settings.HOST = True, False, host
    assert checks.solo_stays_private(None) == []


def test_a_folder_that_cannot_be_made_is_named(settings, tmp_path):
    (tmp_path / "file").write_text("")
    settings.MEDIA_ROOT = tmp_path / "file" / "media"
    (problem,) = checks.folders_are_writable(None)
    assert str(settings.MEDIA_ROOT) in problem.msg
    assert "PIXAZO_MEDIA" in problem.hint


def test_writable_folders_leave_nothing_behind(settings, tmp_path):
    settings.DATA = settings.MEDIA_ROOT = tmp_path
    assert checks.folders_are_writable(None) == []
    assert os.listdir(tmp_path) == []


def test_unknown_device_and_precision_are_refused(settings):
    settings.DEVICE, settings.PRECISION = "gpu", "int3"
    assert ids(checks.device_and_precision_are_known(None)) == ["pixazo.E003", "pixazo.E004"]
    settings.DEVICE, settings.PRECISION = "cuda:1", "bf16"
    assert checks.device_and_precision_are_known(None) == []


def test_a_public_site_is_told_to_say_who_runs_it(settings):
    settings.HOST, settings.SITE_URL, settings.OPERATOR = "127.0.0.1", "http://localhost", ""
    assert checks.somebody_runs_a_public_site(None) == []
    settings.SITE_URL = "https://pixazo.example"
    assert ids(checks.somebody_runs_a_public_site(None)) == ["pixazo.W001"]
    settings.OPERATOR = "Example & Sons"
    assert checks.somebody_runs_a_public_site(None) == []


def test_a_public_site_is_told_that_its_letters_stay_where_they_are(settings):
    settings.HOST, settings.SITE_URL, settings.EMAIL_HOST = "127.0.0.1", "http://localhost", ""
    assert checks.letters_leave_a_public_site(None) == []
    settings.SITE_URL = "https://pixazo.example"
    assert ids(checks.letters_leave_a_public_site(None)) == ["pixazo.W003"]
    settings.EMAIL_HOST = "mail.pixazo.example"
    assert checks.letters_leave_a_public_site(None) == []


def test_a_folder_of_templates_that_is_not_there_is_named(settings, tmp_path):
    settings.OWN_TEMPLATES = str(tmp_path)
    assert checks.own_templates_are_there(None) == []
    settings.OWN_TEMPLATES = str(tmp_path / "nowhere")
    (problem,) = checks.own_templates_are_there(None)
    assert str(tmp_path / "nowhere") in problem.msg


def test_a_data_folder_that_others_may_enter_is_named_and_stays(settings, tmp_path):
    settings.DATA = tmp_path
    for mode, found in (
        (0o700, []),
        (0o750, []),
        (0o755, ["pixazo.W002"]),
        (0o701, ["pixazo.W002"]),
    ):
        tmp_path.chmod(mode)
        assert ids(checks.the_data_folder_is_private(None)) == found
        assert tmp_path.stat().st_mode & 0o777 == mode
    settings.DATA = tmp_path / "nowhere"
    assert checks.the_data_folder_is_private(None) == []


def test_how_firmly_https_is_kept_to_is_a_word_that_is_known(settings):
    for word in ("preload", "subdomains", "host", "off"):
        settings.HSTS = word
        assert checks.hsts_is_known(None) == []
    settings.HSTS = "yes"
    assert ids(checks.hsts_is_known(None)) == ["pixazo.E014"]
