"""Cards and tiles: every state in words, what can be done with it, and by whom."""

import re

import pytest

from billing.models import Account
from generation.models import Batch, Image, Job, Preview
from generation.tests.engine import ask, ask_one, claim, draw_all
from generation.tests.page import FETCH, address, press, words
from pixazo.models import Event
from workspaces.models import Membership


@pytest.fixture
def job(studio, painter):
    return ask_one(studio, painter, seed=7)


@pytest.fixture
def image(job):
    draw_all()
    return Image.objects.get()


def tile(client, workspace, job):
    response = client.get(address("job", workspace, job), **FETCH)
    assert response.status_code == 200
    return response


def taken(job):
    (mine,) = claim()
    assert mine == job
    return mine


# --- Every state says itself in words ---


def test_a_waiting_tile_says_its_place(studio, painter, as_alice):
    batch = ask(studio, painter, count=3)
    said = [words(tile(as_alice, studio, job)) for job in batch.jobs.all()]
    assert [text.split(" in line")[0] for text in said] == ["Next", "2nd", "3rd"]


def test_a_loading_tile_says_so(studio, as_alice, job):
    taken(job)
    answer = tile(as_alice, studio, job)
    assert "Loading model" in words(answer)
    assert "<elapsed-time" in answer.content.decode()
    # Nobody knows how long it takes: a bar without a value.
    assert '<progress class="bar mt-2" aria-label' in answer.content.decode()


def test_a_drawing_tile_shows_step_bar_and_frame(studio, as_alice, job):
    mine = taken(job)
    mine.start_drawing()
    mine.note_step(2)
    assert "Drawing 2/4" in words(tile(as_alice, studio, job))
    assert "preview.webp" not in tile(as_alice, studio, job).content.decode()
    Preview.objects.create(job=job, number=3, webp=b"RIFFwebp")
    answer = tile(as_alice, studio, job).content.decode()
    assert "is-preview" in answer
    assert "preview.webp?frame=1.3" in answer
    assert 'value="2" max="4"' in answer
    frame = as_alice.get(address("job_preview", studio, job))
    assert (frame["Content-Type"], frame.content) == ("image/webp", b"RIFFwebp")


def test_a_saving_tile_says_so(studio, as_alice, job):
    mine = taken(job)
    mine.start_drawing()
    mine.start_saving()
    assert "Saving a moment more" in words(tile(as_alice, studio, job))


def test_a_finished_tile_shows_the_picture_in_its_ratio(studio, as_alice, image):
    answer = tile(as_alice, studio, image.job).content.decode()
    assert f'src="/{image.small}"' in answer
    assert 'viewBox="0 0 64 64"' in answer
    assert f'fill="{image.colour}"' in answer
    assert 'alt="a red house"' in answer
    assert f'<shared-part of="tile-tools" key="{image.pk}" number="1"' in answer


def test_what_a_finished_tile_can_do_is_there_once_in_a_studio(studio, as_alice, image):
    page = as_alice.get(studio.get_absolute_url()).content.decode()
    (tools,) = re.findall(r'<template id="tile-tools">(.*?)</div></template>', page, re.DOTALL)
    for label in ("Download image {number}", "Use seed", "Use settings", "Delete"):
        assert f'aria-label="{label}"' in tools
    # On a phone the menu is all that is shown over a picture: it has everything.
    _before, menu = tools.split('role="menu"')
    for name in ("download", "delete"):
        assert f"/{name}/" in menu
    for done in ("reuse-all", "reuse-seed", "vary-subtle", "upscale", "verify"):
        assert f'data-do="{done}"' in menu


