"""Pictures in a bucket: what holds for a folder holds there, asked of a server that speaks S3.

The promises below come from other files, word for word; here they are kept with another storage.
"""

import socket
import tarfile
import time
from contextlib import contextmanager
from datetime import timedelta

import boto3
import pytest
import time_machine
from django.core.checks import run_checks
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils.timezone import now
from moto.server import ThreadedMotoServer

from accounts.tests.test_own_data import (  # noqa: F401
    fresh,
    made,
    test_given_up_it_leaves_nothing,
    test_it_goes_with_its_person,
    test_it_holds_all_that_is_theirs_and_nothing_of_others,
    test_it_is_asked_for_watched_and_fetched_on_its_page,
    test_the_newest_takes_the_place_of_the_older,
)
from billing.models import Account
from generation import collector, parts
from generation.invariants import checks, violations
from generation.models import Image, Upload
from generation.storage import UPLOADS, stored_keys
from generation.tests.engine import ask, ask_one, draw_all
from generation.tests.page import FETCH, address
from generation.tests.pictures_for_tests import as_bytes, picture
from generation.tests.programs import key_client
from generation.tests.test_archive import (  # noqa: F401
    furnished,
    test_a_picture_that_vanishes_meanwhile_is_said_to_be_missing,
    test_commands_write_and_read_it,
    test_pictures_bear_their_recipe_their_marks_and_their_family,
    test_what_comes_in_is_what_went_out,
)
from generation.tests.test_collector import (  # noqa: F401
    test_one_picture_goes_without_its_batch,
    test_trash_is_kept_for_thirty_days,
)
from generation.tests.test_collector_uploads import (  # noqa: F401
    bring,
    test_a_deleted_workspace_takes_its_uploads_along,
    test_files_that_no_row_names_go_too,
    test_what_nothing_uses_goes_after_days_with_its_files,
)
from generation.tests.test_generated import (  # noqa: F401
    image,
    test_a_browser_that_has_it_is_told_so,
    test_a_download_has_a_readable_name,
    test_members_get_every_size,
    test_path_tricks_find_nothing,
    test_strangers_and_visitors_do_not,
)
from generation.tests.test_uploads import (  # noqa: F401
    test_the_same_picture_is_stored_once_in_a_workspace,
)
from pixazo.stored import Away, stored
from pixazo.tests.desk import free_port

pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True)]

BUCKET, SECRET = "zanzibar-bucket", "a-secret-of-the-bucket"


@pytest.fixture(scope="module")
def server():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(autouse=True)
def s3(server, settings, _durable_storage):
    """An empty bucket, in which everything is stored; its client."""
    keys = {"aws_access_key_id": "site", "aws_secret_access_key": SECRET}
    client = boto3.client("s3", endpoint_url=server, region_name="us-east-1", **keys)
    client.create_bucket(Bucket=BUCKET)
    settings.S3_BUCKET = BUCKET
    use(settings, endpoint_url=server)
    yield client
    with suppressed(client):
        for each in client.list_objects_v2(Bucket=BUCKET).get("Contents", ()):
            client.delete_object(Bucket=BUCKET, Key=each["Key"])
        client.delete_bucket(Bucket=BUCKET)


@contextmanager
def suppressed(client):
    try:
        yield
    except client.exceptions.NoSuchBucket:
        pass  # a test took it away


def use(settings, **options):
    known = {
        "bucket_name": BUCKET,
        "region_name": "us-east-1",
        "access_key": "site",
        "secret_key": SECRET,
        "location": "site-1",
    }
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "pixazo.bucket.Bucket", "OPTIONS": known | options}
    }


@pytest.fixture
def batch(studio, painter):
    """For the collector's promises: a folder's files are made older there."""
    batch = ask(studio, painter, count=2)
    draw_all()
    return batch


def photo():
    return SimpleUploadedFile("photo.png", as_bytes(picture()))


def silent():
    """An address at which nobody listens."""
    return f"http://127.0.0.1:{free_port()}"


