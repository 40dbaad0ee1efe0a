import json

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client

from billing.models import Account
from generation.models import Image, ImageModel, Job
from generation.tests.engine import ask, claim, draw_all
from pixazo.tests.cast import make_person

ADD = "/admin/generation/imagemodel/add/"
SECRET = "hf_a-token-of-the-hub"


def page_of(row):
    return f"/admin/generation/{row._meta.model_name}/{row.pk}/change/"


def fields(**changes):
    return {
        "name": "Castle",
        "slug": "castle",
        "provider": "diffusers",
        "address": "owner/castle",
        "units": "1",
        "position": "5",
        "is_active": "on",
        "contract_data": "{}",
    } | changes


def errors_of(response):
    assert response.status_code == 200
    return response.context["adminform"].form.errors


def do(client, action, *rows, reason="They asked for it"):
    """Choose an action in the list of these rows; the words of its answer."""
    data = {"action": action, "_selected_action": [row.pk for row in rows], "reason": reason}
    name = rows[0]._meta.model_name
    response = client.post(f"/admin/generation/{name}/", data, follow=True)
    return " ".join(str(message) for message in response.context["messages"])


@pytest.fixture
def castle(as_dora):
    as_dora.post(ADD, fields(new_key=SECRET))
    return ImageModel.objects.get(slug="castle")


# --- The catalogue ---


def test_a_new_model_is_in_the_picker_at_once(as_dora, castle, program):
    assert [model["id"] for model in program.get("/api/models").json()["models"]] == ["castle"]


def test_a_switched_off_model_leaves_the_picker_and_old_pictures_keep_its_name(
    as_dora, program, studio, painter
):
    ask(studio, painter)
    draw_all()
    data = fields(name="Painter", slug="painter", address="steady")
    del data["is_active"]
    assert as_dora.post(page_of(painter), data | {"provider": "diffusers"}).status_code == 302
    assert program.get("/api/models").json()["models"] == []
    assert Image.objects.get().model_name == "Painter"


def test_a_contract_that_makes_no_sense_is_refused_in_words(as_dora):
    for contract, words in (
        ("{", "Enter a valid JSON"),
        ("[]", "must be a JSON object"),
        ('{"colour": 1}', "doesn't know colour"),
        ('{"width": {"min": 100, "default": 50}}', "min ≤ default ≤ max"),
        ('{"width": {"min": 100}}', "multiples of step"),
    ):
        errors = errors_of(as_dora.post(ADD, fields(contract_data=contract)))
        assert words in " ".join(errors["contract_data"])
    assert not ImageModel.objects.exists()


def test_an_empty_contract_has_the_usual_ranges(as_dora):
    as_dora.post(ADD, fields(contract_data=""))
    assert ImageModel.objects.get().contract["num_inference_steps"].max == 50


def test_the_contract_is_said_in_words_too(as_dora, castle):
    castle.contract_data = {"num_inference_steps": {"fixed": 2, "reason": "It is distilled."}}
    castle.save()
    page = as_dora.get(page_of(castle)).content.decode()
    assert "Steps: always 2. It is distilled." in page
    assert "Width: 64 to 2048 in steps of 8, usually 512" in page


def test_a_refused_contract_stays_as_it_was_typed(as_dora):
    typed = '{"width": '
    response = as_dora.post(ADD, fields(contract_data=typed))
    assert response.context["adminform"].form["contract_data"].value() == typed


def test_a_key_is_kept_encrypted(castle):
    assert castle.api_key == SECRET
    with connection.cursor() as cursor:
        stored = cursor.execute("SELECT api_key FROM generation_imagemodel")
        (text,) = (stored or cursor).fetchone()
    assert SECRET not in text


def test_a_key_is_never_shown_again(as_dora, castle):
    page = as_dora.get(page_of(castle)).content.decode()
    assert SECRET not in page
    assert ">set<" in page
    refused = as_dora.post(page_of(castle), fields(units="0", new_key="hf_typed-just-now"))
    assert errors_of(refused)
    for secret in (SECRET, "hf_typed-just-now"):
        assert secret not in refused.content.decode()
    assert SECRET not in str(LogEntry.objects.values())


