"""Staff's pages of services: keys go in and never out, addresses lead outside or where is said."""

import pytest
from django.core.cache import cache

from generation.keys import account_of
from generation.models import Job, OwnKey, Service
from generation.request import image_requests
from generation.tests.engine import ask_one
from generation.tests.remote import make_model, make_service
from generation.tests.stand_ins.openai import KEY, OpenAI

pytestmark = pytest.mark.once

ADD = "/admin/generation/service/add/"
PUBLIC = "https://8.8.8.8/v1"  # a number: no name is looked up


def fields(**changes):
    return {
        "name": "Far away",
        "slug": "far-away",
        "kind": "openai",
        "base_url": PUBLIC,
        "calls_a_minute": "60",
        "is_active": "on",
    } | changes


def page_of(service):
    return f"/admin/generation/service/{service.pk}/change/"


@pytest.fixture
def service(as_dora):
    assert as_dora.post(ADD, fields(new_key=KEY)).status_code == 302
    return Service.objects.get()


def test_a_key_goes_in_and_never_comes_out(as_dora, service):
    assert service.api_key == KEY
    page = as_dora.get(page_of(service)).content.decode()
    assert KEY not in page
    assert KEY not in as_dora.get("/admin/generation/service/").content.decode()


def test_staff_say_which_header_bears_the_key_and_where_pictures_are_checked(as_dora, service):
    assert (service.key_header, service.key_prefix) == ("Authorization", "Bearer")
    changes = {"key_header": "api-key", "key_prefix": "", "moderation_path": "/v2/check"}
    assert as_dora.post(page_of(service), fields(**changes)).status_code == 302
    service.refresh_from_db()
    assert (service.key_header, service.key_prefix) == ("api-key", "")
    assert service.moderation_path == "/v2/check"
    assert account_of(service).headers == {"api-key": KEY}
    assert as_dora.post(page_of(service), fields()).status_code == 302
    service.refresh_from_db()
    assert account_of(service).headers == {"Authorization": f"Bearer {KEY}"}
    assert service.moderation_path == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("key_header", each) for each in ("two words", "Host", "Content-Type", "x:y", "1x", "é")),
        *(("key_prefix", each) for each in ("two words", "a\nb")),
        *(("moderation_path", each) for each in ("check", "//elsewhere.example/", "/a b", "/?a")),
    ],
)
def test_what_can_be_no_header_and_no_path_is_refused(as_dora, service, name, value):
    page = as_dora.post(page_of(service), fields(**{name: value}))
    assert page.context["adminform"].form.errors[name]


def test_a_new_service_is_asked_as_its_vendor_says(as_dora):
    as_dora.post(ADD, fields(slug="p", kind="pixazo"))
    service = Service.objects.get(slug="p")
    assert (service.key_header, service.key_prefix) == ("Ocp-Apim-Subscription-Key", "")
    assert service.moderation_path == "/content-safety/v1/image-moderation"


def test_a_picture_is_ordered_with_the_services_header(as_dora, studio, service):
    Service.objects.update(key_header="api-key", key_prefix="")
    service.refresh_from_db()
    job = ask_one(studio, make_model(service))
    (asked,) = image_requests([Job.objects.select_related("model__service").get(pk=job.pk)])
    assert (asked.key_header, asked.key_prefix) == ("api-key", "")


def test_what_is_no_key_is_refused(as_dora, service):
    page = as_dora.post(page_of(service), fields(new_key="two\nlines"))
    assert page.context["adminform"].form.errors["new_key"]
    service.refresh_from_db()
    assert service.api_key == KEY


def test_an_empty_key_keeps_it_and_a_tick_forgets_it(as_dora, service):
    as_dora.post(page_of(service), fields(name="Elsewhere"))
    service.refresh_from_db()
    assert (service.name, service.api_key) == ("Elsewhere", KEY)
    as_dora.post(page_of(service), fields(forget_key="on"))
    service.refresh_from_db()
    assert service.api_key == ""


def test_a_key_is_not_taken_along_to_another_host(as_dora, service, alice):
    OwnKey.objects.create(user=alice, service=service, key="sk-alices-own-key")
    model = make_model(service, api_key="sk-of-the-model")
    as_dora.post(page_of(service), fields(base_url=f"{PUBLIC}beta"))
    service.refresh_from_db()
    model.refresh_from_db()
    assert (service.api_key, model.api_key) == (KEY, "sk-of-the-model")
    assert OwnKey.objects.exists()
    as_dora.post(page_of(service), fields(base_url="https://1.1.1.1/v1"))
    service.refresh_from_db()
    assert (service.base_url, service.api_key) == ("https://1.1.1.1/v1", "")
    assert not OwnKey.objects.exists()
    model.refresh_from_db()
    assert model.api_key == ""