def test_a_failed_tile_says_why_and_can_be_retried(studio, as_alice, job):
    taken(job).fail("model_missing", "The model's files are not there.", "/srv/secret/path")
    answer = tile(as_alice, studio, job)
    assert "The model&#x27;s files are not there. 1 unit returned. (model_missing)" in words(answer)
    assert "Retry this one" in words(answer)
    assert "secret" not in answer.content.decode()


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("cancelled", "Cancelled 1 unit returned. Run again"),
        ("expired", "Expired It waited too long. 1 unit returned. Run again"),
        ("blocked", "Held back The safety check stopped this picture. 1 unit returned."),
    ],
)
def test_other_ends_say_what_happened_to_the_unit(studio, as_alice, job, state, sentence):
    Job.objects.update(state=state)
    assert words(tile(as_alice, studio, job)) == sentence


def test_units_are_counted_in_the_models_price(studio, painter, as_alice):
    painter.units = 3
    painter.save()
    job = ask_one(studio, painter)
    job.cancel()
    assert "3 units returned." in words(tile(as_alice, studio, job))


def test_a_card_says_what_became_of_its_units(studio, painter, as_alice):
    batch = ask(studio, painter, count=4)
    for job in batch.jobs.all()[1:]:
        job.cancel()
    draw_all()
    said = words(as_alice.get(address("batch", studio, batch)))
    assert "1 unit used 3 returned" in said
    assert "1 of 4 done" in said
    ask(studio, painter)
    card = words(as_alice.get(address("batch", studio, Batch.objects.first())))
    assert "1 unit held" in card


def test_words_of_people_stay_words(studio, painter, as_alice):
    batch = ask(studio, painter, prompt='<script>alert("1")</script>')
    answer = as_alice.get(address("batch", studio, batch)).content.decode()
    assert "<script" not in answer


# --- What can be done ---


def test_cancel_a_picture(studio, as_alice, alice, job):
    response = press(as_alice, "job_cancel", studio, job)
    assert "Cancelled" in words(response)
    assert Account.objects.of(alice).left_today == 10


@pytest.fixture
def demoted(studio, bob):
    """Bob may look by now, and no more."""
    studio.memberships.filter(user=bob).update(role="viewer")


def test_whoever_may_only_look_by_now_cancels_what_is_drawn_for_them(
    studio, painter, as_bob, bob, alice, demoted
):
    batch = ask(studio, painter, author=bob, count=3)
    first, _, third = batch.jobs.order_by("index")
    Job.objects.filter(pk=third.pk).update(author_id=alice.pk)  # tried again by her, and hers
    card = as_bob.get(address("batch", studio, batch)).content.decode()
    assert address("job_cancel", studio, first) in card
    assert address("job_cancel", studio, third) not in card
    assert address("batch_cancel", studio, batch) in card
    assert "change" not in offered(card, "card-more")
    assert press(as_bob, "job_cancel", studio, third).status_code == 403
    assert as_bob.post(f"/api/jobs/{third.pk}/cancel").status_code == 403
    assert "Cancelled" in words(press(as_bob, "job_cancel", studio, first))
    assert press(as_bob, "batch_cancel", studio, batch).status_code == 200
    assert list(batch.jobs.order_by("index").values_list("state", flat=True)) == [
        "cancelled",
        "cancelled",
        "queued",
    ]
    assert press(as_bob, "batch_delete", studio, batch).status_code == 403


def test_by_the_api_as_well(studio, painter, as_bob, bob, demoted):
    job = ask(studio, painter, author=bob).jobs.get()
    assert as_bob.post(f"/api/jobs/{job.pk}/cancel").status_code == 200
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_whoever_may_only_look_cancels_nothing_of_others(studio, painter, as_bob, job, demoted):
    assert press(as_bob, "job_cancel", studio, job).status_code == 403
    assert press(as_bob, "batch_cancel", studio, job.batch).status_code == 403
    job.refresh_from_db()
    assert job.state == "queued"


def test_cancel_what_is_not_finished(studio, painter, as_alice):
    batch = ask(studio, painter, count=3)
    batch.jobs.first().cancel()
    response = press(as_alice, "batch_cancel", studio, batch)
    assert "3 units returned" in words(response)
    assert set(batch.jobs.values_list("state", flat=True)) == {"cancelled"}


