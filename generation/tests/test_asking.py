"""What each mode needs, what it refuses, and what becomes of the rest: by the one check."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image as Pillow

from billing.models import Account, OutOfUnits, Plan
from generation.holds import TooManyWaiting
from generation.models import Batch, ForbiddenWord, Image, Input, Job, Lora, Service
from generation.retry import NotRetryable, retry
from generation.safety.prompts import PromptHeldBack
from generation.submit import check, submit
from generation.tests.doors import by_api, by_form
from generation.tests.engine import ask, ask_one, at_once, draw_all, request
from generation.tests.pictures_for_tests import bring, picture
from workspaces.models import Workspace

# Of a request from text, its transaction's beginning and end among them.
MOST_STATEMENTS = 16


def refused(workspace, model, **fields):
    with pytest.raises(ValidationError) as caught:
        submit(request(workspace, model, **fields))
    assert not Batch.objects.exists()
    return caught.value.message_dict


def named(workspace, role="source", size=(64, 64)):
    return Input(role=role, upload=bring(workspace, picture(*size)))


@pytest.fixture
def source(studio):
    return named(studio)


# --- Mode and pictures ---


def test_a_mode_that_a_model_can_not_is_refused_with_those_it_can(studio, painter, source):
    sentences = refused(studio, painter, mode="inpaint", pictures=[source])
    assert sentences["mode"] == ["Painter can't do this (inpainting). It can: from text."]


@pytest.mark.parametrize("mode", ["paint", "TEXT", 7, "x" * 999])
def test_a_mode_that_nobody_knows_is_refused(studio, editor, mode):
    assert "must be one of text, image" in refused(studio, editor, mode=mode)["mode"][0]


@pytest.mark.parametrize("mode", ["image", "inpaint", "outpaint", "variation", "upscale"])
def test_working_from_a_picture_needs_one(studio, editor, mode):
    assert refused(studio, editor, mode=mode)["source"] == ["Choose the picture to work from."]


def test_inpainting_needs_a_mask_and_nothing_else_takes_one(studio, editor, source):
    assert "mask" in refused(studio, editor, mode="inpaint", pictures=[source])
    both = [source, named(studio, "mask")]
    assert "mask" in refused(studio, editor, mode="image", pictures=both)
    assert "source" in refused(studio, editor, mode="text", pictures=[source])


@pytest.mark.parametrize(
    ("roles", "fields", "mode"),
    [
        ([], {}, "text"),
        (["source"], {}, "image"),
        (["source", "mask"], {}, "inpaint"),
        (["source"], {"margins": {"left": 8}}, "outpaint"),
        (["source"], {"variation": "subtle"}, "variation"),
        (["source"], {"scale": 2}, "upscale"),
    ],
)
def test_a_mode_that_is_not_named_follows_from_the_rest(studio, editor, roles, fields, mode):
    pictures = [named(studio, role) for role in roles]
    assert ask(studio, editor, mode="", pictures=pictures, **fields).mode == mode


@pytest.mark.parametrize(
    ("modes", "roles", "mode"),
    [
        (["upscale"], ["source"], "upscale"),
        (["inpaint"], ["source", "mask"], "inpaint"),
        (["inpaint", "upscale"], ["source"], "upscale"),
        (["text", "variation", "upscale"], ["source"], "variation"),
    ],
)
def test_of_what_a_model_can_the_first_that_fits_the_pictures_is_meant(
    studio, editor, modes, roles, mode
):
    editor.contract_data["modes"] = modes
    editor.save()
    pictures = [named(studio, role) for role in roles]
    assert ask(studio, editor, mode="", pictures=pictures).mode == mode


@pytest.mark.parametrize(
    ("modes", "roles", "field", "words"),
    [
        (["upscale"], [], "source", "Choose the picture"),
        (["inpaint"], ["source"], "mask", "Paint over"),
        (["text"], ["source"], "mode", "can't do this (from a picture). It can: from text."),
    ],
)
def test_pictures_that_no_mode_takes_or_that_are_missing_are_said(
    studio, editor, modes, roles, field, words
):
    editor.contract_data["modes"] = modes
    editor.save()
    pictures = [named(studio, role) for role in roles]
    assert words in refused(studio, editor, mode="", pictures=pictures)[field][0]


@pytest.mark.parametrize("mode", ["text", "image", "upscale", "variation", ""])
def test_a_variation_that_nobody_knows_is_refused_in_every_mode(studio, editor, source, mode):
    fields = {"mode": mode, "pictures": [source]} if mode not in ("text", "") else {"mode": mode}
    sentences = refused(studio, editor, variation="rubbish", **fields)
    assert sentences["variation"] == ["The variation must be subtle or strong."]


@pytest.mark.parametrize("mode", ["text", "image", "upscale"])
def test_a_variation_that_is_not_used_is_said(studio, editor, source, mode):
    pictures = [] if mode == "text" else [source]
    batch = ask(studio, editor, mode=mode, variation="strong", pictures=pictures)
    assert batch.corrections == ["The variation was not used: it is for that mode only."]


def test_a_variation_of_a_model_that_decides_itself_is_said(studio, editor, source):
    editor.contract_data["strength"] = False
    editor.save()
    batch = ask(studio, editor, mode="variation", variation="strong", pictures=[source])
    assert "The variation was not used: this model looks at the picture" in batch.corrections[0]


@pytest.mark.both
def test_a_picture_of_another_workspace_is_not_there(studio, editor, charlie):
    theirs = bring(Workspace.found(charlie, "Theirs"), picture())
    sentences = refused(
        studio, editor, mode="image", pictures=[Input(role="source", upload=theirs)]
    )
    assert sentences["source"] == ["There is no such picture in this workspace."]


@pytest.mark.both
def test_a_picture_in_the_trash_is_not_there(studio, editor):
    ask(studio, editor)
    draw_all()
    image = Image.objects.get()
    image.trash()
    batch = request(studio, editor, mode="image", pictures=[Input(role="source", image=image)])
    with pytest.raises(ValidationError, match="no such picture"):
        submit(batch)


def test_references_are_looked_at_up_to_the_models_number(studio, editor, painter):
    pictures = [named(studio, "reference", (20 + 2 * number, 20)) for number in range(3)]
    assert "up to 2, not 3" in refused(studio, editor, pictures=pictures)["reference"][0]
    batch = ask(studio, editor, pictures=pictures[:2])
    assert [each.position for each in batch.inputs.all()] == [0, 1]
    painter.contract_data["references"] = 0
    painter.save()
    with pytest.raises(ValidationError, match="can't look at other pictures"):
        ask(studio, painter, pictures=[named(studio, "reference")])


# --- Sizes ---


def test_a_size_follows_the_picture_and_what_is_rounded_is_said(studio, editor):
    batch = ask(studio, editor, mode="image", pictures=[named(studio, size=(67, 45))])
    assert (batch.width, batch.height) == (64, 48)
    assert "Size set to 64 by 48" in batch.corrections[0]
    exact = ask(studio, editor, mode="image", pictures=[named(studio, size=(72, 40))])
    assert ((exact.width, exact.height), exact.corrections) == ((72, 40), [])


def test_a_size_that_was_sent_gives_way_and_that_is_said(studio, editor, source):
    batch = ask(studio, editor, mode="image", width=128, height=128, pictures=[source])
    assert (batch.width, batch.height) == (64, 64)
    assert batch.corrections == ["Size set to 64 by 64: it follows the picture to work from."]


def test_margins_are_rounded_up_to_what_the_model_draws(studio, editor, source):
    batch = ask(studio, editor, mode="outpaint", margins={"left": "13"}, pictures=[source])
    assert batch.margins == {"left": 16, "top": 0, "right": 0, "bottom": 0}
    assert (batch.width, batch.height) == (80, 64)
    assert "Left set to 16" in batch.corrections[0]


@pytest.mark.parametrize(
    ("margins", "words"),
    [
        (None, "by how many pixels"),
        ({}, "by how many pixels"),
        ({"left": 0, "top": ""}, "by how many pixels"),
        ({"left": -8}, "Left must be a whole number of pixels from 0"),
        ({"right": 1.5}, "Right must be a whole number"),
        ({"top": "many"}, "Top must be a number"),
        ({"top": True}, "Top must be a number"),
        ({"bottom": float("inf")}, "Bottom must be a number"),
        ({"left": 104, "right": 96}, "264 pixels of width; this model draws 32 to 256"),
        ({"top": 2**31}, "pixels of height; this model draws 32 to 256"),
    ],
)
def test_margins_that_can_not_be_are_refused(studio, editor, source, margins, words):
    sentences = refused(studio, editor, mode="outpaint", margins=margins, pictures=[source])
    assert words in sentences["margins"][0]


def test_enlarging_is_limited_by_the_result(studio, editor):
    large = named(studio, size=(2000, 60))
    assert (
        "8000 by 240"
        in refused(studio, editor, mode="upscale", scale=4, prompt="", pictures=[large])["scale"][0]
    )
    batch = ask(studio, editor, mode="upscale", prompt="", pictures=[large])
    assert (batch.width, batch.height, batch.scale, batch.strength) == (4000, 120, 2.0, None)


@pytest.mark.parametrize("scale", [1, 3, 0, -2, "two", True, float("nan")])
def test_a_scale_that_is_not_offered_is_refused(studio, editor, source, scale):
    assert "scale" in refused(studio, editor, mode="upscale", scale=scale, pictures=[source])


def test_what_a_mode_has_no_use_for_is_left_out_and_said(studio, editor):
    batch = ask(studio, editor, strength=0.5, scale=2, margins={"left": 8})
    assert (batch.strength, batch.scale, batch.margins) == (None, None, None)
    assert len(batch.corrections) == 3


@pytest.mark.parametrize("mode", ["upscale", "variation"])
def test_an_own_picture_brings_its_words_along(studio, editor, mode):
    ask(studio, editor, prompt="a red house")
    draw_all()
    source = Input(role="source", image=Image.objects.get())
    assert ask(studio, editor, mode=mode, prompt="", pictures=[source]).prompt == "a red house"


def test_an_upload_has_no_words_and_a_variation_needs_some(studio, editor, source):
    sentences = refused(studio, editor, mode="variation", prompt="", pictures=[source])
    assert sentences["prompt"] == ["Describe the picture you want."]


# --- Strength, variation, steps ---


@pytest.mark.parametrize("value", [0, 0.01, 1.01, -1, "half", True, float("nan"), 1e9])
def test_a_strength_out_of_range_is_refused(studio, editor, source, value):
    assert "strength" in refused(studio, editor, mode="image", strength=value, pictures=[source])


@pytest.mark.parametrize(
    ("mode", "fields", "strength"),
    [
        ("image", {}, 0.6),
        ("image", {"strength": "0.3"}, 0.3),
        ("variation", {}, 0.6),
        ("variation", {"variation": "subtle"}, 0.35),
        ("variation", {"variation": "strong"}, 0.7),
        ("outpaint", {"margins": {"top": 8}}, 1.0),
    ],
)
def test_each_mode_has_its_strength(studio, editor, source, mode, fields, strength):
    assert ask(studio, editor, mode=mode, pictures=[source], **fields).strength == strength


@pytest.mark.parametrize(
    "fields", [{"variation": "wild"}, {"variation": "subtle", "strength": 0.5}]
)
def test_a_variation_that_says_nothing_or_two_things_is_refused(studio, editor, source, fields):
    assert "variation" in refused(studio, editor, mode="variation", pictures=[source], **fields)


def test_a_part_of_the_steps_must_be_a_step(studio, editor, source):
    sentences = refused(
        studio, editor, mode="image", strength=0.2, num_inference_steps=4, pictures=[source]
    )
    assert sentences["num_inference_steps"] == [
        "With a strength of 0.2 at least 5 steps are needed, not 4."
    ]


def test_a_model_that_decides_itself_is_told_no_strength(studio, editor, source):
    editor.contract_data["strength"] = False
    editor.save()
    batch = ask(studio, editor, mode="image", strength=0.5, pictures=[source])
    assert batch.strength is None
    assert batch.corrections == [
        "Strength was not used: this model looks at the picture and decides itself."
    ]


# --- Samplers, LoRAs, times ---


def test_a_sampler_is_one_of_the_models(studio, editor):
    assert ask(studio, editor, scheduler="ddim").scheduler == "ddim"
    editor.contract_data["schedulers"] = []
    editor.save()
    batch = ask(studio, editor, scheduler="ddim")
    assert (batch.scheduler, batch.corrections) == (
        "",
        ["The sampler was not used: this model has only its own."],
    )


def test_a_sampler_that_is_not_offered_is_refused_with_those_that_are(studio, editor):
    sentences = refused(studio, editor, scheduler="heun")
    assert sentences["scheduler"] == ["The sampler must be one of euler, ddim for this model."]


@pytest.fixture
def ink(db):
    return Lora.objects.create(
        slug="ink", name="Ink", family="sdxl-turbo", file="/l/ink.safetensors", weight=0.7
    )


@pytest.mark.parametrize(
    ("given", "weight"),
    [
        (["ink:0.5"], 0.5),
        (["ink"], 0.7),
        ("ink:-2", -2.0),
        ('[{"lora": "ink", "weight": 1}]', 1.0),
        ([{"lora": "ink", "weight": "1.5"}], 1.5),
        (['["ink:0.25"]'], 0.25),
    ],
)
def test_loras_are_named_in_several_ways_and_kept_in_one(studio, editor, ink, given, weight):
    assert ask(studio, editor, loras=given).loras == [{"lora": "ink", "weight": weight}]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["ink:2.01"], "The weight of Ink must be between -2 and 2, not 2.01."),
        (["ink:nan"], "The weight of Ink must be a number."),
        (["ink:x"], "The weight of Ink must be a number."),
        (["ink", "ink:1"], "Ink is named twice."),
        (["nonesuch"], "There is no LoRA named 'nonesuch' that you can use."),
        (["\x00"], "There is no LoRA named"),
        (["\ud800"], "There is no LoRA named"),
        (["ink", "a", "b", "c"], "Painter takes up to 3 LoRAs, not 4."),
        ([7], "LoRAs must be a list"),
        ([{"name": "ink"}], "LoRAs must be a list"),
        ([{"lora": "ink", "file": "/etc/passwd"}], "LoRAs must be a list"),
        ("[", "LoRAs must be a list"),
        ("[" * 5000, "LoRAs must be a list"),
        ({"lora": "ink"}, "LoRAs must be a list"),
        (7, "LoRAs must be a list"),
    ],
)
def test_loras_that_can_not_be_are_refused(studio, editor, ink, given, words):
    assert words in refused(studio, editor, loras=given)["loras"][0]


def test_a_lora_of_another_family_switched_off_or_of_another_plan_is_refused(studio, editor, ink):
    editor.family = "sd15"
    editor.save()
    assert "does not fit Painter" in refused(studio, editor, loras=["ink"])["loras"][0]
    editor.family = "sdxl"
    editor.save()
    Plan.objects.seed()
    ink.plans.add(Plan.objects.get(slug="pro"))
    assert "that you can use" in refused(studio, editor, loras=["ink"])["loras"][0]
    ink.plans.clear()
    Lora.objects.update(is_active=False)
    assert "that you can use" in refused(studio, editor, loras=["ink"])["loras"][0]


@pytest.mark.parametrize("value", ["later", 7, "NOW"])
def test_a_time_that_nobody_knows_is_refused(studio, editor, value):
    assert "time_class" in refused(studio, editor, time_class=value)


@pytest.mark.both
def test_what_may_wait_costs_half(studio, editor, alice):
    editor.units = 3
    editor.save()
    batch = ask(studio, editor, count=2, time_class="whenever")
    assert [job.units for job in batch.jobs.all()] == [1.5, 1.5]
    assert all(job.is_idle for job in batch.jobs.all())
    assert Account.objects.of(alice).held == 3


@pytest.mark.both
def test_nothing_is_ever_free(studio, editor, alice):
    """Cancelled, retried or alone: a picture that cost nothing could be asked for without end."""
    batch = ask(studio, editor, count=4, time_class="whenever")
    assert [job.units for job in batch.jobs.all()] == [0.5, 0.5, 0.5, 0.5]


@pytest.mark.both
def test_a_day_of_ten_units_is_twenty_pictures_that_may_wait(studio, editor, alice):
    for _ in range(5):
        ask(studio, editor, count=4, time_class="whenever")
    assert Account.objects.of(alice).left_today == 0
    with pytest.raises(OutOfUnits):
        ask(studio, editor, time_class="whenever")
    Job.objects.last().cancel()
    assert Account.objects.of(alice).left_today == 0.5


# --- What may share a call ---


@pytest.mark.both
def test_the_same_request_of_two_people_may_share_a_call(studio, editor, bob, ink):
    batches = [
        ask(studio, editor, author=author, prompt=prompt, scheduler="ddim", loras=["ink"])
        for author, prompt in ((studio.owner, "a fox"), (bob, "a house"))
    ]
    assert batches[0].shape == batches[1].shape
    assert len(batches[0].shape) == 64


@pytest.mark.parametrize(
    "fields",
    [
        {"width": 128},
        {"num_inference_steps": 5},
        {"guidance_scale": 3},
        {"scheduler": "euler"},
        {"loras": ["ink"]},
        {"loras": ["ink:0.1"]},
    ],
)
def test_other_settings_need_a_call_of_their_own(studio, editor, ink, fields):
    assert ask(studio, editor).shape != ask(studio, editor, **fields).shape


def test_who_works_from_a_picture_shares_with_nobody(studio, editor, source):
    pictures = [[source], [Input(role="source", upload=source.upload)]]
    one, other = (ask(studio, editor, mode="image", pictures=each, count=2) for each in pictures)
    assert one.shape != other.shape
    assert len(set(one.jobs.values_list("shape", flat=True))) == 1


def test_pictures_of_a_service_are_ordered_batch_by_batch(studio, painter):
    painter.service = Service.objects.create(
        slug="s", name="S", kind="openai", base_url="https://example.org"
    )
    painter.save()
    assert ask(studio, painter).shape != ask(studio, painter).shape


# --- Who may ---


def test_a_model_of_another_plan_is_refused_though_it_is_forced(studio, painter):
    Plan.objects.seed()
    painter.plans.add(Plan.objects.get(slug="pro"))
    assert refused(studio, painter)["model"] == ["Painter is not part of your plan."]
    account = Account.objects.of(studio.owner)
    account.plan = Plan.objects.get(slug="pro")
    account.save()
    assert ask(studio, painter).pk


def test_who_has_no_account_yet_has_the_plan_of_a_new_one(studio, painter, alice):
    Plan.objects.seed()
    painter.plans.add(Plan.objects.get(is_default=True))
    Account.objects.filter(user=alice).delete()
    assert ask(studio, painter).pk


def test_a_model_whose_service_is_switched_off_is_refused(studio, painter):
    painter.service = Service.objects.create(
        slug="s", name="S", kind="openai", base_url="https://example.org", is_active=False
    )
    painter.save()
    assert "can't be used for new pictures" in refused(studio, painter)["model"][0]


@pytest.mark.both
def test_only_so_many_pictures_of_a_person_may_wait(studio, painter, alice):
    Account.objects.of(alice)
    Plan.objects.filter(is_default=True).update(waiting_jobs=3)
    ask(studio, painter, count=2)
    with pytest.raises(TooManyWaiting) as caught:
        ask(studio, painter, count=2)
    assert "3 pictures may wait at a time with your plan, and this would make 4" in str(
        caught.value
    )
    assert Account.objects.of(alice).held == 2
    job = ask_one(studio, painter)
    job.cancel()
    ask(studio, painter)
    with pytest.raises(TooManyWaiting):
        retry(job, alice)
    draw_all()
    assert retry(job, alice).state == "queued"


@pytest.mark.django_db(transaction=True)
def test_twenty_requests_at_once_can_not_pass_the_bound(studio, painter, alice):
    Account.objects.of(alice)
    Plan.objects.filter(is_default=True).update(waiting_jobs=3)
    answers = at_once(20, lambda number: ask(studio, painter))
    assert sum(isinstance(answer, Batch) for answer in answers) == 3
    assert sum(isinstance(answer, TooManyWaiting) for answer in answers) == 17
    assert Account.objects.of(alice).held == 3


@pytest.mark.both
def test_asking_again_asks_the_policy_too(studio, painter, alice):
    job = ask_one(studio, painter, prompt="a zzyzx")
    job.cancel()
    ForbiddenWord.objects.create(text="zzyzx", level="always", reason="sexual")
    with pytest.raises(PromptHeldBack):
        retry(job, alice)
    assert Account.objects.of(alice).held == 0
    # What staff have let pass is not held back a second time.
    Job.objects.filter(pk=job.pk).update(state="blocked", error_code="forgiven")
    job.refresh_from_db()
    assert retry(job, alice).state == "queued"


def test_asking_again_looks_at_the_plan_too(studio, painter, alice):
    job = ask_one(studio, painter)
    job.cancel()
    Plan.objects.seed()
    painter.plans.add(Plan.objects.get(slug="pro"))
    job.refresh_from_db()
    with pytest.raises(NotRetryable, match="not part of your plan"):
        retry(job, alice)


# --- How it is kept ---


def test_checking_keeps_nothing(studio, editor, source):
    batch = request(studio, editor, mode="image", count=3, pictures=[source])
    check(batch)
    assert (batch.units, batch.mode) == (3, "image")
    assert not Batch.objects.exists()
    assert not Input.objects.exists()


@pytest.mark.both
def test_inputs_and_corrections_are_kept_with_the_batch(studio, editor):
    mask = Input(role="mask", upload=bring(studio, Pillow.new("L", (64, 64), 255), "mask"))
    batch = ask(studio, editor, mode="inpaint", scale=2, pictures=[named(studio), mask])
    again = Batch.objects.get(pk=batch.pk)
    assert sorted(each.role for each in again.pictures) == ["mask", "source"]
    assert again.corrections == ["Scale was not used: it is for enlarging a picture."]


@pytest.mark.both
def test_the_same_key_with_another_source_is_another_request(studio, editor, source):
    from generation.submit import KeyReused

    fields = {"mode": "image", "idempotency_key": "k"}
    first = ask(studio, editor, pictures=[source], **fields)
    same = Input(role="source", upload=source.upload)
    assert ask(studio, editor, pictures=[same], **fields).pk == first.pk
    with pytest.raises(KeyReused):
        ask(studio, editor, pictures=[named(studio, size=(72, 72))], **fields)


@pytest.mark.both
def test_four_pictures_take_as_many_statements_as_one(studio, editor):
    ask(studio, editor)
    counts = []
    for count in (1, 4):
        with CaptureQueriesContext(connection) as queries:
            ask(studio, editor, count=count)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= MOST_STATEMENTS


def test_the_doors_look_a_model_up_once(as_alice, program, studio, painter):
    for door in (lambda: by_api(program), lambda: by_form(as_alice, studio)):
        door()
        with CaptureQueriesContext(connection) as queries:
            assert door().status_code in (201, 202)
        found = [sql for each in queries if 'FROM "generation_imagemodel"' in (sql := each["sql"])]
        assert len(found) == len({sql.split(" FROM ")[0] for sql in found}) <= 2
        assert not any(sql.startswith("SELECT 1 ") for sql in found)
