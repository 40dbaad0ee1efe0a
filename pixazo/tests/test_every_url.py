"""Walks every address of the site, as nobody, as a stranger and as somebody who only looks.

A new address that answers people who are not signed in needs a line in `OPEN`.
"""

import re

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import URLResolver, get_resolver

from accounts.desk import files, writing
from accounts.models import ApiKey, DataExport, TicketFile
from generation.models import Image, PictureComment, ShareLink
from generation.tests.engine import ask, draw_all
from generation.tests.experiments import begun
from generation.tests.pictures_for_tests import bring, picture
from workspaces.comments.saying import write
from workspaces.models import ArchiveJob, Membership, SavedPrompt, Scope, Topic

# What answers people who are not signed in, and why that is right.
OPEN = {
    "/": "the landing page",
    "/legal/<name>/": "terms, privacy and the like",
    "/healthz": "whether the process answers; no more",
    "/csp-reports/": "browsers tell what a page tried though it may not",
    "/metrics": "refuses, but for the token or from this machine",
    "/readyz": "whether it can serve; why not, only with the token or from this machine",
    "/status/": "what works",
    "/status.json": "what works, for programs",
    "/models/": "what can be drawn",
    "/pricing/": "what the plans are",
    "/explore/": "what people show to everybody",
    "/explore/<pk>/": "likewise",
    "/explore/<pk>/picture.webp": "likewise",
    "/explore/<pk>/small.webp": "likewise",
    "/explore/<pk>/original.png": "likewise",
    "/check/": "whether a picture was made here",
    "/api/check": "the same for programs",
    "/help/new/": "to ask staff, with an e-mail address",
    "/robots.txt": "for search engines",
    "/sitemap.xml": "for search engines",
    "/site.webmanifest": "for phones",
    "/favicon.ico": "for whoever shows a link",
    "/api/": "says which doors there are",
    "/api/health": "for whoever watches the site",
    "/dragon-wings/": "says which doors there are",
    "/dragon-wings/api/health": "for whoever watches the site",
    "/api/v1/": "says which doors there are",
    "/api/docs/": "how programs use the site",
    "/api/openapi.json": "likewise, for programs",
    "/api/openapi.yaml": "likewise",
    "/api/v1/docs/": "how programs use the site",
    "/api/v1/openapi.json": "likewise, for programs",
    "/api/v1/openapi.yaml": "likewise",
    "/api/v1/check": "whether a picture was made here",
    "/api/v1/health": "for whoever watches the site",
    "/.well-known/oauth-protected-resource": "says which keys /mcp takes",
    "/.well-known/oauth-protected-resource/mcp": "likewise",
    "/account/login/": "to sign in",
    "/account/language/": "to choose a language",
    "/account/signup/": "to sign up",
    "/account/unsubscribe/<token>/": "the letter's token is the permission",
    "/account/inactive/": "says that an account is switched off",
    "/account/confirm-email/": "says that a letter was sent",
    "/account/confirm-email/<key>/": "the letter's key is the permission",
    "/account/password/reset/": "to ask for a letter",
    "/account/password/reset/done/": "says that a letter was sent",
    "/account/password/reset/key/<uidb36>-<key>/": "the letter's key is the permission",
    "/account/password/reset/key/done/": "says that it is done",
    "/account/3rdparty/login/cancelled/": "says that nothing happened",
    "/account/3rdparty/login/error/": "likewise",
    "/invitations/<token>/": "the letter's secret is the permission",
    "/billing/webhook/": "Stripe's signature is the permission",
    "/telegram/webhook/": "Telegram's secret is the permission",
    "/s/<token>/": "the address is the permission, and a password where there is one",
    "/s/<token>/picture.webp": "likewise",
    "/s/<token>/original.png": "likewise",
}
SIGN_IN = ("/account/login/", "/admin/login/")
# Where else an address may send them.
ELSEWHERE = {
    "/account/logout/": "/",
    "/admin/logout/": "/admin/",
    "/start/": "/account/signup/",
    "/help/": "/help/new/",
}
# Addresses that name no row of anybody's: a letter's key, a signed token.
LETTERS = (
    "/account/confirm-email/",
    "/account/unsubscribe/",
    "/account/password/",
    "/events/",
    "/invitations/",
    "/s/",
)
REFUSALS = {401, 403, 404, 405}


