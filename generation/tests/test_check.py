"""The check page: a picture that was made here is known again, and nothing of its maker is told."""

import io

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from PIL import Image as Pillow

from generation.metadata.source import source_type
from generation.models import Image, Input, Upload
from generation.provenance import mark
from generation.provenance.fingerprint import pixels
from generation.tests.engine import ask, draw_all
from generation.tests.pictures_for_tests import as_bytes, bring, picture
from generation.unmarked import unmarked
from pixazo.decoding import decoded
from pixazo.visitors import visitor

pytestmark = pytest.mark.once

NO_CREDENTIALS = {"state": "none", "signer": None}
PROMPT = "a lighthouse nobody shall read of"


@pytest.fixture
def image(studio, painter):
    ask(studio, painter, prompt=PROMPT, seed=47110815)
    draw_all()
    return Image.objects.get()


def stored(key):
    with default_storage.open(key) as file:
        return file.read()


def asked(content, url="/check/", **headers):
    return Client().post(url, {"file": SimpleUploadedFile("x.png", content)}, **headers)


def told(content):
    answer = asked(content, "/api/check")
    assert answer.status_code == 200, answer.content
    return answer.json()


class TestAPictureThatWasMadeHere:
    @pytest.mark.parametrize(
        ("key", "match"), [("original", "file"), ("medium", "rendition"), ("small", "rendition")]
    )
    def test_it_is_known_by_each_of_its_files(self, image, key, match):
        assert told(stored(getattr(image, key))) == {
            "made_here": True,
            "made_on": image.created.date().isoformat(),
            "model": "Painter",
            "match": match,
            "content_credentials": NO_CREDENTIALS,
            "digital_source_type": mark.SOURCE_TYPE,
        }

    def test_it_is_known_by_its_pixels_without_its_texts(self, image):
        said = told(unmarked(stored(image.original)))
        assert (said["made_here"], said["match"]) == (True, "pixels")

    def test_it_is_known_by_its_pixels_when_all_marks_are_gone(self, image):
        plain = as_bytes(Pillow.open(io.BytesIO(stored(image.original))))
        said = told(plain)
        assert (said["made_here"], said["match"]) == (True, "pixels")
        assert said["digital_source_type"] is None

    def test_one_from_before_there_were_fingerprints_is_known_by_its_file(self, image):
        Image.objects.update(pixels_sha256="", medium_sha256="", small_sha256="")
        assert told(stored(image.original))["made_here"]
        assert not told(stored(image.medium))["made_here"]

    def test_of_two_alike_the_first_is_told(self, image):
        first = image.created.date()
        Image.objects.filter(pk=image.pk).update(model_name="The first")
        ask(image.workspace, image.job.model, prompt=PROMPT, seed=47110815)
        draw_all()
        assert Image.objects.count() == 2
        said = told(unmarked(stored(image.original)))
        assert (said["model"], said["made_on"]) == ("The first", first.isoformat())

    def test_neither_page_nor_api_tell_who_made_it_or_with_what_words(self, image):
        for url in ("/check/", "/api/check"):
            said = asked(stored(image.original), url).content.decode()
            for secret in (
                "lighthouse",
                "47110815",
                "alice",
                "Studio",
                str(image.pk),
                image.recipe_hash,
            ):
                assert secret not in said


class TestAPictureFromElsewhere:
    def test_it_is_not_known(self, image):
        assert told(as_bytes(picture())) == {
            "made_here": False,
            "made_on": None,
            "model": None,
            "match": None,
            "content_credentials": NO_CREDENTIALS,
            "digital_source_type": None,
        }

    def test_what_came_in_an_archive_is_only_what_that_says(self, image):
        Image.objects.update(is_brought=True)
        assert not told(stored(image.original))["made_here"]

    def test_one_pixel_changed_is_another_picture(self, image):
        changed = Pillow.open(io.BytesIO(stored(image.original))).convert("RGB")
        red, green, blue = changed.getpixel((0, 0))
        changed.putpixel((0, 0), (red ^ 1, green, blue))
        assert not told(as_bytes(changed))["made_here"]

    @pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
    def test_its_own_mark_is_read(self, db, kind):
        xmp = mark.packet("digitalCapture").encode()
        content = as_bytes(picture(), kind, xmp=xmp)
        assert told(content)["digital_source_type"] == f"{mark.TYPES}digitalCapture"

    @pytest.mark.parametrize(
        "element",
        [
            "<Iptc4xmpExt:DigitalSourceType>{}</Iptc4xmpExt:DigitalSourceType>",
            '<r:Description Iptc4xmpExt:DigitalSourceType = "{}"/>',
        ],
    )
    @pytest.mark.parametrize("value", [mark.SOURCE_TYPE, mark.MADE])
    def test_other_programs_write_it_otherwise(self, element, value):
        packet = f"<x:xmpmeta>{element.format(value)}</x:xmpmeta>".encode()
        assert source_type(b"\xff\xd8\xff" + packet) == mark.MADE

    def test_a_prompt_that_looks_like_a_mark_is_none(self, studio, painter):
        ask(studio, painter, prompt='<x:xmpmeta DigitalSourceType="digitalCapture"')
        draw_all()
        content = stored(Image.objects.get().original)
        assert told(content)["digital_source_type"] == mark.SOURCE_TYPE


