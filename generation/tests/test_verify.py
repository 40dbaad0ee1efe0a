"""Verifying: the same recipe drawn again as an order of its own, and a verdict with reasons."""

import itertools
import json

import pytest
from django.core.files.storage import default_storage
from django.utils.timezone import now
from PIL import Image as Pillow

from billing.models import Account, Hold
from generation import providers
from generation.invariants import violations
from generation.models import Batch, Image, Job, Lora
from generation.providers.base import Picture
from generation.tests.engine import ask, draw_all
from generation.tests.page import FETCH, address, press
from generation.tests.programs import key_client
from generation.verdict import NEAR, difference
from workspaces.models import Membership

pytestmark = pytest.mark.both


@pytest.fixture
def image(studio, painter):
    """Alice's second picture of three, with settings of its own."""
    ask(
        studio,
        painter,
        prompt="a red house, (snow:1.2)",
        negative_prompt="people",
        guidance_scale=4.3,
        num_inference_steps=6,
        width=96,
        count=3,
        seed=10,
    )
    draw_all()
    return Image.objects.get(job__index=1)


def verified(client, studio, image):
    """Press "Verify" and let it be drawn: the new picture."""
    response = press(client, "image_verify", studio, image)
    assert response.status_code == 201, response.content
    draw_all()
    return Image.objects.get(job__batch__verifies_id=image.pk)


def refused(response, status=409):
    assert response.status_code == status, response.content
    assert not Batch.objects.exclude(verifies=None).exists()
    return json.loads(response.content)["error"]["message"]


def now_made(monkeypatch, image=lambda image: image, **made_by):
    """From now on the provider's pictures pass through `image`, made by something else."""
    provider = providers.provider("fake")
    generate = provider.generate

    def otherwise(requests, report):
        drawn = generate(requests, report)
        return [Picture(image(each.image), {**each.made_by, **made_by}) for each in drawn]

    monkeypatch.setattr(provider, "generate", otherwise)


def one_pixel_by(levels):
    def change(image):
        red, green, blue = image.getpixel((0, 0))
        image.putpixel((0, 0), (red, green, (blue + levels) % 256))
        return image

    return change


def test_the_same_machine_makes_the_same_picture(studio, image, as_alice, alice):
    before = Account.objects.of(alice).spent
    new = verified(as_alice, studio, image)
    assert new.verdict == {
        "verdict": "identical",
        "sentence": "Identical: every pixel is equal.",
        "difference": {"share": 0.0, "mean": 0.0, "max": 0, "psnr": None},
        "changed": [],
    }
    assert new.recipe_hash == image.recipe_hash
    assert new.job.batch.count == 1
    assert new.job.seed == image.job.seed == 11
    assert Account.objects.of(alice).spent == before + 1
    assert violations(idle=True) == []


def test_the_answer_is_the_new_card(studio, image, as_alice):
    response = press(as_alice, "image_verify", studio, image)
    batch = Batch.objects.get(verifies=image)
    assert f'id="batch-{batch.pk}"' in response.content.decode()


def test_pictures_that_are_asked_for_otherwise_have_no_verdict(image):
    assert set(Image.objects.values_list("verdict", flat=True)) == {None}


def test_a_small_difference_is_near_and_measured(studio, image, as_alice, monkeypatch):
    now_made(monkeypatch, one_pixel_by(3), libraries={"torch": "2.13.0"})
    verdict = verified(as_alice, studio, image).verdict
    assert verdict["verdict"] == "near"
    assert verdict["difference"]["max"] in (3, 253)
    assert verdict["difference"]["share"] == pytest.approx(1 / (96 * 64), abs=1e-6)
    assert verdict["changed"] == ["libraries.torch: not noted -> 2.13.0"]
    assert "less than 0.1 %" in verdict["sentence"]