def every_route(resolver=None, prefix="/"):
    """Each address as it is written, such as `/w/<slug>/edit/`."""
    for each in (resolver or get_resolver()).url_patterns:
        route = prefix + written(each.pattern)
        if isinstance(each, URLResolver):
            yield from every_route(each, route)
        else:
            yield route


def written(pattern):
    """A pattern with its parts in angle brackets, whichever way it was declared."""
    text = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", str(pattern))
    text = re.sub(r"<\w+:(\w+)>", r"<\1>", text)
    return text.removeprefix("^").removesuffix("$").removesuffix(r"\Z").replace("\\", "")


ROUTES = sorted(set(every_route()))


@pytest.fixture
def visit(studio, painter, alice, monkeypatch):
    """Gives a route the ids of things that Alice has."""
    monkeypatch.setattr("generation.doorbell.ring", lambda lane: None)
    ask(studio, painter)
    draw_all()
    image = Image.objects.get()
    experiment = begun(studio, ("seed", "1"))
    key, _ = ApiKey.issue(alice, "Laptop")
    upload = bring(studio, picture())
    saved = SavedPrompt.objects.create(
        owner=alice, scope=Scope.WORKSPACE, workspace=studio, title="Fox", prompt="a fox"
    )
    archive = ArchiveJob.export(studio, alice)
    export = DataExport.objects.ask(alice)
    link = ShareLink.share(image, alice, "picture", None)
    membership = Membership.objects.select_related("workspace", "user").get(
        workspace=studio, user=alice
    )
    comment = write(PictureComment(image=image), membership, "Look at the sky")
    asked = {"subject": "Grey", "text": "All of them", "category": "picture"}
    ticket = writing.ask(user=alice, **asked, sent=[files.keep("log.txt", b"grey")])
    ids = {
        "help/<pk>": f"help/{ticket.pk}",
        "files/<pk>": f"files/{TicketFile.objects.get().pk}",
        "slug": studio.slug,
        "s/<token>": f"s/{link.token}",
        "link": link.pk,
        "batches/<pk>": f"batches/{image.job.batch_id}",
        "jobs/<pk>": f"jobs/{image.job_id}",
        "images/<pk>": f"images/{image.pk}",
        "image/<pk>": f"image/{image.pk}",
        "comments/<pk>": f"comments/{comment.pk}",
        "experiments/<pk>": f"experiments/{experiment.pk}",
        "cells/<place>": "cells/0",
        "keys/<pk>": f"keys/{key.pk}",
        "saved/<pk>": f"saved/{saved.pk}",
        "prompts/<pk>": f"prompts/{saved.pk}",
        "workspaces/<workspace>": f"workspaces/{studio.pk}",
        "topics/<pk>": f"topics/{studio.default_topic.pk}",
        "history/<kind>/<pk>": f"history/topics/{Topic.history.first().pk}",
        "uploads/<pk>": f"uploads/{upload.pk}",
        "archives/<pk>": f"archives/{archive.pk}",
        "data/<pk>": f"data/{export.pk}",
        "upload_id": upload.pk,
        "job_id": image.job_id,
        "image_id": image.pk,
        "experiment_id": experiment.pk,
        "generated/<key>": image.original,
        "topic": studio.default_topic.pk,
        "object_id": alice.pk,
    }

    def address(route):
        for name, value in ids.items():
            route = route.replace(name if "/" in name else f"<{name}>", str(value))
        return re.sub(r"<\w+>", "1", route)

    return address


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """/readyz is not ready where a database takes a second, as on a machine with more to do."""
    monkeypatch.setattr("generation.parts.LIMIT", 60.0)
    monkeypatch.setattr("generation.watching.readiness.DATABASE_SECONDS", 60.0)