def test_saving_without_a_new_key_keeps_the_old_one(as_dora, castle):
    as_dora.post(page_of(castle), fields(name="Fortress"))
    castle = ImageModel.objects.get()
    assert (castle.name, castle.api_key) == ("Fortress", SECRET)


def test_a_key_can_be_replaced_and_forgotten(as_dora, castle):
    as_dora.post(page_of(castle), fields(new_key="another"))
    assert ImageModel.objects.get().api_key == "another"
    as_dora.post(page_of(castle), fields(forget_key="on"))
    assert ImageModel.objects.get().api_key == ""
    assert ">not set<" in as_dora.get(page_of(castle)).content.decode()


def test_a_new_key_and_none_is_a_contradiction(as_dora, castle):
    both = fields(new_key="another", forget_key="on")
    assert "forget_key" in errors_of(as_dora.post(page_of(castle), both))
    assert ImageModel.objects.get().api_key == SECRET


def test_a_corrected_address_takes_the_trouble_away(as_dora, castle):
    ImageModel.objects.update(trouble="The folder is missing.")
    as_dora.post(page_of(castle), fields(name="Fortress"))
    assert ImageModel.objects.get().trouble
    as_dora.post(page_of(castle), fields(address="owner/fortress"))
    assert not ImageModel.objects.get().trouble


def test_the_stable_name_of_a_model_stays(as_dora, castle):
    as_dora.post(page_of(castle), fields(slug="renamed"))
    assert ImageModel.objects.get().slug == "castle"


def test_only_a_model_that_made_nothing_can_be_deleted(as_dora, castle, studio, painter):
    ask(studio, painter)
    for model, status in ((painter, 403), (castle, 302)):
        page = f"/admin/generation/imagemodel/{model.pk}/delete/"
        assert as_dora.post(page, {"post": "yes"}).status_code == status
    assert ImageModel.objects.get() == painter


def test_people_who_are_not_staff_have_no_way_to_the_catalogue(as_alice, program, castle):
    for address in (ADD, page_of(castle), "/admin/generation/imagemodel/"):
        assert as_alice.post(address, fields(), follow=True).status_code == 403
    assert program.post("/api/models", {}).status_code == 405


def test_staff_without_the_permission_can_not_touch_it(castle):
    looker = make_person("looker", is_staff=True)
    looker.user_permissions.set(Permission.objects.filter(codename="view_imagemodel"))
    client = Client()
    client.force_login(looker)
    page = client.get(page_of(castle))
    assert page.status_code == 200
    assert SECRET not in page.content.decode()
    assert client.post(page_of(castle), fields(name="Mine")).status_code == 403
    assert client.post(ADD, fields(slug="mine")).status_code == 403
    assert ImageModel.objects.get().name == "Castle"


# --- Jobs, batches, images ---


def test_cancelling_jobs_calls_their_own_verb(as_dora, studio, painter, alice):
    jobs = list(ask(studio, painter, count=2).jobs.all())
    assert do(as_dora, "cancel", *jobs).startswith("Cancelled: 2.")
    assert {job.state for job in Job.objects.all()} == {"cancelled"}
    assert Account.objects.of(alice).held == 0
    assert LogEntry.objects.count() == 2
    assert do(as_dora, "cancel", *jobs).startswith("Cancelled: 0.")


def test_a_failed_job_is_made_again_on_its_authors_units(as_dora, studio, painter, alice, dora):
    ask(studio, painter)
    (job,) = claim()
    job.fail("crash", "It broke.", "Traceback ...")
    assert do(as_dora, "retry", job) == "Queued again: 1."
    job.refresh_from_db()
    assert job.state == "queued"
    assert Account.objects.of(alice).held == 1
    assert not Account.objects.filter(user=dora).exists()


