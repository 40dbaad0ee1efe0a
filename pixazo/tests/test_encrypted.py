from io import StringIO

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import connection

from generation.invariants import violations
from generation.models import ImageModel


def stored(model):
    with connection.cursor() as cursor:
        cursor.execute("SELECT api_key FROM generation_imagemodel")
        return cursor.fetchone()[0]


def test_a_key_is_encrypted_in_the_database_and_plain_in_the_code(painter):
    painter.api_key = "hf_very_secret"
    painter.save()
    assert "hf_very_secret" not in stored(painter)
    assert ImageModel.objects.get().api_key == "hf_very_secret"


def test_an_empty_key_stays_empty(painter):
    assert stored(painter) == ""


def test_another_secret_key_reads_nothing(painter, settings):
    painter.api_key = "hf_very_secret"
    painter.save()
    settings.SECRET_KEY = "another"
    lost = ImageModel.objects.get()
    assert lost.api_key == ""
    before = stored(lost)
    lost.name = "Renamed"
    lost.save()
    assert stored(lost) == before


def rotate():
    out = StringIO()
    call_command("rotate_keys", stdout=out)
    return out.getvalue()


def test_after_a_rotation_the_older_key_can_be_taken_away(painter, alice, settings):
    old = settings.SECRET_KEY
    painter.api_key = "hf_very_secret"
    painter.save()
    factor = Authenticator.objects.create(
        user=alice, type="totp", data={"secret": get_adapter().encrypt("of-the-app")}
    )
    settings.ENCRYPTION_KEYS = ["brand new", old]
    assert ImageModel.objects.get().api_key == "hf_very_secret"
    assert rotate().startswith("2 renewed, 0 were so")
    settings.ENCRYPTION_KEYS = ["brand new"]
    settings.SECRET_KEY = "another"
    assert ImageModel.objects.get().api_key == "hf_very_secret"
    factor.refresh_from_db()
    assert get_adapter().decrypt(factor.data["secret"]) == "of-the-app"
    assert rotate().startswith("0 renewed, 2 were so")


def test_without_a_rotation_it_can_not(painter, settings):
    painter.api_key = "hf_very_secret"
    painter.save()
    before = stored(painter)
    settings.ENCRYPTION_KEYS = ["brand new"]
    settings.SECRET_KEY = "another"
    with pytest.raises(CommandError, match="1 can't be read"):
        rotate()
    assert stored(painter) == before


def test_what_the_secret_key_of_before_encrypted_is_still_read(painter, settings):
    painter.api_key = "hf_very_secret"
    painter.save()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert ImageModel.objects.get().api_key == "hf_very_secret"
    assert rotate().startswith("1 renewed")
    settings.SECRET_KEY_FALLBACKS = []
    assert ImageModel.objects.get().api_key == "hf_very_secret"


def test_what_no_key_reads_is_named_by_verify_and_nothing_is_changed(painter, alice, settings):
    painter.api_key = "hf_very_secret"
    painter.save()
    secrets = [get_adapter().encrypt(text) for text in ("one", "two")]
    data = {"secret": get_adapter().encrypt("of-the-app"), "migrated_codes": secrets}
    factor = Authenticator.objects.create(user=alice, type="totp", data=data)
    before = stored(painter)
    assert violations() == []
    settings.SECRET_KEY = "another"
    assert violations() == [
        "generation.ImageModel.api_key: 1 values that none of this site's secrets can decrypt",
        "mfa.Authenticator.data: 3 values that none of this site's secrets can decrypt",
    ]
    factor.refresh_from_db()
    assert (stored(painter), factor.data) == (before, data)