def test_nothing_in_it_is_for_everybody(studio, painter, s3):
    ask_one(studio, painter)
    draw_all()
    (first, *_) = s3.list_objects_v2(Bucket=BUCKET)["Contents"]
    assert first["Key"].startswith("site-1/generated/alice/studio/")
    owner = s3.get_object_acl(Bucket=BUCKET, Key=first["Key"])
    assert {grant["Grantee"]["Type"] for grant in owner["Grants"]} == {"CanonicalUser"}


def test_no_page_names_the_bucket(studio, painter, as_alice, server):
    ask_one(studio, painter)
    draw_all()
    for page in ("/w/studio/", "/api/v1/images"):
        answer = as_alice.get(page)
        assert answer.status_code == 200
        text = answer.content.decode()
        assert server not in text
        assert BUCKET not in text


@pytest.mark.parametrize("trouble", ["no bucket", "nobody there", "refused"])
def test_a_bucket_that_is_away_is_said_in_the_words_of_a_disk_that_is(
    studio, painter, alice, as_alice, s3, server, settings, monkeypatch, trouble
):
    """F39 and F40: nothing is kept or charged, people read a sentence, and later it works."""
    shown = ask_one(studio, painter)
    draw_all()
    break_it(s3, settings, trouble, server, monkeypatch)
    monkeypatch.setattr(parts, "_stored", float("-inf"))
    monkeypatch.setattr(parts, "LIMIT", 60.0)  # a busy machine is no failure
    job = ask_one(studio, painter)
    draw_all()
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "storage")
    assert job.error == "The picture could not be stored. Try again later."
    assert SECRET not in job.details
    assert (Account.objects.of(alice).held, Account.objects.of(alice).spent) == (0, 1)
    person = Client(raise_request_exception=False)
    person.force_login(alice)
    for knock in (
        lambda: person.post(address("uploads", studio), {"file": photo()}, **FETCH),
        lambda: key_client(alice).post("/api/uploads", {"file": photo()}),
    ):
        answer = knock()
        assert (answer.status_code, answer["Retry-After"]) == (503, "5")
        assert answer.json()["error"]["code"] == "storage"
    assert not Upload.objects.exists()
    answer = person.get(f"/{shown.image.original}")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert SECRET not in answer.content.decode()
    answer = person.get("/api/health")
    assert (answer.status_code, answer.json()["degraded"]) == (503, ["storage"])
    if trouble == "no bucket":
        s3.create_bucket(Bucket=BUCKET)
    use(settings, endpoint_url=server)
    monkeypatch.undo()
    ask_one(studio, painter)
    draw_all()
    assert Image.objects.count() == 2


def break_it(s3, settings, trouble, server, monkeypatch):
    if trouble == "no bucket":
        for each in s3.list_objects_v2(Bucket=BUCKET)["Contents"]:
            s3.delete_object(Bucket=BUCKET, Key=each["Key"])
        s3.delete_bucket(Bucket=BUCKET)
    elif trouble == "nobody there":
        use(settings, endpoint_url=silent())
    else:

        def refuse(*args, **options):
            said = {"Error": {"Code": "AccessDenied"}, "ResponseMetadata": {"HTTPStatusCode": 403}}
            raise s3.exceptions.ClientError(said, "any")

        monkeypatch.setattr("botocore.client.BaseClient._make_api_call", refuse)


def test_files_of_no_row_go_after_a_day(studio, painter):
    ask_one(studio, painter)
    draw_all()
    kept = set(stored_keys())
    with time_machine.travel(now() - timedelta(days=2)):
        default_storage.save("generated/alice/studio/0123.png", ContentFile(b"?"))
        default_storage.save(f"{UPLOADS}/gone/4567.png", ContentFile(b"?"))
    young = default_storage.save("generated/alice/studio/89ab.png", ContentFile(b"?"))
    assert any("belongs to no picture" in sentence for sentence in violations())
    collector.collect()
    assert set(stored_keys()) == kept | {young}
    assert list(stored_keys(UPLOADS)) == []
    assert violations(idle=True) == []


