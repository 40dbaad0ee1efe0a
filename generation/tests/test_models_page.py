"""The page of models: for everybody what their plan holds, with what each can do."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.models import Plan
from generation.estimate import held
from generation.models import ImageModel, Service
from generation.queue import work
from generation.tests.engine import ask, draw_all
from generation.tests.page import words

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def measured_anew():
    work.forget()
    yield
    work.forget()


@pytest.fixture
def cloud(painter):
    service = Service.objects.create(slug="far", name="Far away", kind="pixazo")
    return ImageModel.objects.create(
        slug="cloud",
        name="Cloud",
        description="Draws in oil.",
        provider="pixazo",
        service=service,
        address="cloud",
        is_gated=True,
        contract_data={"modes": ["text", "image"]},
    )


def test_visitors_see_what_a_new_account_may_use(client, painter, cloud):
    Plan.objects.seed()
    page = words(client.get("/models/"))
    assert "Painter" in page
    assert "Cloud" in page
    cloud.plans.add(Plan.objects.unlimited())
    assert "Cloud" not in words(client.get("/models/"))
    cloud.plans.add(Plan.objects.default())
    assert "Cloud" in words(client.get("/models/"))
    Service.objects.update(is_active=False)
    assert "Cloud" not in words(client.get("/models/"))


def test_what_is_sent_elsewhere_or_has_a_licence_is_marked(client, cloud):
    page = client.get("/models/").content.decode()
    card = page[page.index('id="model-cloud"') :]
    assert "Elsewhere" in card
    assert "Licence of its own" in card


def test_models_are_found_by_words_and_by_what_they_do(client, cloud):
    for query in ("q=oil", "q=FAR+cloud", "does=image"):
        page = words(client.get(f"/models/?{query}"))
        assert "Cloud" in page
        assert "Painter" not in page
    nothing = words(client.get("/models/?q=oil&does=inpaint"))
    assert "No model fits" in nothing
    assert "Show all" in nothing


def test_times_are_measured_and_not_claimed(as_alice, studio, painter):
    assert "measured here" not in words(as_alice.get("/models/"))
    ask(studio, painter, count=3)
    draw_all()
    work.forget()
    assert "measured here" in words(as_alice.get("/models/"))


def test_more_models_and_pictures_are_no_more_queries(
    as_alice, studio, painter, cloud, monkeypatch
):
    # What is kept for some seconds is not asked for anew as they end in the midst of a request.
    for module in (held, held.work):
        monkeypatch.setattr(module, "KEEP_SECONDS", 10**9)

    def queries():
        work.forget()
        with CaptureQueriesContext(connection) as seen:
            assert as_alice.get("/models/").status_code == 200
        return len(seen)

    ask(studio, painter, count=3)
    draw_all()
    queries()  # the first visit also makes the account
    few = queries()
    for number in range(8):
        ImageModel.objects.create(
            slug=f"m{number}",
            name=f"M{number}",
            provider="pixazo",
            service=cloud.service,
            address="x",
        )
    assert queries() == few


def test_the_studio_leads_there(as_alice, studio, painter):
    page = as_alice.get("/w/studio/").content.decode()
    assert '<a class="t-small ms-auto" href="/models/">What each can do</a>' in page
