"""The help desk for whoever asks: their requests, one of them, a new one, and its files."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.desk import files, writing
from accounts.desk.about import about
from accounts.models import Ticket, TicketEvent, TicketFile
from accounts.models.ticket import SUBJECT, WORDS
from pixazo.errors import UserError
from pixazo.events import stream_token
from pixazo.rationing import takes_place
from pixazo.staff_door import lacks_factor
from pixazo.visitors import visitor

PAGE = 30
VISITORS, HOUR = 5, 3600  # requests from one place, without an account


class AskForm(forms.Form):
    subject = forms.CharField(
        max_length=SUBJECT,
        label=gettext_lazy("What is it about?"),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    category = forms.ChoiceField(
        label=gettext_lazy("What kind of thing is it?"), choices=Ticket.Category.choices
    )
    text = forms.CharField(
        max_length=WORDS,
        label=gettext_lazy("What happened, and what did you expect?"),
        widget=forms.Textarea({"rows": 8}),
    )


class VisitorForm(AskForm):
    email = forms.EmailField(
        max_length=254,
        label=gettext_lazy("Your e-mail"),
        help_text=gettext_lazy("The answer is sent there, and nothing else."),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    field_order = ("email", "subject", "category", "text")


class ReplyForm(forms.Form):
    text = forms.CharField(
        max_length=WORDS, label=gettext_lazy("Your message"), widget=forms.Textarea({"rows": 5})
    )


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """A person's requests, those that wait for them first."""
    if not request.user.is_authenticated:
        return redirect("help_new")
    rows = Ticket.objects.of(request.user)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    known = {"tickets": page, "token": stream_token(request.user.channel)}
    return render(request, "accounts/help.html", known)


def new(request: HttpRequest) -> HttpResponse:
    """The form; also for visitors, where the site answers them."""
    is_known = request.user.is_authenticated
    if not (is_known or settings.HELP_OPEN):
        return redirect_to_login(request.get_full_path())
    form_class = AskForm if is_known else VisitorForm
    said = request.POST if request.method == "POST" else request.GET
    job, page = _job(request, said), _page(said)
    if request.method == "POST":
        form = form_class(request.POST)
        if form.is_valid():
            try:
                return _ask(request, form, job, page)
            except UserError as error:
                form.add_error(None, error.sentence)
                return _form(request, form, job, page, error.status)
        return _form(request, form, job, page, 400)
    # Where it leads to from: a picture that failed, or the wish to say something.
    category = "picture" if job else request.GET.get("category", "")
    form = form_class(initial={"category": category} if category else None)
    return _form(request, form, job, page)


def _form(
    request: HttpRequest, form: forms.Form, job: UUID | None, page: str, status: int = 200
) -> HttpResponse:
    known = {"form": form, "job": job, "page": page, "about": about(request.user, job)}
    return render(request, "accounts/help_new.html", known, status=status)


def _ask(request: HttpRequest, form: forms.Form, job: UUID | None, page: str) -> HttpResponse:
    said, user = form.cleaned_data, request.user
    language = get_language() or ""
    if user.is_authenticated:
        sent = files.sent_with(request)
        ticket = writing.ask(**said, user=user, language=language, job=job, page=page, sent=sent)
        messages.success(request, _("It has arrived. Answers are shown here, and sent by mail."))
        return redirect(ticket)
    if not takes_place(f"help-visitor:{visitor(request)}", VISITORS, HOUR):
        raise writing.TooOften(_("That was often in an hour. Ask again a little later."))
    writing.ask(**said, language=language, page=page)
    return render(request, "accounts/help_sent.html", {"email": said["email"].lower()})


def _job(request: HttpRequest, said: Any) -> UUID | None:
    """The one that the address names, if it is theirs to see."""
    try:
        job = UUID(said.get("job", ""))
    except ValueError:
        return None
    return job if request.user.is_authenticated and about(request.user, job) else None


def _page(said: Any) -> str:
    page: str = said.get("page", "")
    is_here = page.startswith("/") and url_has_allowed_host_and_scheme(page, allowed_hosts=None)
    return page if is_here and len(page) <= 300 and page.isprintable() else ""


@require_safe
@login_required
@never_cache
def ticket(request: HttpRequest, pk: int) -> HttpResponse:
    return _thread(request, _own(request, pk), ReplyForm())


@require_POST
@login_required
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    row = _own(request, pk)
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return _thread(request, row, form, 400)
    try:
        sent = files.sent_with(request)
        writing.reply(row, request.user, form.cleaned_data["text"], sent)
    except UserError as error:
        form.add_error(None, error.sentence)
        return _thread(request, row, form, error.status)
    return redirect(row)


@require_POST
@login_required
def close(request: HttpRequest, pk: int) -> HttpResponse:
    row = _own(request, pk)
    if writing.close(row, request.user):
        messages.success(request, _("It is closed. Write into it to open it again."))
    return redirect(row)


@require_POST
@login_required
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    row = _own(request, pk)
    if writing.reopen(row, request.user):
        messages.success(request, _("It is open again."))
    return redirect(row)


def _own(request: HttpRequest, pk: int) -> Ticket:
    return get_object_or_404(Ticket.objects.of(request.user), pk=pk)


def _thread(request: HttpRequest, row: Ticket, form: forms.Form, status: int = 200) -> HttpResponse:
    user: Any = request.user
    known = {
        "ticket": row,
        "form": form,
        "about": about(user, row.job),
        "messages_of_it": row.messages.open_to_all()
        .select_related("author")
        .prefetch_related("files"),
        "events": row.events.exclude(what__in=TicketEvent.INTERNAL),
        "token": stream_token(user.channel),
    }
    return render(request, "accounts/help_ticket.html", known, status=status)


@require_GET
@login_required
def file(request: HttpRequest, pk: UUID) -> FileResponse:
    """Saved, never shown: whoever's ticket it is, and staff."""
    found = TicketFile.objects.select_related("message__ticket").filter(pk=pk).first()
    if found is None or not found.may_be_seen_by(request.user):
        raise Http404
    if found.message.ticket.user_id != request.user.pk and lacks_factor(request.user):
        raise Http404  # as on staff's own pages
    return saved(found)


def saved(found: TicketFile) -> FileResponse:
    """Whoever asks may have it."""
    try:
        content = default_storage.open(found.key)
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(
        content, as_attachment=True, filename=found.name, content_type=found.content_type
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
