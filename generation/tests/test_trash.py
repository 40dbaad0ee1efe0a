"""The trash of what is no picture: seen and put back by whoever may, for as long as it is kept."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from accounts.models import ApiKey
from generation.experiments import trash as experiments
from generation.models import Image
from generation.tests.engine import ask, draw_all
from generation.tests.experiments import begun
from workspaces.joining import join
from workspaces.models import Membership, SavedPrompt, Scope, Style, Theme, Topic, WordList

pytestmark = [pytest.mark.django_db, pytest.mark.both]

# Long enough that no token on a page holds one by chance.
NAMES = ("Sailing", "Which seed", "Inkwash", "Twilight", "Harbour", "colours")


@pytest.fixture
def thrown(studio, alice, painter, monkeypatch):
    """One of each kind, of Alice's, thrown away."""
    monkeypatch.setattr("generation.doorbell.ring", lambda lane: None)
    topic = Topic.objects.create(workspace=studio, author=alice, name="Sailing", deleted=now())
    experiment = begun(studio, ("seed", "1, 2"), name="Which seed")
    experiments.put(experiment)
    mine = {"owner": alice, "scope": Scope.PERSONAL, "deleted": now()}
    style = Style.objects.create(name="Inkwash", **mine)
    theme = Theme.objects.create(name="Twilight", base_prompt="soft light", **mine)
    prompt = SavedPrompt.objects.create(title="Harbour", prompt="a harbour", **mine)
    return {
        "topics": topic,
        "experiments": experiment,
        "styles": style,
        "themes": theme,
        "prompts": prompt,
        "lists": WordList.objects.create(name="colours", lines="red", **mine),
    }


def back(kind, row):
    return f"/trash/{kind}/{row.pk}/restore/"


def test_everything_lies_there_and_comes_back(as_alice, thrown):
    page = as_alice.get("/trash/").content.decode()
    for name in NAMES:
        assert name in page
    for kind, row in thrown.items():
        assert as_alice.post(back(kind, row)).url == "/trash/"
        row.refresh_from_db()
        assert row.deleted is None
        assert as_alice.post(back(kind, row)).status_code == 404
    assert "Nothing here" in as_alice.get("/trash/").content.decode()


def test_a_topic_comes_back_with_its_pictures(as_alice, studio, painter, alice, monkeypatch):
    from generation import topics
    from generation.tests.engine import ask

    monkeypatch.setattr("generation.doorbell.ring", lambda lane: None)
    topic = topics.create(studio, alice, "Boats")
    batch = ask(studio, painter, topic=topic)
    topics.trash(topic)
    as_alice.post(back("topics", topic))
    batch.refresh_from_db()
    assert batch.deleted is None


def test_nobody_elses_is_seen_or_put_back(as_bob, as_charlie, studio, bob, thrown):
    """Bob works there as well: what he did not make is not his to bring back."""
    for client in (as_bob, as_charlie):
        page = client.get("/trash/").content.decode()
        for name in NAMES:
            assert name not in page
        for kind, row in thrown.items():
            assert client.post(back(kind, row)).status_code == 404
            row.refresh_from_db()
            assert row.deleted


def test_an_editors_own_is_theirs_and_the_owners(as_alice, as_bob, studio, bob):
    style = Style.objects.create(
        owner=bob, scope=Scope.WORKSPACE, workspace=studio, name="Ours", deleted=now()
    )
    for client in (as_bob, as_alice):
        assert "Ours" in client.get("/trash/").content.decode()
    Membership.objects.filter(user=bob).update(role=Membership.Role.VIEWER)
    assert as_bob.post(back("styles", style)).status_code == 404
    assert as_alice.post(back("styles", style)).status_code == 302


@pytest.mark.parametrize("kind", ["pictures", "topic", "nonsense"])
def test_other_kinds_are_not_there(as_alice, thrown, kind):
    assert as_alice.post(back(kind, thrown["topics"])).status_code == 404


