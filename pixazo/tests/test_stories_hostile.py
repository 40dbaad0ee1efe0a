"""Hostile texts in every column of words and typed into every form, then all pages that show them
in a real browser with traps (S22, S23, S61-S63): nothing runs, nothing is fetched from elsewhere,
and the policy for content has nothing to forbid."""

from urllib.parse import urlsplit

import pytest

from chat.models import Message
from chat.tests.mcp_site import Server
from pixazo.tests.hostile_texts import IN_MARKDOWN, RUNS
from pixazo.tests.test_attacks_pages import OWNERS, PAGES, words
from pixazo.tests.test_permissions import world  # noqa: F401

from django.db import transaction  # isort: skip

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.timeout(600),
    pytest.mark.django_db(transaction=True),
]

# Each is filled in wherever words may be typed, sent, and what comes of it is looked at.
FORMS = (
    "/workspaces/new/",
    "/w/{slug}/edit/",
    "/w/{slug}/people/",
    "/w/{slug}/experiments/new/",
    "/w/{slug}/images/{image}/comments/",
    "/prompts/new/",
    "/themes/new/",
    "/styles/new/",
    "/lists/new/",
    "/help/new/",
    "/account/keys/",
)
OPEN = ("/explore/", "/explore/{publication shown}/", "/s/{token}/", "/models/", "/help/new/")
STAFFS = (
    "/admin/accounts/ticket/",
    "/admin/accounts/ticket/{ticket}/change/",
    "/admin/generation/job/",
    "/admin/generation/safetycase/",
    "/admin/generation/safetycase/moderate/",
    "/admin/generation/publication/",
    "/admin/generation/publication/moderate/",
    "/admin/workspaces/workspace/",
    "/admin/chat/message/",
)
TRAP = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`POLICY ${event.effectiveDirective} ${event.blockedURI} ${event.sample}`));
window.opened = window.open = () => console.error("A window was opened.");
"""
# Whatever a text made of an attribute would wait for.
TOUCH = """
() => {
  for (const each of document.querySelectorAll("main *, dialog *, [popover] *"))
    for (const kind of ["mouseover", "mouseenter", "focus", "toggle", "error", "load"])
      if (each.hasAttribute("on" + kind)) console.error(`ATTRIBUTE on${kind} of ${each.localName}`);
  for (const each of document.querySelectorAll("main a[href]"))
    if (!/^(https?|mailto):$/.test(each.protocol)) console.error(`LINK ${each.href}`);
  for (const each of document.querySelectorAll("x-evil, iframe, object, embed, marquee, base"))
    console.error(`ELEMENT ${each.localName}`);
  return true;
}
"""
FILL = """
([form, texts]) => {
  const typed = "input:not([type]), input[type=text], input[type=url], [type=email], textarea";
  let count = 0;
  for (const field of form.querySelectorAll(typed)) {
    if (field.disabled || field.readOnly) continue;
    const text = texts[count % texts.length];
    field.value = field.maxLength > 0 ? text.slice(0, field.maxLength) : text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
    count += 1;
  }
  return count;
}
"""
SEND = "form => { window.isOld = true; form.noValidate = true; form.requestSubmit(); }"


@pytest.fixture(scope="module")
def site():
    with Server() as server:
        yield server.url.removesuffix("/mcp")


@pytest.fixture
def trapped(browser, world, site):  # noqa: F811
    """`trapped(role)` is a page of theirs; all that is caught on any of them stands in `caught`."""
    contexts, caught = [], []

    def enter(role):
        context = browser.new_context()
        contexts.append(context)
        context.set_default_timeout(60_000)
        context.add_init_script(TRAP)
        if cookie := world.clients[role].cookies.get("sessionid"):
            context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": site}])
        page = context.new_page()
        _watch(page, site, lambda what: caught.append(f"{urlsplit(page.url).path}: {what}"))
        return page

    enter.caught = caught
    yield enter
    for context in contexts:
        context.close()


def _watch(page, site, catch):
    def dismissed(dialog):
        if dialog.type != "beforeunload":
            catch(f"DIALOG {dialog.message}")
        dialog.dismiss()

    def asked(request):
        address = urlsplit(request.url)
        if address.path == "/csp-reports/":
            catch(f"REPORT {request.post_data}")
        elif address.scheme in {"http", "https"} and not request.url.startswith(site):
            catch(f"FETCHED {request.url}")

    def said(message):
        # What is refused has its status, such as a form that is sent back.
        if message.type == "error" and "Failed to load resource" not in message.text:
            catch(message.text)

    page.on("dialog", dismissed)
    page.on("request", asked)
    page.on("console", said)
    page.on("pageerror", lambda error: catch(f"SCRIPT {error}"))


def _plant():
    """Long columns hold all of the texts, short ones one each; an answer of a language model has
    them in every place of Markdown."""
    planted = 0
    for at, (model, field) in enumerate(words()):
        most = field.max_length or 20_000
        text = "\n".join(RUNS) if most > 8_000 else RUNS[at * 7 % len(RUNS)][:most]
        try:
            with transaction.atomic():
                planted += bool(model._base_manager.update(**{field.name: text}))
        except Exception:
            continue  # unique, or held by a rule of the database
    said = Message.objects.first()
    places = [place.replace("{}", text) for place in IN_MARKDOWN for text in RUNS[::5]]
    answer = {"role": "assistant", "content": "\n\n".join(places), "model": RUNS[3][:40]}
    Message.objects.create(conversation=said.conversation, author=said.author, **answer)
    return planted


def test_nothing_that_people_wrote_runs_in_a_browser(trapped, world, site):  # noqa: F811
    assert _plant() > 20
    page, missed, typed, formless = trapped("owner"), {}, 0, []
    for at, where in enumerate(FORMS):
        page.goto(site + where.format(**world.ids))
        form = page.locator("main form[method=post]:has(textarea, input[type=text], [type=email])")
        if not form.count():
            formless.append(where)
            continue
        form = form.first
        texts = RUNS[at * 5 :] + RUNS[: at * 5]
        typed += page.evaluate(FILL, [form.element_handle(), texts])
        with page.expect_response(lambda answer: answer.request.method == "POST") as told:
            form.evaluate(SEND)
        if told.value.request.is_navigation_request():
            page.wait_for_function("() => !window.isOld && document.readyState === 'complete'")
        page.wait_for_function(TOUCH)
    assert formless == []
    looks = (("owner", OWNERS), ("author", PAGES), ("nobody", OPEN), ("staff", STAFFS))
    for role, addresses in looks:
        page = trapped(role)
        for where in addresses:
            answer = page.goto(site + where.format(**world.ids))
            if answer.status != 200:
                missed[where] = answer.status
            page.wait_for_function(TOUCH)
    assert trapped.caught == []
    assert typed >= 20
    assert missed == {}


def test_the_traps_catch_what_would_run(trapped, site):
    """Or the story above would prove nothing."""
    page = trapped("nobody")
    page.goto(f"{site}/explore/")
    with page.expect_request("**/csp-reports/"):
        page.evaluate(
            "document.querySelector('main').insertAdjacentHTML('beforeend',"
            " '<img src=x onerror=alert(1)><a href=javascript:alert(1)>x</a><x-evil></x-evil>')"
        )
    page.wait_for_function(TOUCH)
    page.evaluate("alert(1)")
    caught = "\n".join(trapped.caught)
    for kind in ("POLICY script-src", "REPORT", "ATTRIBUTE onerror", "LINK", "ELEMENT", "DIALOG"):
        assert kind in caught, kind
