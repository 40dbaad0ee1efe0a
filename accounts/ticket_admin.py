"""Tickets, for staff: who waits, what was written, and every verb by which it goes on."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from accounts.acted_on import tickets
from accounts.desk import files, writing
from accounts.models import Delivery, ReceivedMail, Ticket, TicketEvent
from accounts.staff_acts import whose
from pixazo.admin import ReadOnly, ReadOnlyRows
from pixazo.errors import UserError

whose(Ticket, lambda ticket: ticket.user, gettext_noop("A request for help"), "help", tickets)
whose(Delivery, lambda delivery: delivery.user, gettext_noop("A message to you"))

State = Ticket.State
# What the person whose request it is reads of it, under “What staff did”.
LOGGED = {
    "answer": "Answered your request.",
    "note": "Wrote a note for staff to your request.",
    "take": "Took on your request.",
    "give back": "Left your request to others.",
    "sort": "Sorted your request anew.",
    "move": "Changed the state of your request.",
}
# In this order: what staff most often mean is the first.
ENDS = (
    (State.ANSWERED, "Answered"),
    (State.WAITING, "We wait for them"),
    (State.CLOSED, "Closed"),
    (State.OPEN, "More to come from us"),
)


class WhoseFilter(admin.SimpleListFilter):
    title = "who looks after it"
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("mine", "Me"), ("nobody", "Nobody yet"), ("others", "Somebody else")]

    def queryset(self, request: HttpRequest, rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
        me = request.user.pk
        match self.value():
            case "mine":
                return rows.filter(owner=me)
            case "nobody":
                return rows.filter(owner=None)
            case "others":
                return rows.exclude(owner=None).exclude(owner=me)
        return rows


class History(ReadOnlyRows):
    model = TicketEvent
    fields = ("created", "what", "by", "by_staff", "detail")
    show_change_link = False
    verbose_name_plural = "history"


@admin.register(Ticket)
class TicketAdmin(ReadOnly):
    list_display = ("pk", "subject", "asked_by", "category", "whose_turn", "owner", "moved")
    list_display_links = ("pk", "subject")
    list_filter = ("state", WhoseFilter, "category", "moved")
    list_select_related = ("user", "owner")
    search_fields = ("=pk", "=job", "subject", "user__username", "user__email", "email")
    ordering = ("-moved",)
    view_on_site = False  # the page there is the person's
    fields = ("asked_by", "category", "whose_turn", "owner", "picture", "page", "created", "moved")
    inlines = (History,)
    actions = ("take_on", "close_them")

    @admin.display(description="state", ordering="state")
    def whose_turn(self, ticket: Ticket) -> str:
        """The labels are the person's: "you" are they."""
        return "Waits for them" if ticket.state == State.WAITING else ticket.get_state_display()

    @admin.display(description="asked by", ordering="user__username")
    def asked_by(self, ticket: Ticket) -> str | SafeString:
        if ticket.user is None:
            return f"{ticket.email} (no account)"
        address = reverse("admin:accounts_user_change", args=[ticket.user.pk])
        return format_html('<a href="{}">{}</a>', address, ticket.user.username)

    @admin.display(description="about the picture")
    def picture(self, ticket: Ticket) -> str | SafeString:
        if ticket.job is None:
            return "none"
        address = reverse("admin:generation_job_change", args=[ticket.job])  # a room above
        return format_html('<a href="{}">{}</a>', address, ticket.job)

    def get_urls(self) -> list[URLPattern]:
        write = self.admin_site.admin_view(require_POST(self.write))
        return [
            path("<int:pk>/write/", write, name="accounts_ticket_write"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        ticket = self.get_object(request, object_id)
        context = dict(extra_context or {})
        if ticket is not None:
            thread = ticket.messages.select_related("author").prefetch_related("files")
            context |= {"thread": thread, "ends": ENDS, "kinds": Ticket.Category.choices}
            context["may_write"] = self.has_operate_permission(request)
            context["is_mine"] = ticket.owner_id == request.user.pk
        return super().change_view(request, object_id, form_url, context)

    def write(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What the buttons below the thread say: answer, note, take, give back, move, sort."""
        ticket = Ticket.objects.filter(pk=pk).first()
        if ticket is None or not self.has_operate_permission(request):
            raise Http404
        try:
            done = self._do(request, ticket, request.POST.get("do", ""))
        except UserError as error:
            self.message_user(request, error.sentence, messages.ERROR)
        else:
            if done:
                self.log_change(request, ticket, LOGGED[request.POST["do"]])
                self.message_user(request, done)
            else:
                self.message_user(request, "Nothing was changed.", messages.WARNING)
        return redirect("admin:accounts_ticket_change", pk)

    def _do(self, request: HttpRequest, ticket: Ticket, what: str) -> str:
        """In words what was done; empty if nothing was."""
        staff, said = request.user, request.POST
        text = said.get("text", "").strip()
        match what:
            case "answer" if text and said.get("state") in State.values:
                sent = files.sent_with(request)
                writing.answer(ticket, staff, text, said["state"], sent)
                return "Answered."
            case "note" if text:
                writing.note(ticket, staff, text)
                return "Noted, for staff only."
            case "answer" | "note":
                raise UserError("Write something first.", code="empty")
            case "take":
                return "It is yours." if writing.take(ticket, staff) else ""
            case "give back":
                return "Given back." if writing.give_back(ticket, staff) else ""
            case "sort" if said.get("category") in Ticket.Category.values:
                return "Sorted." if writing.sort(ticket, staff, said["category"]) else ""
            case "move" if said.get("state") in State.values:
                return "Moved." if writing.move(ticket, staff, said["state"]) else ""
        raise Http404

    @admin.action(description="Take on the chosen ones", permissions=["operate"])
    def take_on(self, request: HttpRequest, tickets: QuerySet[Ticket]) -> None:
        done = [t for t in tickets if writing.take(t, request.user)]
        self._all(request, done, "Taken on.", LOGGED["take"])

    @admin.action(description="Close the chosen ones", permissions=["operate"])
    def close_them(self, request: HttpRequest, tickets: QuerySet[Ticket]) -> None:
        done = [t for t in tickets if writing.move(t, request.user, State.CLOSED)]
        self._all(request, done, "Closed.", LOGGED["move"])

    def _all(self, request: HttpRequest, done: list[Ticket], said: str, logged: str) -> None:
        for ticket in done:
            self.log_change(request, ticket, logged)
        self.message_user(request, f"{said} {len(done)}")


@admin.register(ReceivedMail)
class ReceivedMailAdmin(ReadOnly):
    list_display = ("created", "sender", "subject", "outcome", "ticket")
    list_filter = ("outcome", "created")
    list_select_related = ("ticket",)
    search_fields = ("sender", "subject", "=message_id")
    fields = ("created", "message_id", "sender", "subject", "outcome", "ticket")


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly):
    """What waits to be sent, and what could not be: a queue that grows says that mail is away."""

    list_display = ("created", "channel", "kind", "user", "state", "attempts", "due", "said")
    list_filter = ("state", "channel", "kind")
    list_select_related = ("user",)
    search_fields = ("=id", "key", "user__username")
    fields = ("created", "channel", "kind", "key", "user", "state", "attempts", "due", "said")