def test_the_sites_own_lie_in_nobodys_trash(as_alice):
    style = Style.objects.create(scope=Scope.SITE, name="Given", deleted=now())
    assert "Given" not in as_alice.get("/trash/").content.decode()
    assert as_alice.post(back("styles", style)).status_code == 404


def test_the_page_asks_no_more_for_more(as_alice, studio, alice, thrown):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as seen:
            as_alice.get("/trash/")
        return len(seen)

    as_alice.get("/trash/")
    few = queries()
    Topic.objects.bulk_create(
        Topic(workspace=studio, author=alice, name=f"Topic {number}", deleted=now())
        for number in range(30)
    )
    assert queries() == few


# --- The same by the API ---


@pytest.fixture
def key(alice):
    return {"HTTP_AUTHORIZATION": f"Bearer {ApiKey.issue(alice, 'Laptop')[1]}"}


def test_the_api_lists_it_and_puts_it_back(client, key, studio, thrown):
    things = client.get("/api/trash", **key).json()["things"]
    assert {each["kind"] for each in things} == {*thrown}
    (topic,) = (each for each in things if each["kind"] == "topics")
    assert (topic["name"], topic["workspace"]) == ("Sailing", studio.slug)
    assert topic["deleted"] < topic["until"]
    for each in things:
        url = f"/api/trash/{each['kind']}/{each['id']}/restore"
        assert client.post(url, **key).json()["name"] == each["name"]
        assert client.post(url, **key).status_code == 404
    assert client.get("/api/trash", **key).json() == {"things": [], "next": None}


def test_the_api_refuses_who_has_no_key_and_hides_what_is_anothers(client, thrown, charlie):
    assert client.get("/api/trash").status_code == 401
    other = {"HTTP_AUTHORIZATION": f"Bearer {ApiKey.issue(charlie, 'Laptop')[1]}"}
    assert client.get("/api/trash", **other).json() == {"things": [], "next": None}
    url = f"/api/trash/themes/{thrown['themes'].pk}/restore"
    assert client.post(url, **other).status_code == 404


def test_an_experiment_is_thrown_away_by_the_api_and_stops(
    client, key, studio, painter, monkeypatch
):
    monkeypatch.setattr("generation.doorbell.ring", lambda lane: None)
    experiment = begun(studio, ("seed", "1, 2"))
    url = f"/api/experiments/{experiment.pk}"
    assert client.delete(url, **key).status_code == 204
    assert client.get(url, **key).status_code == 404
    experiment.refresh_from_db()
    assert experiment.deleted
    assert experiment.state == "stopped"
    assert not experiment.waiting_jobs().exists()


@pytest.mark.once
def test_a_pictures_page_has_a_button_to_throw_it_away_and_the_way_back(
    studio, painter, as_alice, as_charlie, charlie
):
    ask(studio, painter)
    draw_all()
    picture = Image.objects.get()
    page = f"/w/studio/images/{picture.pk}/"
    assert f'action="{page}delete/"' in as_alice.get(page).text
    join(studio, charlie, "viewer")
    assert f'action="{page}delete/"' not in as_charlie.get(page).text
    after = as_alice.post(f"{page}delete/", follow=True)
    assert after.redirect_chain[0][0] == "/w/studio/"
    assert "The picture is in the trash." in after.text
    assert f'action="{page}restore/"' in after.text
    assert not Image.objects.visible().exists()
    assert "The picture is back." in as_alice.post(f"{page}restore/", follow=True).text
    assert Image.objects.visible().exists()
    to_gallery = as_alice.post(f"{page}delete/", {"to": "gallery"})
    assert to_gallery["Location"] == "/gallery/"


def test_programs_read_the_trash_page_by_page(as_alice, thrown):
    seen, where = [], "/api/v1/trash?limit=4"
    while where:
        told = as_alice.get(where).json()
        seen.append([each["id"] for each in told["things"]])
        where = told["next"]
    assert [len(each) for each in seen] == [4, 2]
    assert sorted(each for page in seen for each in page) == sorted(
        str(row.pk) for row in thrown.values()
    )
    assert as_alice.get("/api/v1/trash?cursor=x").status_code == 400
