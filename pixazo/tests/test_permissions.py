"""Every address of somebody's things, by every method, as every kind of person (`permissions.py`);
and lists and forms that name other people's things."""

import re
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver

from billing.models import Account
from pixazo.tests.permissions import ELSEWHERE, OTHERS, PARTS, SENT, table
from pixazo.tests.test_every_url import row_counts, written
from pixazo.tests.world import MARK, PUBLISHED, ROLES, build
from workspaces.models import Theme

pytestmark = [pytest.mark.django_db, pytest.mark.once]

PAGES, API = ("GET", "POST"), ("GET", "POST", "PATCH", "DELETE")
FOR_PROGRAMS = ("/api/", "/dragon-wings/", "/cyberimage/")
LETTERS = {403: "r", 404: "-", 405: "x", 400: "b", 409: "b", 410: "b", 422: "b", 401: "s"}
OUTSIDE = ("stranger", "nobody", "staff")


def routes(resolver=None, prefix="/"):
    """Address as it is written, and its name. Doors with two addresses are tried at that with a
    version: it is one view by one name."""
    for each in (resolver or get_resolver()).url_patterns:
        route = prefix + written(each.pattern)
        if isinstance(each, URLResolver):
            yield from routes(each, route)
        elif not route.startswith("/admin/") and route not in TWICE:
            yield route, each.name


def named(resolver=None, prefix="/"):
    for each in (resolver or get_resolver()).url_patterns:
        route = prefix + written(each.pattern)
        if isinstance(each, URLResolver):
            yield from named(each, route)
        else:
            yield route, (each.name, getattr(each.callback, "view_class", None))


# Under /api/, of what is under /api/v1/ by the same name and the same view.
_NAMED = dict(named())
TWICE = {
    route
    for route, door in _NAMED.items()
    if route.startswith("/api/") and _NAMED.get(f"/api/v1/{route.removeprefix('/api/')}") == door
}


OF_THINGS = sorted({(route, name) for route, name in routes() if "<" in route})
TABLE = table()


def methods(route, name):
    also = ("PUT",) if (name, "PUT") in TABLE else ()
    return (*API, *also) if route.startswith(FOR_PROGRAMS) else PAGES


@pytest.fixture
def world(painter, monkeypatch):
    monkeypatch.setattr("generation.doorbell.ring", lambda lane: None)
    monkeypatch.setattr("workspaces.inviting.takes_place", lambda *args: True)
    cache.clear()
    built = build()
    built.clients = {role: Client() for role in ROLES}
    for role, person in built.people.items():
        if person:
            built.clients[role].force_login(person)
    return built


def address(world, route, name, **instead):
    """With the ids of the world's things, of those in the trash where one is to be had back."""
    ids = world.ids | instead
    for part, what in PARTS.items():
        if part in route:
            thing = OTHERS.get(name, what)
            if route.rstrip("/").endswith("/restore"):
                thing = f"{thing.removesuffix(' gone')} gone"
            route = route.replace(part, part.replace("<pk>", str(ids[thing])))
            route = re.sub(r"<(\w+_id|token)>", str(ids[thing]), route)
            route = route.replace("<kind>", "topics")
            break
    return re.sub(r"<(\w+)>", lambda found: str(ids[found[1]]), route)


def send(client, method, where, body=None, headers=None):
    """The answer; whatever it did is undone."""
    kind = {"content_type": "application/json"} if where.startswith(FOR_PROGRAMS) else {}
    with transaction.atomic():
        if method == "GET":
            response = client.get(where, headers=headers)
        else:
            response = getattr(client, method.lower())(where, body or {}, **kind)
        response.whole = b"" if response.streaming else response.content
        transaction.set_rollback(True)
    return response


def letter(response):
    status = response.status_code
    if status in {301, 302} and response["Location"].startswith("/account/login/"):
        return "s"
    return "y" if status < 400 else LETTERS.get(status, str(status))


