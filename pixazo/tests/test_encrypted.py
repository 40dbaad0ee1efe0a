from django.db import connection

from generation.models import ImageModel
from pixazo import encrypted


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
    encrypted._cipher.cache_clear()
    try:
        lost = ImageModel.objects.get()
        assert lost.api_key == ""
        before = stored(lost)
        lost.name = "Renamed"
        lost.save()
        assert stored(lost) == before
    finally:
        encrypted._cipher.cache_clear()