def test_more_files_than_one_answer_lists(s3, monkeypatch):
    monkeypatch.setattr("pixazo.bucket.PAGE", 3)
    keys = {f"help/{number}.txt" for number in range(7)}
    for key in (*(f"site-1/{key}" for key in keys), "site-2/help/other.txt"):
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"?")
    for folder in ("", "help"):
        found = [file.key for file in stored(folder)]
        assert set(found) == keys
        assert len(found) == len(keys)


def test_a_large_file_is_read_as_it_comes_and_from_anywhere():
    content = bytes(range(256)) * 20_000
    key = default_storage.save("exports/large.zip", ContentFile(content))
    with default_storage.open(key) as file:
        assert file.size == len(content)
        assert b"".join(file.chunks(100_000)) == content
        file.seek(-300, 2)
        assert file.read() == content[-300:]
        file.seek(4_000_000)
        assert file.read(10) == content[4_000_000:4_000_010]
        assert file.tell() == 4_000_010
    with pytest.raises(FileNotFoundError):
        default_storage.open("exports/none.zip")
    with pytest.raises(FileNotFoundError):
        default_storage.size("exports/none.zip")
    assert not default_storage.exists("exports/none.zip")
    default_storage.delete("exports/none.zip")  # as with a folder: it is gone, and that was wanted


def test_what_breaks_off_is_no_end(monkeypatch):
    key = default_storage.save("exports/large.zip", ContentFile(bytes(5 * 2**20)))
    with default_storage.open(key) as file:
        file.read(10)
        monkeypatch.setattr("botocore.response.StreamingBody.read", lambda body, size=None: b"")
        with pytest.raises(Away, match="broke off"):
            file.read()


def test_one_that_never_answers_is_given_up(settings, monkeypatch):
    monkeypatch.setattr("pixazo.bucket.READ_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        use(settings, endpoint_url=f"http://127.0.0.1:{deaf.getsockname()[1]}")
        begun = time.monotonic()
        with pytest.raises(Away):
            default_storage.exists("generated/a.png")
        assert time.monotonic() - begun < 60


def test_a_workspace_and_all_its_files_are_saved_and_come_back(
    studio, painter, tmp_path, s3, capsys
):
    """A backup of a bucket, restored into an empty one."""
    from pixazo.tests import emptied

    ask(studio, painter, count=2)
    draw_all()
    before = {file.key: file.size for file in stored()}
    call_command("backup", tmp_path / "backups")
    emptied.empty()
    for each in s3.list_objects_v2(Bucket=BUCKET)["Contents"]:
        s3.delete_object(Bucket=BUCKET, Key=each["Key"])
    call_command("restore", tmp_path / "backups")
    assert {file.key: file.size for file in stored()} == before
    assert [sentence for check in checks(hashes=True) for sentence in check.found] == []


def test_an_export_is_sent_through_the_site(studio, painter, as_alice, as_bob, tmp_path):
    from workspaces.archive import working
    from workspaces.models import ArchiveJob

    ask_one(studio, painter)
    draw_all()
    as_alice.post("/w/studio/archive/export/")
    job = ArchiveJob.objects.get()
    working.work(job.pk)
    job.refresh_from_db()
    path = tmp_path / "studio.tar.gz"
    answer = as_alice.get(f"/archives/{job.pk}/download/")
    assert "Location" not in answer
    path.write_bytes(b"".join(answer.streaming_content))
    with tarfile.open(path) as archive:
        assert "manifest.json" in archive.getnames()
    assert as_bob.get(f"/archives/{job.pk}/download/").status_code == 404


def test_settings_that_do_not_fit_are_named(settings):
    settings.S3_BUCKET, settings.MEDIA_ACCEL = BUCKET, "/protected"
    settings.S3_ACCESS_KEY = "half"
    found = {problem.id for problem in run_checks()}
    assert {"pixazo.E041", "pixazo.E042"} <= found
    assert not settings.MEDIA_ROOT.exists()