def test_a_large_difference_is_different(studio, image, as_alice, monkeypatch):
    now_made(monkeypatch, lambda image: Pillow.new("RGB", image.size, "#808080"))
    verdict = verified(as_alice, studio, image).verdict
    assert verdict["verdict"] == "different"
    assert verdict["difference"]["psnr"] < NEAR
    assert verdict["changed"] == []


def test_another_size_is_different(studio, image, as_alice, monkeypatch):
    now_made(monkeypatch, lambda image: image.resize((48, 32)))
    verdict = verified(as_alice, studio, image).verdict
    assert verdict["verdict"] == "different"
    assert verdict["difference"] == {"before": [96, 64], "after": [48, 32]}


def test_what_changed_is_named(studio, painter, image, as_alice, monkeypatch):
    painter.address = "steady:2"
    painter.weights_sha256 = "cd" * 32
    painter.save()
    now_made(monkeypatch, scheduler="Dots", libraries={"torch": "2.13.0"})
    verdict = verified(as_alice, studio, image).verdict
    assert verdict["changed"] == [
        "libraries.torch: not noted -> 2.13.0",
        "model.address: steady -> steady:2",
        f"model.weights_sha256: not noted -> {'cd' * 32}",
        "scheduler: Stripes -> Dots",
    ]


def test_the_company_it_was_made_in_is_named(studio, painter, as_alice):
    painter.contract_data["images_per_call"] = 4
    painter.save()
    ask(studio, painter, count=4)
    draw_all()
    image = Image.objects.first()
    assert image.company > 1
    changed = verified(as_alice, studio, image).verdict["changed"]
    assert changed == [f"company: {image.company} -> 1"]


def test_the_original_may_be_deleted_meanwhile(studio, image, as_alice):
    pk = image.pk
    assert press(as_alice, "image_verify", studio, image).status_code == 201
    Job.objects.filter(pk=image.job_id).update(picture_purged=now())
    image.delete()
    draw_all()
    verdict = Image.objects.get(job__batch__verifies_id=pk).verdict
    assert verdict["verdict"] == "unknown"
    assert "was deleted meanwhile" in verdict["sentence"]
    assert violations(idle=True) == []


def test_the_originals_file_may_be_lost_or_broken(studio, image, as_alice):
    path = default_storage.path(image.original)
    for content in (b"no picture", None):
        if content is None:
            default_storage.delete(image.original)
        else:
            with open(path, "wb") as file:
                file.write(content)
        press(as_alice, "image_verify", studio, image)
        draw_all()
        verdict = Image.objects.latest("id").verdict
        assert verdict["verdict"] == "unknown"
        assert "can't be read" in verdict["sentence"]


