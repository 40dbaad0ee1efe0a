import pytest
from django.utils.timezone import now

from accounts.models import ApiKey, PageView
from generation.models import SafetyCase
from generation.tests.engine import ask, draw_all

LOUD = {"error", "warning"}

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def complaints(page, live_server, as_dora):
    """What the browser complains about, on staff's pages, signed in as Dora."""
    session = {"name": "sessionid", "value": as_dora.cookies["sessionid"].value}
    page.context.add_cookies([session | {"url": live_server.url}])
    heard = []
    page.on("console", lambda said: said.type in LOUD and heard.append(f"{page.url}: {said.text}"))
    page.on("pageerror", lambda error: heard.append(f"{page.url}: {error}"))
    return heard


def test_staffs_pages_work_under_the_strict_policy(page, live_server, complaints, studio, painter):
    ApiKey.issue(studio.owner, "Laptop")
    ask(studio, painter)
    draw_all()
    page.goto(f"{live_server.url}/admin/")
    lists = page.eval_on_selector_all(
        "#content-main tr th a", "links => links.map(link => link.href)"
    )
    assert len(lists) > 10
    for address in lists:
        page.goto(address)
        row = page.locator("#result_list tbody th a").first
        if row.count():
            row.click()
            page.wait_for_selector("#content h1")
    assert complaints == []


def test_each_bar_of_a_chart_has_its_name(page, live_server, complaints, alice):
    names = ["studio", "gallery", "image", "queue", "experiments", "models", "explore", "trash"]
    for name in [*names, "workspaces", "plans"]:
        PageView.objects.create(user=alice, page=name, at=now())
    page.goto(f"{live_server.url}/admin/")
    used = page.get_by_role("region", name="What is used").locator("figure-chart")
    used.locator("canvas").wait_for()
    ticks = used.evaluate("chart => chart.chart.scales.y.ticks.map((tick) => tick.label)")
    assert len(ticks) == used.locator("tbody tr").count() == 10
    assert complaints == []


def test_a_model_is_added_by_hand(page, live_server, complaints, db):
    page.goto(f"{live_server.url}/admin/generation/imagemodel/add/")
    page.get_by_label("Name:").fill("Big Castle")
    page.get_by_label("Address:").fill("owner/castle")
    assert page.get_by_label("Slug:").input_value() == "big-castle"
    page.get_by_label("New key:").fill("hf_secret")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Big Castle").first.click()
    assert page.get_by_label("New key:").input_value() == ""
    assert "hf_secret" not in page.content()
    assert complaints == []


def test_people_get_permissions_by_hand(page, live_server, complaints, alice):
    page.goto(f"{live_server.url}/admin/accounts/user/{alice.pk}/change/")
    page.locator("#id_user_permissions_from option", has_text="Can view image").first.dblclick()
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_selector(".messagelist .success")
    assert alice.user_permissions.count() == 1
    assert complaints == []


def test_a_case_is_decided_where_it_was_read(page, live_server, complaints, alice, dora):
    case = SafetyCase.objects.create(
        author=alice, stage="prompt", reason="hate", prompt="a banner", digest="1", level="standard"
    )
    page.goto(f"{live_server.url}/admin/generation/safetycase/{case.pk}/change/")
    stand = page.get_by_role("button", name="Let the decision stand")
    stand.click()  # without a word it goes nowhere
    assert page.evaluate("!document.activeElement.validity.valid")
    page.get_by_label("Said to the person").fill("Banners of that kind stay out.")
    stand.click()
    page.wait_for_selector(".messagelist .success, .messagelist .info")
    assert stand.count() == 0
    case.refresh_from_db()
    assert (case.state, case.decided_by) == ("upheld", dora)
    assert complaints == []