class TestTheDoor:
    def test_the_page_shows_what_it_found(self, image):
        assert "Choose a picture" in Client().get("/check/").content.decode()
        page = asked(stored(image.original)).content.decode()
        assert "This picture was made here" in page
        assert "Painter" in page
        assert "trainedAlgorithmicMedia" in page
        assert "No picture from here" in asked(as_bytes(picture())).content.decode()

    def test_nothing_of_it_is_kept(self, image):
        before = set(default_storage.listdir("generated/alice/studio")[1])
        asked(as_bytes(picture()))
        assert not Upload.objects.exists()
        assert set(default_storage.listdir("generated/alice/studio")[1]) == before
        assert not default_storage.exists("uploads")

    @pytest.mark.parametrize(
        ("content", "status", "sentence"),
        [
            (b"no picture at all", 415, "Only PNG, JPEG and WebP pictures are taken."),
            (b"", 400, "Choose a picture."),
            (as_bytes(picture())[:60], 400, "This picture is damaged"),
        ],
        ids=["none", "nothing", "damaged"],
    )
    def test_what_is_no_picture_gets_a_sentence(self, db, content, status, sentence):
        if not content:
            answer = Client().post("/check/", {})
        else:
            answer = asked(content)
        assert answer.status_code == status
        assert sentence in answer.content.decode()

    def test_too_large_a_file_is_refused(self, db):
        answer = asked(b"\x89PNG\r\n\x1a\n" + bytes(20 * 2**20))
        assert answer.status_code == 413
        assert "20 MiB" in answer.content.decode()

    def test_whoever_tries_too_often_waits(self, db, monkeypatch):
        monkeypatch.setattr("generation.known.TRIES", 2)
        for _ in range(2):
            assert asked(b"x", "/api/check").status_code == 415
        answer = asked(b"x", "/api/check")
        assert (answer.status_code, answer["Retry-After"]) == (429, "300")
        page = asked(b"x")
        assert page.status_code == 429
        assert "wait five minutes" in page.content.decode()
        assert asked(b"x", REMOTE_ADDR="10.1.2.3").status_code == 415

    @pytest.mark.parametrize(
        ("address", "place"),
        [("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"), ("here", "here")],
    )
    def test_neighbours_of_one_network_count_as_one(self, address, place):
        assert visitor(RequestFactory().get("/", REMOTE_ADDR=address)) == place


class TestTheMark:
    def test_what_was_brought_and_encoded_anew_is_not_called_made(self, studio):
        upload = bring(studio, picture())
        assert [source_type(stored(key)) for key in upload.keys] == ["", ""]

    @pytest.mark.parametrize(
        ("fields", "kind"),
        [
            ({"mode": "image"}, mark.MADE),
            ({"mode": "outpaint", "margins": {"left": 32}}, mark.COMPOSED),
            ({"mode": "upscale", "prompt": "", "scale": 2}, mark.COMPOSED),
        ],
        ids=["image", "outpaint", "upscale"],
    )
    def test_what_keeps_parts_of_a_picture_from_outside_says_so(self, studio, editor, fields, kind):
        brought = bring(studio, picture(64, 64))
        made = worked_from(studio, editor, upload=brought, **fields)
        assert made.is_composed == (kind == mark.COMPOSED)
        assert [source_type(stored(key)) for key in made.keys] == [kind] * 3

    def test_what_keeps_parts_of_a_made_picture_is_called_as_that_is(self, image, studio, editor):
        fields = {"mode": "upscale", "prompt": "", "scale": 2, "image": image}
        assert source_type(stored(worked_from(studio, editor, **fields).original)) == mark.MADE
        Image.objects.filter(pk=image.pk).update(is_composed=True)
        assert source_type(stored(worked_from(studio, editor, **fields).original)) == mark.COMPOSED


def worked_from(workspace, model, image=None, upload=None, **fields):
    source = Input(role="source", image=image, upload=upload)
    batch = ask(workspace, model, pictures=[source], **fields)
    draw_all()
    return Image.objects.get(job__batch=batch)


def test_the_gate_counts_pixels_as_keeping_does():
    image = picture()
    with decoded([as_bytes(image)]) as again:
        assert again.pixels == pixels(image)