def test_a_key_makes_one_order_though_the_model_is_gone_since(studio, painter, image, as_alice):
    headers = {**FETCH, "HTTP_IDEMPOTENCY_KEY": "abc"}
    first = as_alice.post(address("image_verify", studio, image), **headers)
    painter.is_active = False
    painter.save()
    again = as_alice.post(address("image_verify", studio, image), **headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert Batch.objects.filter(verifies=image).count() == 1
    assert Hold.objects.filter(reference__in=Job.objects.filter(batch__verifies=image)).count() == 1


def test_what_is_missing_is_named(studio, painter, image, as_alice):
    painter.is_active = False
    painter.save()
    Lora.objects.create(
        slug="ink", name="Ink", family="sdxl", file="/ink.safetensors", is_active=False
    )
    batch = image.job.batch
    batch.loras = [{"lora": "ink", "weight": 1}, {"lora": "foil", "weight": 1}]
    batch.save()
    batch.inputs.create(role="source")
    assert refused(press(as_alice, "image_verify", studio, image)) == (
        "This picture can't be made again: the model Painter can't be used at present, the LoRA"
        " ink is not there any more, the LoRA foil is not there any more and its source was"
        " deleted."
    )


def test_limits_that_changed_since_are_said(studio, painter, image, as_alice):
    painter.contract_data["num_inference_steps"] = {"fixed": 2, "reason": "It is distilled."}
    painter.save()
    sentence = refused(press(as_alice, "image_verify", studio, image))
    assert "Steps set to 2: It is distilled." in sentence
    painter.contract_data["num_inference_steps"] = {"default": 2, "min": 1, "max": 4}
    painter.save()
    assert "must be between" in refused(press(as_alice, "image_verify", studio, image), 400)


def test_without_units_nothing_is_made(studio, painter, image, as_alice):
    ask(studio, painter, count=4)
    ask(studio, painter, count=3)
    response = press(as_alice, "image_verify", studio, image)
    assert "units" in refused(response, response.status_code)


def test_whoever_may_draw_there_may_verify_at_their_own_cost(studio, image, as_bob, bob, alice):
    new = verified(as_bob, studio, image)
    assert new.job.batch.author == bob
    assert Account.objects.of(bob).spent == 1


def test_whoever_may_only_look_may_not(studio, image, as_bob, bob):
    Membership.objects.filter(user=bob).update(role=Membership.Role.VIEWER)
    assert "look at this workspace" in refused(press(as_bob, "image_verify", studio, image), 403)
    response = key_client(bob).post(f"/api/image/{image.pk}/verify")
    assert "look at this workspace" in refused(response, 403)


def test_strangers_find_nothing_and_trash_is_not_verified(studio, image, as_charlie, as_alice):
    assert press(as_charlie, "image_verify", studio, image).status_code == 404
    image.trash()
    assert press(as_alice, "image_verify", studio, image).status_code == 404


def test_programs_verify_too(studio, image, program, charlie):
    response = program.post(f"/api/image/{image.pk}/verify")
    assert response.status_code == 202, response.content
    job = response.json()["job_id"]
    assert response.json()["verdict"] is None
    draw_all()
    status = program.get(f"/api/status/{job}").json()
    assert status["verdict"]["verdict"] == "identical"
    assert status["recipe_hash"] == image.recipe_hash
    picture = program.get(f"/api/image/{status['image_id']}?format=base64").json()
    assert picture["verdict"] == status["verdict"]
    assert key_client(charlie).post(f"/api/image/{image.pk}/verify").status_code == 404


def test_a_verification_can_be_verified(studio, image, as_alice):
    new = verified(as_alice, studio, image)
    assert verified(as_alice, studio, new).verdict["verdict"] == "identical"


def test_the_measure_is_right():
    black = Pillow.new("RGB", (2, 2))
    for red, green in itertools.product((0, 10), (0, 4)):
        other = black.copy()
        other.putpixel((0, 0), (red, green, 0))
        found = difference(black, other)
        assert found.share == (0.25 if red or green else 0)
        assert found.mean == pytest.approx((red + green) / 12, abs=1e-4)
        assert found.max == max(red, green)
    # One channel of twelve off by all levels: a twelfth of the largest error.
    other.putpixel((0, 0), (255, 0, 0))
    assert difference(black, other).psnr == pytest.approx(10.79, abs=0.01)


def test_diffusers_makes_the_same_picture_again_and_says_what_is_otherwise(
    studio, painter, tiny, as_alice
):
    painter.provider, painter.address = "diffusers", str(tiny)
    painter.contract_data |= {"schedulers": ["ddim", "euler"]}
    painter.save()
    ask(studio, painter, seed=3)
    draw_all()
    image = Image.objects.get()
    made_by = image.recipe["made_by"]
    assert made_by["noise_device"] == "cpu"
    assert made_by["libraries"]["torch"]
    assert str(tiny.parent) not in json.dumps(image.recipe)
    verdict = verified(as_alice, studio, image).verdict
    assert (verdict["verdict"], verdict["changed"]) == ("identical", [])
    # As after an update of a library.
    image.recipe["made_by"]["libraries"]["torch"] = "2.12.0"
    image.save()
    press(as_alice, "image_verify", studio, image)
    draw_all()
    (line,) = Image.objects.latest("id").verdict["changed"]
    assert line.startswith("libraries.torch: 2.12.0 -> ")
