"""The cards of workspaces: the newest pictures, how many there are, what is being drawn."""

import uuid

import pytest

from generation.covers import covers_of
from generation.models import Batch, Image, Job
from generation.queue.pauses import pause
from workspaces.models import Workspace

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def draw(studio, alice, painter):
    def draw(workspace=studio, state=Job.State.SUCCEEDED, alt="a boat"):
        batch = Batch.objects.create(
            workspace=workspace,
            topic=workspace.default_topic,
            author=alice,
            model=painter,
            prompt=alt,
            width=64,
            height=64,
            num_inference_steps=4,
            guidance_scale=4,
            seed=1,
        )
        job = Job.objects.create(
            batch=batch, index=0, author_id=alice.pk, model=painter, lane="gpu", seed=1, state=state
        )
        if state != Job.State.SUCCEEDED:
            return None
        key = f"generated/alice/{workspace.slug}/{uuid.uuid4().hex}"
        return Image.objects.create(
            workspace=workspace,
            job=job,
            original=f"{key}.png",
            medium=f"{key}.medium.webp",
            small=f"{key}.small.webp",
            width=64,
            height=64,
            bytes=1,
            sha256="0" * 64,
            colour="#000000",
            alt=alt,
            recipe={},
            recipe_hash="0",
            model_name="Painter",
            wait_seconds=0,
            draw_seconds=0,
        )

    return draw


def cover_of(workspace):
    return covers_of([workspace])[workspace.pk]


def test_the_newest_three_are_on_the_cover_newest_first(draw, studio):
    for number in range(5):
        draw(alt=f"boat {number}")
    cover = cover_of(studio)
    assert cover.images == 5
    assert [picture.alt for picture in cover.pictures] == ["boat 4", "boat 3", "boat 2"]


def test_pictures_in_the_trash_are_not(draw, studio):
    draw(alt="kept")
    draw(alt="alone").trash()
    draw(alt="with its batch").job.batch.trash()
    both = draw(alt="alone and with its batch")
    both.trash()
    both.job.batch.trash()
    cover = cover_of(studio)
    assert [picture.alt for picture in cover.pictures] == ["kept"]
    assert cover.images == 1


def test_what_waits_or_is_drawn_is_counted(draw, studio):
    for state in (Job.State.QUEUED, Job.State.RUNNING, Job.State.FAILED, Job.State.CANCELLED):
        draw(state=state)
    assert cover_of(studio).drawing == 2


def test_where_all_waits_paused_the_card_says_so_and_shows_no_dot(draw, studio, alice, as_alice):
    def card():
        return as_alice.get("/workspaces/").content.decode()

    draw(state=Job.State.QUEUED)
    assert "drawing now" in card()
    pause(alice)
    assert (cover_of(studio).drawing, cover_of(studio).paused) == (1, 1)
    assert "drawing now" not in card()
    assert 'class="dot me-1"' not in card()
    assert "· paused</p>" in card()
    # What was begun before the pause is finished.
    draw(state=Job.State.RUNNING)
    assert "drawing now" in card()


def test_an_empty_workspace_has_an_empty_cover(studio):
    assert cover_of(studio).pictures == ()


def test_any_number_of_workspaces_takes_five_queries(draw, alice, django_assert_num_queries):
    workspaces = [Workspace.found(alice, f"Place {number}") for number in range(6)]
    for workspace in workspaces:
        draw(workspace)
    with django_assert_num_queries(5):
        covers = covers_of(workspaces)
    assert all(cover.images == 1 for cover in covers.values())


def test_the_list_shows_the_pictures_by_their_private_address(draw, studio, as_alice):
    image = draw()
    page = as_alice.get("/workspaces/").content.decode()
    assert f'src="/{image.small}"' in page
    assert "1 image ·" in page
    assert "1 picture and its recipe go" in page