@pytest.mark.cases(1_500)
def test_nobody_gets_in_without_signing_in(visit, cases):
    wrong = {}
    nobody = Client()
    for route in ROUTES:
        for method in ("get", "post"):
            response = getattr(nobody, method)(visit(route))
            if route in OPEN:
                refused = response.status_code < 500
            elif response.status_code in {301, 302}:
                refused = response["Location"].startswith(ELSEWHERE.get(route, SIGN_IN))
            else:
                refused = response.status_code in REFUSALS
            cases.count += 1
            if not refused:
                wrong[method, route] = response.status_code, response.headers.get("Location")
    assert wrong == {}


def test_nothing_is_called_open_that_is_no_longer_there():
    assert {*OPEN, *ELSEWHERE} <= set(ROUTES)


def test_a_stranger_finds_nothing_of_others(visit, as_charlie):
    wrong = {}
    for route in ROUTES:
        if "<" in route and not route.startswith((*LETTERS, "/admin/")):
            for method in ("get", "post"):
                body = {"name": "Mine", "prompt": "a fox"}
                status = getattr(as_charlie, method)(visit(route), body).status_code
                if status not in {404, 405}:
                    wrong[method, route] = status
    assert wrong == {}


def test_the_owner_finds_what_the_stranger_did_not(visit, as_alice):
    """The ids are good ones, or the test above would prove nothing."""
    for route in (
        "/w/<slug>/",
        "/w/<slug>/jobs/<pk>/",
        "/w/<slug>/experiments/<pk>/",
        "/w/<slug>/experiments/<pk>/cells/<place>/",
        "/w/<slug>/images/<pk>/share/",
        "/s/<token>/original.png",
        "/generated/<key>",
        "/api/image/<image_id>",
        "/api/experiments/<experiment_id>",
        "/w/<slug>/uploads/<pk>/",
        "/archives/<pk>/",
        "/help/<pk>/",
        "/help/files/<pk>/",
        "/w/<slug>/saved/<pk>/",
        "/prompts/<pk>/edit/",
        "/prompts/<pk>/copy/",
        "/api/uploads/<upload_id>",
        "/api/prompts/<pk>",
        "/api/saved-prompts/<pk>",
        "/api/comments/<pk>",
        "/api/image/<pk>/comments",
        "/api/batches/<pk>/comments",
        "/w/<slug>/batches/<pk>/comments/",
        "/api/workspaces/<workspace>/saved-prompts",
    ):
        assert as_alice.get(visit(route)).status_code == 200


def test_staffs_pages_are_closed_to_everybody_else(visit, alice):
    wrong = {}
    as_alice = Client()
    for route in ROUTES:
        if route.startswith("/admin/") and route != "/admin/logout/":
            as_alice.force_login(alice)
            for method in ("get", "post"):
                status = getattr(as_alice, method)(visit(route), follow=True).status_code
                if status not in REFUSALS:
                    wrong[method, route] = status
    assert wrong == {}


@pytest.mark.both
def test_looking_makes_and_deletes_nothing(visit, as_alice):
    wrong = {}
    addresses = {route: visit(route) for route in ROUTES}
    before = row_counts()
    for route, address in addresses.items():
        status = as_alice.get(address).status_code
        after = row_counts()
        if status >= 500 or after != before:
            wrong[route] = status, {name for name in after if after[name] != before[name]}
            before = after
    assert wrong == {}


def row_counts():
    # A session keeps what the next page says, and is no row of anybody's work.
    models = [each._meta for each in apps.get_models() if each._meta.label != "sessions.Session"]
    counts = [f"SELECT '{each.label}', count(*) FROM {each.db_table}" for each in models]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(counts))
        return dict(cursor.fetchall())
