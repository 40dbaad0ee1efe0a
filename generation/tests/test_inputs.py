"""What a job works from reaches the provider as pictures of the right size, or ends it in words."""

import pytest
from PIL import Image as Pillow

from billing.models import Account, Hold
from generation import inputs
from generation.contract import MODES
from generation.models import Image, Input, Job, Lora
from generation.request import image_requests
from generation.storage import DurableStorage
from generation.tests.engine import ask, ask_one, claim, draw, draw_all
from generation.tests.pictures_for_tests import bring, picture


def source(workspace, image=None, role="source"):
    return Input(role=role, upload=bring(workspace, image or picture(64, 64)))


def asked(workspace, model, **fields):
    """What the provider is asked."""
    job = ask_one(workspace, model, **fields)
    jobs = Job.objects.select_related("batch__workspace", "model")
    return image_requests(jobs.filter(pk=job.pk))[0]


def test_a_source_arrives_at_the_size_of_the_picture(studio, editor):
    got = asked(studio, editor, mode="image", pictures=[source(studio, picture(67, 45))])
    assert (got.mode, got.width, got.height, got.strength) == ("image", 64, 48, 0.6)
    assert got.source.size == (64, 48)
    assert got.source.mode == "RGB"


def test_a_mask_arrives_black_and_white(studio, editor):
    grey = Pillow.new("L", (64, 64), 10)
    grey.paste(200, (0, 0, 32, 64))
    pictures = [
        source(studio),
        Input(role="mask", upload=bring(studio, grey.resize((128, 128)), "mask")),
    ]
    got = asked(studio, editor, mode="inpaint", pictures=pictures)
    assert (got.mode, got.mask.mode, got.mask.size) == ("inpaint", "L", (64, 64))
    assert set(got.mask.get_flattened_data()) == {0, 255}
    assert (got.mask.getpixel((5, 5)), got.mask.getpixel((60, 5))) == (255, 0)


def test_outpainting_arrives_as_inpainting_of_a_larger_picture(studio, editor):
    got = asked(
        studio,
        editor,
        mode="outpaint",
        pictures=[source(studio, picture(64, 64))],
        margins={"left": 32, "bottom": 16},
    )
    assert (got.mode, got.width, got.height, got.strength) == ("inpaint", 96, 80, 1.0)
    assert got.source.size == got.mask.size == (96, 80)
    assert got.mask.getpixel((0, 0)) == got.mask.getpixel((95, 79)) == 255
    assert got.mask.getpixel((95, 0)) == 0  # neither right nor top grows
    assert got.mask.getpixel((32, 30)) == 255  # a little of the picture's own edge
    assert got.source.getpixel((95, 0)) == (30, 30, 200)  # the picture, where it belongs
    assert got.source.getpixel((0, 10))[0] > 150  # its edge's red, drawn out


def test_a_variation_arrives_as_a_picture_with_its_strength(studio, editor):
    got = asked(studio, editor, mode="variation", variation="strong", pictures=[source(studio)])
    assert (got.mode, got.strength) == ("image", 0.7)


def test_what_is_to_be_enlarged_arrives_as_it_is(studio, editor):
    got = asked(
        studio,
        editor,
        mode="upscale",
        scale=4,
        prompt="",
        pictures=[source(studio, picture(50, 30))],
    )
    assert (got.mode, got.scale, got.width, got.height) == ("upscale", 4, 200, 120)
    assert got.source.size == (50, 30)


def test_an_own_picture_can_be_worked_from(studio, editor):
    ask(studio, editor)
    draw_all()
    image = Image.objects.get()
    got = asked(studio, editor, mode="image", pictures=[Input(role="source", image=image)])
    assert got.source.size == (64, 64)


def test_references_arrive_in_their_order(studio, editor):
    pictures = [
        source(studio, Pillow.new("RGB", (20, 20), colour), "reference")
        for colour in ("red", "blue")
    ]
    got = asked(studio, editor, pictures=pictures)
    assert [each.getpixel((0, 0)) for each in got.references] == [(255, 0, 0), (0, 0, 255)]


def test_references_come_down_to_the_largest_that_the_model_draws(studio, editor):
    largest = editor.contract["width"].max
    pictures = [source(studio, picture(2 * largest, largest), "reference")]
    (reference,) = asked(studio, editor, pictures=pictures).references
    assert reference.size == (largest, largest // 2)


def test_pictures_of_one_batch_are_opened_once(studio, editor, monkeypatch):
    batch = ask(studio, editor, count=3, pictures=[source(studio, role="reference")])
    read, open_file = [], DurableStorage.open

    def count(storage, key):
        read.append(key)
        return open_file(storage, key)

    monkeypatch.setattr(DurableStorage, "open", count)
    requests = image_requests(Job.objects.filter(batch=batch))
    assert [len(each.references) for each in requests] == [1, 1, 1]
    assert len(read) == 1


def test_loras_arrive_with_their_files_and_their_words_in_the_prompt(studio, editor):
    for slug, words in (("ink", "ink drawing, black lines"), ("glow", "a RED house")):
        Lora.objects.create(
            slug=slug, name=slug, family="sdxl", file=f"/l/{slug}.safetensors", trigger_words=words
        )
    job = ask_one(studio, editor, loras=["ink:0.5", "glow"], prompt="a red house, black lines")
    (got,) = image_requests([job])
    assert [(each.slug, each.path, each.weight) for each in got.loras] == [
        ("glow", "/l/glow.safetensors", 1.0),
        ("ink", "/l/ink.safetensors", 0.5),
    ]
    assert got.prompt == "a red house, black lines, ink drawing"
    assert job.batch.prompt == "a red house, black lines"


def test_a_source_deleted_meanwhile_ends_the_job_in_words_and_costs_nothing(studio, editor, alice):
    job = ask_one(studio, editor, mode="image", pictures=[source(studio)])
    job.batch.pictures[0].upload.delete()
    draw(claim())
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "input_gone")
    assert "was deleted meanwhile" in job.error
    assert Account.objects.of(alice).held == 0
    assert Hold.objects.get().state == "released"


def test_a_file_that_the_storage_has_lost_is_said_the_same_way(studio, editor):
    from django.core.files.storage import default_storage

    job = ask_one(studio, editor, mode="image", pictures=[source(studio)])
    default_storage.delete(job.batch.pictures[0].upload.original)
    with pytest.raises(inputs.InputGone):
        image_requests([job])


def test_a_lora_deleted_meanwhile_ends_the_job_in_words(studio, editor):
    Lora.objects.create(slug="ink", name="Ink", family="sdxl", file="/l/ink.safetensors")
    job = ask_one(studio, editor, loras=["ink"])
    Lora.objects.all().delete()
    draw(claim())
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "lora_gone")
    assert "ink" in job.error


def test_pictures_are_drawn_in_every_mode(studio, editor):
    for mode in MODES[1:]:
        pictures = [source(studio)]
        if mode == "inpaint":
            pictures.append(source(studio, Pillow.new("L", (64, 64), 255), "mask"))
        margins = {"top": 8} if mode == "outpaint" else None
        ask(studio, editor, mode=mode, pictures=pictures, margins=margins)
        draw_all()
    assert Image.objects.count() == 5
