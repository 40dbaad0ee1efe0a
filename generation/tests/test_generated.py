"""Pictures by their key, large, and as a download: for those who may see the workspace (S050)."""

import pytest
from django.test import Client

from generation import thumbnails
from generation.models import Image
from generation.tests.engine import ask, draw_all
from generation.tests.page import FETCH, address, words


@pytest.fixture
def image(studio, painter):
    ask(studio, painter, prompt="A red house, under a full moon!", seed=7, negative_prompt="people")
    draw_all()
    return Image.objects.get()


@pytest.mark.parametrize("size", ["original", "medium", "small"])
def test_members_get_every_size(studio, as_alice, as_bob, image, size):
    for client in (as_alice, as_bob):
        response = client.get(f"/{getattr(image, size)}")
        assert response.status_code == 200
        assert response["Content-Type"] == ("image/png" if size == "original" else "image/webp")
        assert "private" in response["Cache-Control"]
        assert response["X-Content-Type-Options"] == "nosniff"


def test_strangers_and_visitors_do_not(as_charlie, image):
    for size in ("original", "medium", "small"):
        assert as_charlie.get(f"/{getattr(image, size)}").status_code == 404
        assert Client().get(f"/{getattr(image, size)}").status_code == 302


@pytest.mark.parametrize(
    "trick",
    [
        "../{name}",
        "x/../{name}",
        "{name}/../../../pixazo.sqlite3",
        "..%2f..%2fsecret_key",
        "%2e%2e/secret_key",
        "/etc/passwd",
        "{name}%00.png",
        "{name}.webp",
        "{name}.large.webp",
        "",
    ],
)
def test_path_tricks_find_nothing(as_alice, image, trick):
    name = image.original.removeprefix("generated/").removesuffix(".png")
    assert as_alice.get(f"/generated/{trick.format(name=name)}").status_code == 404


def test_a_browser_that_has_it_is_told_so(as_alice, image):
    etag = as_alice.get(f"/{image.medium}")["ETag"]
    assert as_alice.get(f"/{image.medium}", HTTP_IF_NONE_MATCH=etag).status_code == 304


def test_nginx_sends_the_file_where_it_may(settings, as_alice, image):
    settings.MEDIA_ACCEL = "/protected"
    response = as_alice.get(f"/{image.small}")
    assert response["X-Accel-Redirect"] == f"/protected/{image.small}"
    assert response.content == b""


def test_small_pictures_are_signed_where_nginx_can_check_it(settings, time_machine, image):
    assert image.small_url == f"/{image.small}"
    settings.THUMBNAIL_SECRET = "shared with nginx"
    time_machine.move_to(7200.0 + 10, tick=False)
    signed = image.small_url
    assert signed.startswith(f"/{image.small}?until=14400&signature=")
    assert image.medium_url != signed.replace("small", "medium")  # each has its own
    # The browser keeps what it has, and it counts for an hour at least.
    time_machine.move_to(7200.0 + 3599, tick=False)
    assert image.small_url == signed
    time_machine.move_to(7200.0 + 3600, tick=False)
    assert image.small_url.startswith(f"/{image.small}?until=18000&")


def test_originals_are_never_signed(settings, image):
    settings.THUMBNAIL_SECRET = "shared with nginx"
    assert thumbnails.address(image.original) == f"/{image.original}"


def test_a_download_has_a_readable_name(studio, as_alice, image):
    response = as_alice.get(address("image_download", studio, image))
    assert response["Content-Disposition"].startswith(
        'attachment; filename="a-red-house-under-a-full-moon'
    )
    assert response["Content-Type"] == "image/png"


def test_the_picture_large_is_a_page_and_a_fragment(studio, as_alice, image):
    url = address("image", studio, image)
    page = as_alice.get(url)
    assert "<html" in page.content.decode()
    fragment = as_alice.get(url, **FETCH)
    assert "<html" not in fragment.content.decode()
    for answer in (page, fragment):
        assert "A red house, under a full moon!" in words(answer)
        assert "Seed 7" in words(answer)
        assert "Leave out people" in words(answer)
        assert f'src="/{image.original}"' in answer.content.decode()
    assert 'data-use="all"' in fragment.content.decode()
    assert "X-Requested-With" in page["Vary"]


def test_the_catalogue_is_there_to_read(painter, as_charlie, client):
    painter.contract_data["num_inference_steps"] = {"fixed": 2}
    painter.save()
    page = words(as_charlie.get("/models/"))
    assert "Painter" in page
    assert "Steps Always 2" in page
    assert client.get("/models/").status_code == 200


def test_a_picture_in_the_trash_is_seen_by_whoever_may_put_it_back(
    as_alice, as_bob, as_charlie, image
):
    for thing in (image, image.job.batch):
        thing.trash()
        for key in (image.small, image.original):
            assert as_alice.get(f"/{key}").status_code == 200
            assert as_bob.get(f"/{key}").status_code == 404  # neither his nor his workspace
            assert as_charlie.get(f"/{key}").status_code == 404
        thing.restore()