def test_run_a_cancelled_picture_again(studio, as_alice, alice, job, rings):
    job.cancel()
    rings.clear()
    response = press(as_alice, "job_retry", studio, job)
    assert "Next in line" in words(response)
    assert Account.objects.of(alice).left_today == 9


def test_a_finished_picture_is_not_retried(studio, as_alice, image):
    response = press(as_alice, "job_retry", studio, image.job)
    assert (response.status_code, response.json()["error"]["code"]) == (409, "not_retryable")


def failed(studio, painter, count):
    """A request of which that many failed, and one more was drawn."""
    batch = ask(studio, painter, count=count + 1)
    for job in list(batch.jobs.all())[:count]:
        taken(job).fail("model_missing", "The model's files are not there.")
    draw_all()
    return batch


def test_all_that_failed_are_retried_at_once(studio, painter, as_alice, alice):
    batch = failed(studio, painter, 3)
    card = as_alice.get(address("batch", studio, batch))
    assert "Retry the 3 that failed · 3 units" in words(card)
    assert Account.objects.of(alice).left_today == 9
    card = words(press(as_alice, "batch_retry", studio, batch))
    assert "that failed" not in card
    states = list(batch.jobs.order_by("index").values_list("state", flat=True))
    assert states == ["queued", "queued", "queued", "succeeded"]
    assert Account.objects.of(alice).left_today == 6
    # Pressed twice, nothing is asked for twice.
    assert press(as_alice, "batch_retry", studio, batch).status_code == 200
    assert Account.objects.of(alice).left_today == 6


def test_of_what_failed_all_is_retried_or_nothing(studio, painter, as_alice, alice):
    batch = failed(studio, painter, 3)
    account = Account.objects.of(alice)
    account.spent = 8
    account.save()
    response = press(as_alice, "batch_retry", studio, batch)
    assert (response.status_code, response.json()["error"]["code"]) == (429, "out_of_units")
    assert batch.jobs.filter(state="failed").count() == 3
    assert Account.objects.of(alice).left_today == 2


def test_one_that_failed_has_its_own_button_only(studio, painter, as_alice):
    card = words(as_alice.get(address("batch", studio, failed(studio, painter, 1))))
    assert "Retry this one" in card
    assert "that failed" not in card


def test_who_may_only_look_is_offered_no_retry(studio, painter, charlie, as_charlie):
    Membership.objects.create(workspace=studio, user=charlie, role=Membership.Role.VIEWER)
    card = words(as_charlie.get(address("batch", studio, failed(studio, painter, 2))))
    assert "The model&#x27;s files are not there" in card
    assert "Retry" not in card


def test_delete_a_card_and_bring_it_back(studio, as_alice, job):
    batch = job.batch
    assert press(as_alice, "batch_delete", studio, batch).status_code == 204
    assert as_alice.get(address("batch", studio, batch), **FETCH).status_code == 404
    assert as_alice.get(address("job", studio, job), **FETCH).status_code == 404
    assert "a red house" in words(press(as_alice, "batch_restore", studio, batch))
    # Twice is as good as once.
    assert press(as_alice, "batch_restore", studio, batch).status_code == 200


def test_delete_a_picture_and_put_it_back(studio, as_alice, as_bob, image):
    response = press(as_alice, "image_delete", studio, image)
    assert "In the trash" in words(response)
    # Whoever may put it back sees in the trash what it is; to the others it is gone.
    assert as_alice.get(f"/{image.original}").status_code == 200
    assert as_bob.get(f"/{image.original}").status_code == 404
    assert as_alice.get(address("image", studio, image)).status_code == 404
    response = press(as_alice, "image_restore", studio, image)
    assert f'src="/{image.small}"' in response.content.decode()


