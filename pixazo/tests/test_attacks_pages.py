"""Whatever people wrote is text on every page (S22): hostile texts in every column of words, then
the pages are read as a browser reads them."""

import pytest
from django.db import models, transaction

from generation.models import Batch, Image, Job
from pixazo.tests.hostile_texts import RUNS, faults
from pixazo.tests.test_permissions import world  # noqa: F401
from workspaces.models import Topic

pytestmark = [pytest.mark.django_db, pytest.mark.once]

# Columns that are no words of people's: states, addresses, keys of files.
NO_WORDS = {
    "slug",
    "state",
    "kind",
    "role",
    "scope",
    "key",
    "sha256",
    "lane",
    "code",
    "level",
    "mode",
    "original",
    "medium",
    "small",
    "email",
    "username",
    "password",
    "token",
    "digest",
    "prefix",
    "session_key",
    "user_agent",
    "ip",
    "data",
    "type",
    "provider",
    "address",
    "family",
    "origin",
    "color",
    "content_type",
    "locale",
    "event",
    "lookup_key",
    "currency",
    "status",
    "app_label",
    "model",
    "codename",
    "domain",
    "what",
    "category",
    "number",
    "stripe_id",
    "interval",
    "zone",
    "where",
    "size",
    "form",
    "object_id",
    "action_flag",
    "history_type",
    "publication",
    "verdict",
    "visible",
    "shows",
    "subject_kind",
    "source",
    "channel",
    "language",
    "reason_code",
    "page",
    "idempotency_key",
    "fingerprint",
    "recipe_hash",
    "version",
    "time_class",
    "rating",
    "timezone",
}
KINDS = {
    "accounts": {"Ticket", "TicketMessage", "TicketFile", "ApiKey"},
    "chat": {"Conversation", "Message"},
    "generation": {"Image", "Batch", "PictureComment", "BatchComment", "Experiment", "SmartView"},
    "workspaces": {
        "Workspace",
        "Topic",
        "SavedPrompt",
        "Theme",
        "Style",
        "WordList",
        "ArchiveJob",
        "Tag",
    },
}
PAGES = (
    "/workspaces/",
    "/w/{slug}/",
    "/w/{slug}/feed/",
    "/w/{slug}/people/",
    "/w/{slug}/topics/",
    "/w/{slug}/history/",
    "/w/{slug}/images/{image}/",
    "/w/{slug}/images/{image}/comments/",
    "/w/{slug}/batches/{batch}/",
    "/gallery/",
    "/prompts/",
    "/gallery/trash/",
    "/trash/",
    "/queue/",
    "/w/{slug}/experiments/{experiment}/",
    "/themes/",
    "/lists/",
    "/styles/",
    "/compare/?of={image}&of={image shown}",
    "/w/{slug}/chats/",
    "/explore/",
    "/w/{slug}/chats/{chat}/messages/",
    "/account/keys/",
    "/help/",
    "/s/{token}/",
    "/account/usage/",
    "/account/security/",
    "/account/data/",
)
OWNERS = ("/w/{slug}/edit/", "/w/{slug}/archive/", "/w/{slug}/people/")
# Part of another page, unless its script asks.
PARTS = {"/w/{slug}/images/{image}/comments/": {"X-Requested-With": "fetch"}}
PAGES_OF = [*((page, "author") for page in PAGES), *((page, "owner") for page in OWNERS)]


def words():
    """Each column of words, with its model."""
    from django.apps import apps

    for label, names in KINDS.items():
        for model in apps.get_app_config(label).get_models():
            if model.__name__ in names:
                for field in model._meta.concrete_fields:
                    is_text = isinstance(field, models.CharField | models.TextField)
                    if is_text and not field.choices and field.name not in NO_WORDS:
                        yield model, field


@pytest.mark.cases(1200)
def test_what_people_wrote_is_text_on_every_page(world, cases):  # noqa: F811
    """Long columns hold all of the texts, short ones another in each round."""
    columns, wrong, seen = [*words()], {}, set()
    assert len(columns) > 20
    for turn in range(0, len(RUNS), 12):
        for at, (model, field) in enumerate(columns):
            most = field.max_length or 20_000
            text = "\n".join(RUNS) if most > 8_000 else RUNS[(turn + at) % len(RUNS)][:most]
            try:
                with transaction.atomic():
                    model._base_manager.update(**{field.name: text})
            except Exception:
                continue  # unique, or held by a rule of the database
            cases.count += len(RUNS) if most > 8_000 else 1
        for page, client in PAGES_OF:
            answer = world.clients[client].get(page.format(**world.ids), headers=PARTS.get(page))
            if answer.status_code == 200 and not answer.streaming:
                seen.add(page)
                if found := faults(answer.content.decode()):
                    wrong[turn, page] = found[:3]
    assert wrong == {}
    assert seen == {page for page, _client in PAGES_OF}
    assert {Image, Batch, Job, Topic}


def test_the_search_finds_what_would_run():
    """Or the test above would prove nothing."""
    untold = [each for each in RUNS if "<" in each and "&lt;" not in each and not faults(each)]
    # Harmless as they stand: templates of others, and comments.
    assert len(untold) <= 12