@pytest.mark.cases(1_400)
def test_every_cell(world, cases):
    wrong, cells = {}, 0
    for route, name in OF_THINGS:
        if name in ELSEWHERE:
            continue
        where = address(world, route, name)
        for method in methods(route, name):
            expected = TABLE.get((name, method))
            for column, role in enumerate(ROLES):
                cells += 1
                got = letter(send(world.clients[role], method, where, SENT.get(name)))
                if expected is None:
                    good = got in ("xs" if role == "nobody" else "x")
                else:
                    good = got == expected[column]
                if not good:
                    wrong[name, method, role] = got
    cases.count = cells
    assert wrong == {}


def test_every_address_of_a_thing_is_in_the_table():
    """A new one is refused until somebody has said who may."""
    listed = {name for name, _ in TABLE} | set(ELSEWHERE)
    assert {name for _, name in OF_THINGS} == listed


@pytest.mark.cases(300)
def test_what_is_not_shown_is_nowhere_in_the_gallery(world, cases):
    """Not to those either who work where it was made: they have its own page."""
    found, cells = {}, 0
    for state in PUBLISHED[1:]:
        instead = {"publication shown": world.ids[f"publication {state}"]}
        for route, name in OF_THINGS:
            # Whoever put it there may take it out while it waits.
            if not route.startswith("/explore/") or name == "explore_withdraw":
                continue
            where = address(world, route, name, **instead)
            for role, client in world.clients.items():
                for method in PAGES:
                    cells += 1
                    got = letter(send(client, method, where, SENT.get(name)))
                    if got not in ("-xs" if role == "nobody" else "-x"):
                        found[state, name, method, role] = got
    cases.count = cells
    assert found == {}


def test_caches_tell_a_page_from_its_fragment(world):
    """Where one address answers a page's script with something else."""
    client, untold, seen = world.clients["owner"], set(), set()
    for route, name in sorted(set(routes())):
        if "<" in route and TABLE.get((name, "GET"), "-")[0] != "y":
            continue
        where = address(world, route, name)
        page = send(client, "GET", where)
        fragment = send(client, "GET", where, headers={"X-Requested-With": "fetch"})
        kinds = [(each.status_code, b"<html" in each.whole) for each in (page, fragment)]
        if kinds[0] != kinds[1]:
            seen.add(name)
            if not all("X-Requested-With" in each.get("Vary", "") for each in (page, fragment)):
                untold.add(name)
    assert untold == set()
    assert seen >= {"archive_job", "batch_comments", "image", "image_comments", "queue"}
    assert seen >= {"experiment", "experiment_compare"}


def test_the_table_lets_nobody_in_from_outside_but_by_a_secret():
    secret = {"invitation", "invitation_accept", "api_invitation_accept"}
    secret |= {"shared", "shared_original", "shared_picture"}
    secret.add("ticket_file")  # sent to staff
    public = {"one", "original", "picture", "small", "complain", "like", "unlike", "remix"}
    secret |= {f"explore_{each}" for each in public} | {"api_publication", "api_publication_like"}
    columns = [ROLES.index(role) for role in OUTSIDE]
    for (name, method), letters in TABLE.items():
        assert len(letters) == len(ROLES), (name, method)
        if name not in secret:
            assert {letters[column] for column in columns} <= set("-s"), (name, method)


@pytest.mark.cases(100)
def test_ones_own_workspace_is_no_way_to_other_peoples_things(world, cases):
    """With an address of one's own workspace and the id of something of theirs."""
    wrong, cells = {}, 0
    for route, name in OF_THINGS:
        slugs = {"slug": "elsewhere", "workspace": "elsewhere"}
        if not re.search("<(slug|workspace)>.*<", route):
            continue
        where = address(world, route, name, **slugs)
        for method in methods(route, name):
            cells += 1
            status = send(world.clients["stranger"], method, where, SENT.get(name)).status_code
            if status not in {404, 405}:
                wrong[name, method] = status
    cases.count = cells
    assert wrong == {}


def test_no_page_or_list_shows_them_to_others(world):
    shown, seen = {}, set()
    for route, name in sorted(set(routes())):
        if "<" not in route:
            for role in (*OUTSIDE, "viewer"):
                answer = send(world.clients[role], "GET", route)
                if MARK in answer.whole.decode(errors="replace"):
                    (seen if role == "viewer" else shown.setdefault(role, set())).add(name)
    assert shown == {}
    # Whoever works there sees them: the mark is one.
    assert {"workspaces", "gallery", "prompts", "themes", "lists", "api_themes"} <= seen