@pytest.mark.parametrize("new_key", ["", "sk-for-there"])
def test_a_models_key_does_not_move_with_it_to_another_service(as_dora, service, new_key):
    other = make_service("openai", "https://1.1.1.1/v1", slug="other")
    model = make_model(service, api_key="sk-of-the-model")
    page = f"/admin/generation/imagemodel/{model.pk}/change/"
    assert as_dora.post(page, model_fields(service, name="Near")).status_code == 302
    model.refresh_from_db()
    assert (model.name, model.api_key) == ("Near", "sk-of-the-model")
    assert as_dora.post(page, model_fields(other, new_key=new_key)).status_code == 302
    model.refresh_from_db()
    assert (model.service, model.api_key) == (other, new_key)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/v1",
        "https://localhost/v1",
        "https://10.0.0.5/v1",
        "https://[::1]/v1",
        "https://169.254.169.254/latest",
        "https://2130706433/v1",
        "https://8.8.8.8:8080/v1",
        "http://8.8.8.8/v1",
        "https://user:word@8.8.8.8/v1",
        "https://8.8.8.8/v1?to=https://other.example",
        "ftp://8.8.8.8/",
        "not an address",
    ],
)
def test_a_service_is_outside_and_spoken_to_in_secret(as_dora, url):
    page = as_dora.post(ADD, fields(base_url=url))
    assert page.status_code == 200
    assert page.context["adminform"].form.errors["base_url"]
    assert not Service.objects.exists()


def test_a_host_inside_is_allowed_where_the_deployment_names_it(as_dora, settings):
    settings.TRUSTED_HOSTS = ["127.0.0.1:9000"]
    as_dora.post(ADD, fields(base_url="http://127.0.0.1:9000/v1/"))
    assert Service.objects.get().base_url == "http://127.0.0.1:9000/v1"


def test_its_list_of_models_is_read_by_an_action(as_dora, settings):
    with OpenAI() as api:
        settings.TRUSTED_HOSTS = [api.host]
        service = make_service("openai", api.url, api_key=KEY)
        data = {"action": "read_list", "_selected_action": [service.pk]}
        page = as_dora.post("/admin/generation/service/", data, follow=True)
        assert "2 new models" in " ".join(map(str, page.context["messages"]))
        api.key = "another"
        page = as_dora.post("/admin/generation/service/", data, follow=True)
        assert "refused the key" in " ".join(map(str, page.context["messages"]))
    cache.clear()


def test_a_service_with_models_is_switched_off_not_deleted(as_dora, service):
    make_model(service)
    assert as_dora.post(f"/admin/generation/service/{service.pk}/delete/").status_code == 403


def test_the_history_keeps_no_key(as_dora, service):
    as_dora.post(page_of(service), fields(new_key="sk-a-newer-key"))
    page = as_dora.get(f"/admin/generation/service/{service.pk}/history/").content.decode()
    assert "sk-a-newer-key" not in page


def model_fields(service, **changes):
    return {
        "name": "Far",
        "slug": "far",
        "provider": service.kind,
        "service": service.pk,
        "address": "gpt-image-1.5",
        "units": "1",
        "position": "5",
        "contract_data": "{}",
        "options": "{}",
        "adapter": "{}",
    } | changes


MODEL = "/admin/generation/imagemodel/add/"


def test_a_model_of_openais_form_needs_no_adapter(as_dora, service):
    assert as_dora.post(MODEL, model_fields(service)).status_code == 302
    assert service.image_models.get().address == "gpt-image-1.5"


def queue(data):
    return '{"operations": {"text": {"path": "/x"}}, "queue": ' + data + "}"


@pytest.mark.parametrize(
    ("adapter", "words"),
    [
        ("{}", "must have operations"),
        ("[]", "must be a JSON object"),
        ('{"operations": {"dream": {}}}', "know dream"),
        ('{"operations": {"text": {"path": "//evil.example/x"}}}', "begin with one slash"),
        ('{"operations": {"text": {"path": "https://evil.example/x"}}}', "begin with one slash"),
        ('{"operations": {"text": {"fields": {"a": "password"}}}}', "must be of one of these"),
        ('{"operations": {"text": {"fields": {"a": {"of": "size", "names": 3}}}}}', "JSON object"),
        ('{"operations": {"text": {"constants": []}}}', "constants must be"),
        ('{"operations": {"text": {"result": "url"}}}', "must be a list of names"),
        ('{"operations": {"text": {}}}', "path is missing"),
        ('{"operations": {"text": {"path": "/x"}}, "key_header": "X: Y"}', "name of a header"),
        ('{"operations": {"text": {}}, "may_repeat": "no"}', "true or false"),
        ('{"operations": {"text": {}}, "webhook": "x"}', "know webhook"),
        (queue("[]"), "must be a JSON object"),
        (queue('{"ready": []}'), "The queue doesn't know ready"),
        (queue('{"done": "ready"}'), "done must be a list of words"),
        (queue('{"done": ["ready"], "failed": ["READY"]}'), "one word for two states"),
        (queue('{"tickets": {"a": {"path": "//evil.example/{id}"}}}'), "begin with one slash"),
        (queue('{"tickets": {"a": {"path": "/x"}}}'), "must say {id}"),
        (queue('{"tickets": {"a": {"path": "/x", "body": []}}}'), "must be a JSON object"),
        (queue('{"tickets": {"a:b": {"path": "/x/{id}"}}}'), "no name of a field"),
    ],
)
def test_an_adapter_that_makes_no_sense_is_refused_in_a_sentence(as_dora, adapter, words):
    service = make_service("pixazo", "https://8.8.4.4")
    page = as_dora.post(MODEL, model_fields(service, adapter=adapter))
    assert page.status_code == 200
    assert words in " ".join(page.context["adminform"].form.errors["adapter"])
