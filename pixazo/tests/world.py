"""One of everything in Alice's workspace, made by Bob: what `permissions.py` is tried on."""

from datetime import timedelta
from types import SimpleNamespace

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.timezone import now

from accounts.desk import files, writing
from accounts.models import ApiKey, DataExport, TicketFile
from billing.models import Customer, Order
from chat.models import Conversation, Message
from generation.models import (
    Image,
    ImageModel,
    OwnKey,
    PictureComment,
    Publication,
    SafetyCase,
    Service,
    ShareLink,
    SmartView,
)
from generation.tests.engine import ask, draw_all, without_cap
from generation.tests.experiments import begun
from generation.tests.pictures_for_tests import bring, picture
from pixazo.tests.cast import make_person
from workspaces import resting
from workspaces.comments import saying
from workspaces.joining import join
from workspaces.models import (
    ArchiveJob,
    Invitation,
    SavedPrompt,
    Scope,
    Style,
    Theme,
    Topic,
    WordList,
    Workspace,
)

# Who asks, in the order of the table's columns. "author" made what is asked for.
ROLES = ("owner", "author", "editor", "viewer", "stranger", "nobody", "staff")
# What a picture in the gallery, or on its way there, may be.
PUBLISHED = ("shown", "waiting", "refused", "withdrawn")
# In the name, prompt or text of all but what is published: nobody else may read it anywhere.
MARK = "zanzibar"


def build():
    """`people`: role -> person (None for nobody); `ids`: name -> what it is in an address."""
    alice, bob, emil, vera, charlie, gus = (
        make_person(name) for name in ("alice", "bob", "emil", "vera", "charlie", "gus")
    )
    dora = make_person("dora", is_staff=True, is_superuser=True)
    studio = Workspace.found(alice, f"Studio {MARK}")
    for person, role in ((bob, "editor"), (emil, "editor"), (vera, "viewer"), (gus, "viewer")):
        join(studio, person, role)
    Workspace.found(charlie, "Elsewhere")
    gone = Workspace.found(alice, "Thrown away")
    for person, role in ((bob, "editor"), (emil, "editor"), (vera, "viewer")):
        join(gone, person, role)
    resting.trash(gone)
    people = dict(zip(ROLES, (alice, bob, emil, vera, charlie, None, dora), strict=True))
    ids = _published(studio, bob, dora)
    ids |= {
        "workspace gone": gone.pk,
        **_work(studio, bob),
        **_kept(studio, bob),
        **_people(studio, bob, gus),
    }
    return SimpleNamespace(people=people, studio=studio, ids=ids)


def _work(studio, bob):
    model = ImageModel.objects.get(slug="painter")
    topic = Topic.objects.create(workspace=studio, author=bob, name=f"Topic {MARK}")
    asked = {"prompt": f"a {MARK} fox", "topic": topic}
    drawn = ask(studio, model, bob, count=2, **asked)
    draw_all()
    kept, thrown = Image.objects.filter(job__batch=drawn).order_by("id")
    thrown.trash()
    waiting = ask(studio, model, bob, **asked)
    gone = ask(studio, model, bob, **asked)
    cancelled = ask(studio, model, bob, **asked).jobs.get()
    cancelled.cancel()
    experiment, ended = (begun(studio, ("seed", seeds), author=bob) for seeds in ("1,2", "3"))
    member = studio.memberships.get(user=bob)
    link = ShareLink.share(kept, bob, "picture", None)
    for row in (gone, ended):
        type(row).objects.filter(pk=row.pk).update(deleted=now())
    return {
        "slug": studio.slug,
        "workspace": studio.slug,
        "topic": topic.pk,
        "version gone": topic.history.get().pk,
        "topic gone": studio.topics.create(author=bob, name=MARK, deleted=now()).pk,
        "batch": kept.job.batch_id,
        "batch waiting": waiting.pk,
        "batch gone": gone.pk,
        "batch cancelled": cancelled.batch_id,
        "job": kept.job_id,
        "job waiting": waiting.jobs.get().pk,
        "job cancelled": cancelled.pk,
        "image": kept.pk,
        "image gone": thrown.pk,
        "key": kept.original.removeprefix("generated/"),
        "upload": bring(studio, picture()).pk,
        "comment": saying.write(PictureComment(image=kept), member, MARK).pk,
        "experiment": experiment.pk,
        "experiment gone": ended.pk,
        **_said(studio, bob),
        "place": 0,
        "link": link.pk,
        "token": link.token,
    }


