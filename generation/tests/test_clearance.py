"""The collector says what it removed: to staff, on the command line, and before it does."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from generation import collector
from generation.models import Batch, Clearance, Image
from generation.storage import stored_keys
from generation.tests.engine import ask, draw_all
from generation.tests.pictures_for_tests import bring, picture
from generation.tests.test_collector import make_older, orphan

pytestmark = pytest.mark.once

OLD = 90 * 86400


@pytest.fixture
def old(studio, painter):
    """A request and another's picture in the trash for long, an upload, and a file of nobody's."""
    ask(studio, painter, count=2)
    draw_all()
    Batch.objects.update(deleted=now() - timedelta(days=31))
    ask(studio, painter)
    draw_all()
    Image.objects.filter(job__batch__deleted=None).update(deleted=now() - timedelta(days=31))
    upload = bring(studio, picture())
    type(upload).objects.update(created=now() - timedelta(days=8))
    orphan()
    default_storage.save("quarantine/0123.png", ContentFile(b"held back"))
    for key in (*stored_keys(), "quarantine/0123.png"):
        make_older(key, OLD + 2 * 86400)


def said(*options):
    out = StringIO()
    call_command("collect", *options, stdout=out)
    return out.getvalue()


def test_it_keeps_what_it_removed_and_how_much_room_that_made(old):
    clearance = collector.collect()
    kinds = {kind: (each["rows"], each["files"]) for kind, each in clearance.removed.items()}
    assert kinds == {
        "requests": (1, 6),
        "pictures": (1, 3),
        "uploads": (1, 2),
        "orphans": (0, 1),
        "quarantine": (0, 1),
    }
    assert clearance.files == 13
    assert clearance.bytes == sum(each["bytes"] for each in clearance.removed.values()) > 1000
    assert collector.collect() is None
    assert Clearance.objects.count() == 1


def test_what_it_would_remove_is_said_before_and_nothing_is_touched(old):
    files, rows = set(stored_keys()), Image.objects.count()
    with CaptureQueriesContext(connection) as asked:
        before = said("--dry-run")
    assert not [each["sql"] for each in asked if '"recipe"' in each["sql"]]
    assert (set(stored_keys()), Image.objects.count()) == (files, rows)
    assert not Clearance.objects.exists()
    assert "Requests from the trash: 1 rows, 6 files" in before
    assert "generated/alice/studio/0123.png" in before
    assert "Files of safety cases that are closed for long: 0 rows, 1 files, 9 bytes" in before
    assert default_storage.exists("quarantine/0123.png")
    table = [line for line in before.splitlines() if "rows" in line]
    assert said().splitlines() == table
    assert said("--dry-run") == said() == "Nothing to remove.\n"


def test_staff_see_it(old, as_dora, as_alice):
    clearance = collector.collect()
    page = as_dora.get("/admin/generation/clearance/").content.decode()
    assert "Files that no picture has: 0 rows, 1 files" in page
    address = f"/admin/generation/clearance/{clearance.pk}/change/"
    assert as_dora.get(address).status_code == 200
    assert as_alice.get("/admin/generation/clearance/").status_code == 302


def test_it_is_kept_for_ninety_days(old):
    collector.collect()
    Clearance.objects.update(created=now() - timedelta(days=91))
    collector.collect()
    assert not Clearance.objects.exists()