def foreign(ids):
    """Requests of a stranger, each of which names something of theirs."""
    things = SimpleNamespace(**{name.replace(" ", "_"): str(pk) for name, pk in ids.items()})
    fox = {"prompt": "a fox", "model": "painter"}
    yield "GET", f"/api/topics?workspace={things.slug}", {}
    yield "POST", "/api/topics", {"workspace": things.slug}
    yield "POST", "/api/generate", {**fox, "workspace": things.slug}
    yield "POST", "/api/generate", {**fox, "topic": things.topic}
    for field in ("source", "mask", "references"):
        for thing in (things.image, things.upload):
            yield "POST", "/api/generate", {**fox, "mode": "image", field: thing}
    for field in ("theme", "style"):
        yield "POST", "/api/prompts", {**fox, field: getattr(things, field)}
    for kind, name in (("themes", "base_prompt"), ("lists", "lines"), ("prompts", "prompt")):
        yield "POST", f"/api/{kind}", {"name": "mine", name: "x", "workspace": things.slug}
    yield "POST", "/api/experiments", {"workspace": things.slug, "base": fox, "axes": []}
    yield "GET", f"/compare/?of={things.image}&of={things.image_gone}", {}
    yield "POST", "/w/elsewhere/generate/", {**fox, "topic": things.topic}
    yield "POST", "/w/elsewhere/generate/", {**fox, "source": things.upload, "mode": "image"}
    yield "POST", "/w/elsewhere/generate/", {**fox, "theme": things.theme}
    yield "POST", "/w/elsewhere/generate/", {**fox, "style": things.style}
    yield "GET", f"/w/elsewhere/?topic={things.topic}", {}
    yield "GET", f"/w/elsewhere/feed/?topic={things.topic}", {}


def test_what_a_request_names_must_be_ones_own(world):
    got = {}
    for method, where, body in foreign(world.ids):
        answer = send(world.clients["stranger"], method, where, body)
        if answer.status_code not in {400, 404}:
            got[method, where, str(body)] = answer.status_code
        assert MARK not in answer.whole.decode(errors="replace")
    assert got == {}


def test_what_is_chosen_in_a_list_must_be_ones_own(world):
    """These answer how many of the chosen were changed: none."""
    stranger, before = world.clients["stranger"], row_counts()
    chosen = {"ids": [str(world.ids["image"])]}
    for action in ("delete", "rate", "tag", "lock", "download"):
        answer = stranger.post("/gallery/act/", {**chosen, "action": action, "value": "1"})
        assert answer.status_code == 400 or answer.json()["count"] == 0
    answer = stranger.post("/gallery/move/", {**chosen, "value": str(world.ids["topic"])})
    assert answer.status_code in {400, 404} or answer.json()["count"] == 0
    table = stranger.post("/gallery/download/", {**chosen, "as": "csv"})
    body = b"".join(table.streaming_content) if table.streaming else table.content
    assert MARK.encode() not in body
    for page in (f"/prompts/?in={world.studio.pk}", f"/prompts/export/?in={world.studio.pk}"):
        answer = stranger.get(page)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert MARK.encode() not in body
    # A person's account of units begins with their first page.
    usual = {Account._meta.label: 0}
    assert row_counts() | usual == before | usual


def test_ones_own_is_not_moved_into_other_peoples_workspace(world):
    charlie, client = world.people["stranger"], world.clients["stranger"]
    mine = Theme.objects.create(owner=charlie, scope="personal", name="Mine", base_prompt="x")
    body = {"workspace": world.studio.slug}
    answer = client.patch(f"/api/themes/{mine.pk}", body, content_type="application/json")
    assert answer.status_code == 404
    form = {"name": "Mine", "base_prompt": "x", "workspace": str(world.studio.pk)}
    assert "workspace" in client.post(f"/themes/{mine.pk}/edit/", form).context["form"].errors
    mine.refresh_from_db()
    assert mine.workspace is None