def _said(studio, bob):
    chat, gone = (
        Conversation.objects.create(workspace=studio, author=bob, title=MARK, deleted=deleted)
        for deleted in (None, now())
    )
    said = {"conversation": chat, "author": bob, "content": f"a {MARK} fox"}
    return {
        "chat": chat.pk,
        "chat gone": gone.pk,
        "message": Message.objects.create(role="user", **said).pk,
    }


def _published(studio, bob, dora):
    model = ImageModel.objects.get(slug="painter")
    without_cap(bob)  # he goes on drawing
    ask(studio, model, bob, count=len(PUBLISHED), prompt="a fox")
    draw_all()
    found = {}
    for state, image in zip(PUBLISHED, Image.objects.order_by("id"), strict=True):
        row = Publication.publish(image, bob, "remix", names_author=True)
        if state == "shown":
            row.let_in(dora)
        elif state == "refused":
            row.refuse(dora, "other", "Not here")
        elif state == "withdrawn":
            row.withdraw()
        assert row.state == state
        found |= {f"publication {state}": row.pk, f"image {state}": image.pk}
    return found


def _export_of(person):
    key = default_storage.save("exports/world.zip", ContentFile(b"all of it"))
    return DataExport.objects.create(user=person, state="done", key=key, size=9)


def _kept(studio, bob):
    kinds = {
        "saved": (SavedPrompt, {"title": MARK, "prompt": f"a {MARK} fox"}),
        "style": (Style, {"name": MARK, "positive_prompt": MARK}),
        "theme": (Theme, {"name": MARK, "base_prompt": MARK}),
        "list": (WordList, {"name": MARK, "lines": MARK}),
    }
    here = {"owner": bob, "scope": Scope.WORKSPACE, "workspace": studio}
    found = {}
    for kind, (model, fields) in kinds.items():
        found[kind] = model.objects.create(**here, **fields).pk
        found[f"{kind} gone"] = model.objects.create(**here, **fields, deleted=now()).pk
    return found


def _people(studio, bob, gus):
    invitation = Invitation(workspace=studio, email="nils@example.org", role="viewer")
    letter = invitation.renew(studio.owner)
    invitation.save()
    case = SafetyCase.objects.create(
        author=bob, workspace=studio, stage="prompt", reason="sexual", digest="1" * 64
    )
    key, _ = ApiKey.issue(bob, MARK)
    archive = ArchiveJob.objects.create(
        kind="export", state="done", person=studio.owner, workspace=studio, name=f"{MARK}.tar.gz"
    )
    kept = default_storage.save(f"archives/{MARK}", ContentFile(b"an archive"))
    ArchiveJob.objects.filter(pk=archive.pk).update(keys=[kept], size=10)
    Session.objects.create(session_key=MARK, expire_date=now() + timedelta(days=1))
    session = UserSession.objects.create(
        user=bob, session_key=MARK, ip="127.0.0.1", user_agent=MARK
    )
    passkey = Authenticator.objects.create(user=bob, type="webauthn", data={"name": MARK})
    customer = Customer.objects.create(user=bob, stripe_id=MARK)
    order = Order.objects.create(customer=customer, name=MARK, amount=900, currency="usd")
    kept = files.keep("log.txt", MARK.encode())
    # Staff hear of its subject.
    asked = {"subject": "Help", "text": MARK, "category": "other", "sent": [kept]}
    ticket = writing.ask(user=bob, **asked)
    service = Service.objects.create(slug="elsewhere", name="Elsewhere", kind="openai")
    return {
        "member": studio.memberships.get(user=gus).pk,
        "invitation": invitation.pk,
        "letter": letter,
        "archive": archive.pk,
        "own data": _export_of(bob).pk,
        "case": case.pk,
        "order": order.pk,
        "api key": key.pk,
        "session": session.pk,
        "passkey": passkey.pk,
        "ticket": ticket.pk,
        "ticket file": TicketFile.objects.get().pk,
        "own key": OwnKey.objects.create(user=bob, service=service, key=MARK * 3).pk,
        "smart view": SmartView.objects.create(owner=bob, name=MARK, query="q=fox").pk,
    }