def test_a_picture_that_is_deleted_for_good_is_not_said_to_be_in_the_trash(
    studio, as_alice, image, job
):
    press(as_alice, "image_delete", studio, image)
    as_alice.post("/gallery/act/", {"action": "purge", "ids": [str(image.pk)]})
    assert not Image.objects.exists()
    said = words(tile(as_alice, studio, job))
    assert "Deleted for good" in said
    assert "trash" not in said
    assert "Put it back" not in said


def test_what_is_done_is_told_to_open_pages(studio, as_alice, image):
    Event.objects.all().delete()
    press(as_alice, "image_delete", studio, image)
    event = Event.objects.get(channel=studio.channel)
    assert (event.kind, event.subject) == ("job", f"{image.job.batch_id}/{image.job_id}")


# --- By whom ---

CHANGES = {
    "batch_cancel": "batch",
    "batch_retry": "batch",
    "batch_delete": "batch",
    "batch_restore": "batch",
    "job_cancel": "job",
    "job_retry": "job",
    "image_delete": "image",
    "image_restore": "image",
}


@pytest.mark.parametrize(("name", "what"), CHANGES.items())
def test_editors_change_what_is_theirs_and_viewers_nothing(
    studio, as_bob, charlie, as_charlie, image, name, what
):
    Membership.objects.create(workspace=studio, user=charlie, role=Membership.Role.VIEWER)
    row = {"batch": image.job.batch, "job": image.job, "image": image}[what]
    for client in (as_bob, as_charlie):
        response = press(client, name, studio, row)
        assert (response.status_code, response.json()["error"]["code"]) == (403, "not_yours")
    image.refresh_from_db()
    assert not image.deleted
    assert not image.job.batch.deleted


def test_the_owner_changes_everything(studio, painter, as_alice, bob):
    job = ask_one(studio, painter, author=bob)
    assert press(as_alice, "job_cancel", studio, job).status_code == 200


def offered(html, of):
    """What the first such menu in it may offer."""
    (part,) = re.findall(rf'<shared-part of="{of}"[^>]* may="([^"]*)"', html)[:1]
    return set(part.split())


def test_a_card_shows_only_what_the_person_may_do(studio, as_bob, image):
    answer = as_bob.get(address("batch", studio, image.job.batch)).content.decode()
    tile, card = (offered(answer, of) for of in ("tile-tools", "card-more"))
    # What only makes something new is for everybody who may draw.
    assert {"draw", "verify"} <= tile
    assert "keep" in card
    assert "change" not in tile | card
    assert " mine " not in answer


def test_only_several_pictures_are_fetched_together(studio, painter, as_alice):
    for count in (1, 2):
        batch = ask(studio, painter, count=count)
        draw_all()
        answer = as_alice.get(address("batch", studio, batch)).content.decode()
        assert ("several" in offered(answer, "card-more")) is (count > 1)
        assert (address("batch_download", studio, batch) in answer) is (count > 1)


def test_a_row_of_another_workspace_is_not_found_under_ones_own(studio, as_charlie, charlie, image):
    own = type(studio).found(charlie, "Charlie's")
    rows = {"batch": image.job.batch, "job": image.job, "image": image}
    for name, what in CHANGES.items():
        assert press(as_charlie, name, own, rows[what]).status_code == 404
    for name in ("batch", "job", "image"):
        assert as_charlie.get(address(name, own, rows[name])).status_code == 404


def test_a_visit_changes_nothing(studio, as_alice, image):
    for name, what in CHANGES.items():
        row = {"batch": image.job.batch, "job": image.job, "image": image}[what]
        assert as_alice.get(address(name, studio, row)).status_code == 405


@pytest.mark.once
def test_a_card_says_who_else_asked_for_it(studio, painter, as_alice, as_bob, bob):
    batch = ask(studio, painter, author=bob)
    assert "asked for by bob" in words(as_alice.get(address("batch", studio, batch)))
    assert "asked for by" not in words(as_bob.get(address("batch", studio, batch)))
