"""What a new site begins with: made once, then it belongs to the people who use it."""

import pytest
from django.core.management import call_command

from accounts.models import User
from billing.models import Account, Plan
from generation.models import ImageModel
from workspaces.models import Workspace

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def desk(settings):
    """Also where the tests themselves run on a database server."""
    settings.DATABASE_URL = ""
    return settings


def seed():
    call_command("seed", verbosity=0)


def everything():
    return [
        list(model.objects.order_by("pk").values())
        for model in (User, Plan, Account, ImageModel, Workspace)
    ]


def test_a_desk_gets_plans_models_a_demo_person_and_a_sample_workspace(client):
    seed()
    assert [plan.daily_units for plan in Plan.objects.all()] == [10, 100, None]
    assert [model.slug for model in ImageModel.objects.available()] == ["starter"]
    assert [workspace.name for workspace in Workspace.objects.all()] == ["Sample workspace"]
    demo = User.objects.get()
    assert demo.is_superuser
    for login in ("demo", "demo@example.com"):
        client.post("/account/login/", {"login": login, "password": "demo-pixazo"})
        assert client.get("/workspaces/").status_code == 200
        client.post("/account/logout/")


def test_a_second_run_changes_nothing():
    seed()
    before = everything()
    seed()
    assert everything() == before


def test_what_people_changed_and_deleted_stays_so():
    seed()
    Plan.objects.filter(slug="free").update(daily_units=25, name="Small")
    ImageModel.objects.filter(slug="starter").update(is_active=False, name="Ours")
    User.objects.update(email="somebody@example.org", is_superuser=False)
    Workspace.objects.get().delete_with_everything()
    before = everything()
    seed()
    assert everything() == before


def test_a_second_run_asks_little(django_assert_max_num_queries):
    seed()
    with django_assert_max_num_queries(12):
        seed()


def test_a_site_with_a_database_server_gets_nobody_whose_password_is_known(desk):
    desk.DATABASE_URL = "postgres://elsewhere/pixazo"
    seed()
    assert Plan.objects.count() == 3
    assert not User.objects.exists()


def test_a_single_user_site_gets_its_owner_without_a_cap(desk):
    desk.SOLO = True
    seed()
    seed()
    owner = User.objects.get()
    assert owner.username == "owner"
    assert Account.objects.of(owner).left_today is None
    assert Workspace.objects.get().owner == owner
