"""Uploads stay as long as a batch works from them or they are fresh; their files go with them."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import now

from generation import collector, uploads
from generation.models import Batch, Input, Upload
from generation.models.input import PictureMissing
from generation.tests.engine import ask
from generation.tests.pictures_for_tests import as_bytes, picture

pytestmark = pytest.mark.both


@pytest.fixture
def bring(studio):
    def bring(side, days=0):
        file = SimpleUploadedFile("x", as_bytes(picture(side, side)))
        upload = uploads.receive(studio, studio.owner, file)
        Upload.objects.filter(pk=upload.pk).update(created=now() - timedelta(days=days))
        return upload

    return bring


def test_what_nothing_uses_goes_after_days_with_its_files(bring):
    old, fresh = bring(32, days=8), bring(64)
    collector.collect()
    assert list(Upload.objects.all()) == [fresh]
    assert not any(default_storage.exists(key) for key in old.keys)
    assert all(default_storage.exists(key) for key in fresh.keys)


def test_what_a_batch_works_from_stays(studio, editor, bring):
    old = bring(64, days=400)
    ask(studio, editor, mode="image", pictures=[Input(role="source", upload=old)])
    collector.collect()
    assert Upload.objects.get() == old
    assert default_storage.exists(old.original)


def test_it_goes_when_its_last_batch_has_gone(studio, editor, bring):
    old = bring(64, days=400)
    batch = ask(studio, editor, mode="image", pictures=[Input(role="source", upload=old)])
    batch.delete()
    collector.collect()
    assert not Upload.objects.exists()


def test_files_that_no_row_names_go_too(bring, studio):
    upload = bring(32)
    key = default_storage.save(f"uploads/{studio.pk.hex}/lost.png", SimpleUploadedFile("x", b"x"))
    assert collector.remove_orphans(now() + timedelta(days=1)).files == 1
    assert not default_storage.exists(key)
    assert all(default_storage.exists(key) for key in upload.keys)


@pytest.mark.django_db(transaction=True)
def test_a_deleted_workspace_takes_its_uploads_along(bring, studio):
    upload = bring(32)
    studio.delete_with_everything()
    assert not Upload.objects.exists()
    assert not any(default_storage.exists(key) for key in upload.keys)


@pytest.mark.django_db(transaction=True)
def test_an_upload_that_went_at_the_last_moment_is_said_in_words(studio, editor, bring):
    upload = bring(64)
    source = Input(role="source", upload=upload)
    Upload.objects.all().delete()
    with pytest.raises(PictureMissing, match="no such picture"):
        ask(studio, editor, mode="image", pictures=[source])
    assert not Batch.objects.exists()