def test_what_can_not_be_made_again_is_said(as_dora, studio, painter):
    job = ask(studio, painter).jobs.get()
    said = do(as_dora, "retry", job)
    assert str(job.pk) in said
    assert said.endswith("Queued again: 0.")


def test_a_jobs_page_shows_how_it_came_to_its_state(as_dora, studio, painter):
    ask(studio, painter)
    (job,) = claim("worker-7")
    job.fail("crash", "It broke.", "ZeroDivisionError")
    page = as_dora.get(page_of(job)).content.decode()
    for words in ("In queue", "Loading model", "Failed", "worker-7", "ZeroDivisionError"):
        assert words in page


def test_a_whole_batch_is_cancelled(as_dora, studio, painter):
    batch = ask(studio, painter, count=3)
    assert do(as_dora, "cancel", batch) == "Cancelled: 3."


def test_images_go_to_the_trash_and_back(as_dora, studio, painter):
    ask(studio, painter)
    draw_all()
    image = Image.objects.get()
    assert do(as_dora, "trash", image) == "Put into the trash: 1."
    assert not Image.objects.visible().exists()
    assert do(as_dora, "restore", image) == "Taken out of the trash: 1."
    assert Image.objects.visible().exists()


@pytest.fixture
def rows(studio, painter):
    ask(studio, painter, prompt="a very private wish")
    draw_all()
    image = Image.objects.get()
    return {"batch": image.job.batch, "job": image.job, "image": image}


@pytest.mark.parametrize("name", ["batch", "job", "image"])
def test_states_can_only_be_looked_at(as_dora, rows, name):
    page = page_of(rows[name])
    assert as_dora.get(page).status_code == 200
    assert as_dora.post(page, {"state": "queued", "prompt": "x"}).status_code == 403
    assert as_dora.post(page.replace("change", "delete"), {"post": "yes"}).status_code == 403
    assert as_dora.get(f"/admin/generation/{name}/add/").status_code == 403


@pytest.mark.parametrize("name", ["batch", "job", "image"])
def test_lists_leave_out_what_people_asked_for(as_dora, rows, name):
    page = as_dora.get(f"/admin/generation/{name}/").content.decode()
    assert str(rows[name].pk) in page
    assert "private wish" not in page


@pytest.mark.parametrize("name", ["batch", "job", "image"])
def test_rows_are_found_by_their_id(as_dora, rows, name):
    for words, count in ((rows[name].pk, 1), ("nonsense", 0), ("0" * 32, 0)):
        found = as_dora.get(f"/admin/generation/{name}/", {"q": words})
        assert found.context["cl"].result_count == count


@pytest.mark.parametrize("name", ["batch", "job", "image"])
def test_the_real_page_is_linked_only_for_its_members(as_dora, dora, studio, rows, name):
    link = f'href="{studio.get_absolute_url()}"'
    assert link not in as_dora.get(page_of(rows[name])).content.decode()
    studio.memberships.create(user=dora, role="viewer")
    assert link in as_dora.get(page_of(rows[name])).content.decode()


@pytest.mark.parametrize("name", ["batch", "job", "image", "imagemodel", "worker"])
def test_long_lists_take_as_many_queries_as_short_ones(
    as_dora, studio, painter, rows, django_assert_max_num_queries, name
):
    as_dora.get(f"/admin/generation/{name}/")
    ask(studio, painter, count=4)
    draw_all()
    with django_assert_max_num_queries(12):
        assert as_dora.get(f"/admin/generation/{name}/").status_code == 200


def test_a_recipe_is_shown_as_text(as_dora, rows):
    image = rows["image"]
    page = as_dora.get(page_of(image)).content.decode()
    assert json.dumps(image.recipe, indent=2).splitlines()[0] in page
    Image.objects.update(recipe={"prompt": "<script>alert(1)</script>"})
    assert "<script>alert" not in as_dora.get(page_of(image)).content.decode()
