"""Pictures from pictures, as OpenAI's clients send them: `image` or `image[]`, and a mask whose
transparent part is meant."""

import base64
import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Pillow

from generation.models import Batch, ImageModel, Job, Upload
from generation.openai_dialect import naming
from generation.tests.pictures_for_tests import as_bytes, picture
from generation.tests.test_openai_images import events_in, refused

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("editor")]

PATH = "/v1/images/edits"


def file(image=None, name="a.png", **options):
    content = as_bytes(image or picture(64, 64), **options)
    return SimpleUploadedFile(name, content, "image/png")


def mask(width=64, height=64, hole=(0, 0, 32, 64)):
    """As OpenAI has them: transparent where it should be drawn anew, whatever colour is below."""
    image = Pillow.new("RGBA", (width, height), (0, 0, 0, 255))
    if hole:
        image.paste((255, 255, 255, 0), hole)
    return file(image, "mask.png")


def ask(program, headers=None, **fields):
    fields = {"prompt": "a blue house", "model": "painter", **fields}
    return program.post(PATH, fields, headers=headers)


def test_one_picture_comes_as_image(program, drawn):
    response = ask(program, image=file())
    assert response.status_code == 200, response.content
    batch = Batch.objects.get()
    assert (batch.mode, batch.width, batch.height) == ("image", 64, 64)
    assert [each.role for each in batch.inputs.all()] == ["source"]
    content = base64.b64decode(response.json()["data"][0]["b64_json"])
    assert Pillow.open(io.BytesIO(content)).size == (64, 64)


def test_several_come_as_image_with_brackets(program, drawn):  # LibreChat sends one so, too
    response = program.post(
        PATH, {"prompt": "x", "model": "painter", "image[]": [file(), file(picture(32, 32))]}
    )
    assert response.status_code == 200, response.content
    assert [each.role for each in Batch.objects.get().inputs.all()] == ["reference", "source"]


def test_the_first_is_the_one_that_is_changed(program, drawn):
    program.post(
        PATH,
        {"prompt": "x", "model": "painter", "image[]": [file(picture(96, 64)), file()]},
    )
    assert (Batch.objects.get().width, Batch.objects.get().height) == (96, 64)


def test_more_pictures_than_the_model_looks_at_are_refused(program, painter):
    painter.contract_data |= {"references": 0}
    painter.save()
    response = program.post(PATH, {"prompt": "x", "model": "painter", "image[]": [file(), file()]})
    said = refused(response, 400, "invalid_request_error", "invalid_value", "image")
    assert "Painter" in said


def test_what_is_transparent_in_the_mask_is_white_in_ours(program, drawn):
    response = ask(program, image=file(), mask=mask())
    assert response.status_code == 200, response.content
    batch = Batch.objects.get()
    assert batch.mode == "inpaint"
    ours = Upload.objects.get(origin="mask")
    with Pillow.open(_path(ours)) as kept:
        assert kept.mode == "L"
        assert kept.getpixel((10, 10)) == 255
        assert kept.getpixel((50, 10)) == 0


def _path(upload):
    from django.core.files.storage import default_storage

    return default_storage.path(upload.original)


def test_half_transparent_counts_by_halves(program, drawn):
    image = Pillow.new("RGBA", (64, 64), (9, 9, 9, 64))
    assert ask(program, image=file(), mask=file(image)).status_code == 200
    with Pillow.open(_path(Upload.objects.get(origin="mask"))) as kept:
        assert kept.getpixel((1, 1)) == 191


def test_a_mask_without_a_hole_is_refused(program):
    said = refused(
        ask(program, image=file(), mask=mask(hole=None)),
        400,
        "invalid_request_error",
        "not_a_picture",
        "mask",
    )
    assert "transparent" in said
    assert not Job.objects.exists()


def test_a_mask_of_another_size_is_refused_with_both(program):
    response = ask(program, image=file(), mask=mask(48, 64, (0, 0, 9, 9)))
    said = refused(response, 400, "invalid_request_error", "invalid_value", "mask")
    assert "48x64" in said
    assert "64x64" in said
    assert not Job.objects.exists()


def test_a_model_that_does_not_edit_says_so(program, painter):
    painter.contract_data |= {"modes": ["text"]}
    painter.save()
    said = refused(
        ask(program, image=file()), 400, "invalid_request_error", "invalid_value", "mode"
    )
    assert said.startswith("Painter can't do this")
    assert not Upload.objects.exists()  # before anything is taken in


def test_a_foreign_name_means_one_that_can_edit(program, drawn, foreign_name, editor):
    ImageModel.objects.create(
        slug="first", name="First", provider="fake", address="steady", position=1
    )
    response = ask(program, model="gpt-image-1", image=file())
    assert response.status_code == 200, response.content
    assert Batch.objects.get().model == editor


def test_no_picture_at_all_is_said(program):
    refused(ask(program), 400, "invalid_request_error", "invalid_value", "image")
    refused(ask(program, image="text"), 400, "invalid_request_error", "invalid_value", "image")


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\x89PNG\r\n\x1a\nnot really"])
def test_what_is_no_picture_is_refused(program, content):
    sent = SimpleUploadedFile("a.png", content, "image/png")
    response = ask(program, image=sent)
    assert response.status_code in {400, 415}
    assert response.json()["error"]["param"] == "image"
    assert response.json()["error"]["type"] == "invalid_request_error"


def test_texts_of_a_form_are_read_as_what_they_mean(program, drawn):
    response = ask(
        program,
        image=file(),
        n="2",
        size="auto",
        seed="3",
        strength="0.5",
        quality="high",
        input_fidelity="high",
        response_format="b64_json",
        output_format="webp",
    )
    assert response.status_code == 200, response.content
    answer = response.json()
    assert (len(answer["data"]), answer["seeds"], answer["output_format"]) == (2, [3, 4], "webp")
    assert Batch.objects.get().strength == 0.5


def test_the_size_follows_the_picture_and_says_so(program, drawn):
    answer = ask(program, image=file(), size="1024x1024").json()
    assert answer["size"] == "64x64"


def test_a_stream_of_an_edit_has_its_own_names(program, drawn):
    ((name, _data),) = events_in(ask(program, image=file(), stream="true"))
    assert name == "image_edit.completed"


def test_a_retry_is_known_by_what_is_in_the_files(program, drawn):
    ask(program, {"x-stainless-retry-count": "0"}, image=file())
    ask(program, {"x-stainless-retry-count": "1"}, image=file(name="b.png"))
    assert Job.objects.count() == 1
    ask(program, {"x-stainless-retry-count": "1"}, image=file(picture(32, 64)))
    assert Job.objects.count() == 2


def test_json_is_refused_in_words(program):
    response = program.post(PATH, json.dumps({"prompt": "x"}), "application/json")
    refused(response, 415, "invalid_request_error", "unsupported_media_type")


def test_lobechats_mark_is_no_part_of_the_name(program, drawn):
    assert ask(program, model=f"painter{naming.SUFFIX}", image=file()).status_code == 200
