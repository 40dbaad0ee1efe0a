"""Staff say who answers; keys go in and never out, and what people say is not theirs to read."""

import pytest

from chat import asking
from chat.models import ChatModel, ChatProvider
from chat.tests.language_model import KEY, MODELS

pytestmark = pytest.mark.once

LIST = "/admin/chat/chatprovider/"


def fields(**changes):
    return {
        "name": "Far away",
        "slug": "far-away",
        "base_url": "https://8.8.8.8/v1",  # a number: no name is looked up
        "calls_a_minute": "60",
        "streaming": "on",
        "enabled": "on",
    } | changes


def page_of(provider):
    return f"{LIST}{provider.pk}/change/"


def done(client, action, *providers):
    chosen = {"action": action, "_selected_action": [str(each.pk) for each in providers]}
    answer = client.post(LIST, chosen, follow=True)
    return " ".join(str(message) for message in answer.context["messages"])


@pytest.fixture
def far(as_dora):
    assert as_dora.post(f"{LIST}add/", fields(new_key=KEY)).status_code == 302
    return ChatProvider.objects.get(slug="far-away")


def test_a_key_goes_in_and_never_comes_out(as_dora, far):
    assert far.key == KEY
    for page in (LIST, page_of(far)):
        assert KEY not in as_dora.get(page).content.decode()
    assert as_dora.post(page_of(far), fields(name="Renamed")).status_code == 302
    far.refresh_from_db()
    assert (far.name, far.key) == ("Renamed", KEY)
    as_dora.post(page_of(far), fields(forget_key="on"))
    far.refresh_from_db()
    assert far.key == ""


def test_another_host_does_not_get_the_key(as_dora, far):
    assert as_dora.post(page_of(far), fields(base_url="https://8.8.4.4/v1")).status_code == 302
    far.refresh_from_db()
    assert far.key == ""


@pytest.mark.parametrize(
    "address", ["http://8.8.8.8/v1", "http://127.0.0.1:6969/v1", "https://10.0.0.1/v1", "nonsense"]
)
def test_an_address_leads_outside_or_where_it_is_said(as_dora, far, address):
    answer = as_dora.post(page_of(far), fields(base_url=address))
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors["base_url"]


def test_its_list_becomes_models_that_are_off(as_dora, provider, language_model):
    language_model.models = ["grok-4", "new/one:free"]
    assert "1 new models, 3 no longer there" in done(as_dora, "read_list", provider)
    new = ChatModel.objects.get(slug="new/one:free")
    assert (new.enabled, new.provider) == (False, provider)
    assert set(ChatModel.objects.filter(gone=True).values_list("slug", flat=True)) == (
        set(MODELS) - {"grok-4"}
    )
    language_model.models = list(MODELS)
    assert "0 new models, 1 no longer there" in done(as_dora, "read_list", provider)
    ChatModel.objects.update(enabled=True)
    assert "lists it no longer" in as_dora.get("/admin/chat/chatmodel/").content.decode()


def test_two_providers_may_have_one_name(as_dora, provider, language_model):
    other = ChatProvider.objects.create(
        slug="other", name="Other", base_url=language_model.url, key=KEY
    )
    done(as_dora, "read_list", other)
    model = ChatModel.objects.get(slug="other/grok-4")
    assert model.asked_as == "grok-4"
    assert "0 new models" in done(as_dora, "read_list", other)


def test_a_list_that_can_not_be_read_is_a_sentence(as_dora, provider, language_model):
    language_model.key = "another"
    assert "turned this site away" in done(as_dora, "read_list", provider)
    assert KEY not in done(as_dora, "read_list", provider)


def test_it_is_really_asked(as_dora, provider, language_model):
    assert "grok-3-auto answers “You said" in done(as_dora, "try_it", provider)
    assert len(language_model.asked) == 1
    language_model.scenario = "proxy"
    assert "failed" in done(as_dora, "try_it", provider)
    provider.refresh_from_db()
    assert "502" in provider.trouble
    assert "502" in as_dora.get(LIST).content.decode()
    ChatModel.objects.update(enabled=False)
    assert "none of its models is on" in done(as_dora, "try_it", provider)


def test_staff_see_how_answers_end_and_not_what_is_said(as_dora, talk, alice):
    message = asking.ask(talk, "a secret between us [[proxy]]", author=alice)
    asking.answer(message.pk)
    pages = ["/admin/chat/message/", f"/admin/chat/message/{message.pk}/change/"]
    for page in pages:
        shown = as_dora.get(page).content.decode()
        assert "failed" in shown.lower()
        assert "secret" not in shown
