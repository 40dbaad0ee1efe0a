"""A person's workspaces: list, make, rename, delete."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import F
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pixazo.undo import say_undoable
from workspaces import covers, resting
from workspaces.access import WorkspaceRequest, managed_workspace_view
from workspaces.models import Workspace
from workspaces.models.versioned import ChangedMeanwhile
from workspaces.roles import Role
from workspaces.talkers import talkers
from workspaces.views.versions import told_apart, version_sent

PAGE = 24
# Name in the address -> (what it is called, order of rows).
ORDERS: dict[str, tuple[Any, str | Lower]] = {
    "used": (gettext_lazy("Last used"), "-last_used"),
    "name": (gettext_lazy("By name"), Lower("name")),
    "new": (gettext_lazy("Newest"), "-id"),
}


class WorkspaceForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=100, widget=forms.TextInput({"autofocus": True})
    )
    description = forms.CharField(
        label=gettext_lazy("Description"),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Shown on the card. For yourself and whoever works here with you."),
    )


class ChangeForm(WorkspaceForm):
    """Of one that is there: also who answers in its new chats, where there is a choice."""

    chat_model = forms.ChoiceField(
        label=gettext_lazy("New chats begin with"),
        required=False,
        help_text=gettext_lazy("The language model. Each chat can have another one."),
    )

    def __init__(self, person: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = talkers(person)
        if len(choices) < 2:
            del self.fields["chat_model"]
            return
        field: Any = self.fields["chat_model"]
        # One that answers no more is none of them: until somebody chooses, the first one does.
        is_there = self.initial["chat_model"] in dict(choices)
        field.required = is_there
        field.choices = choices if is_there else [("", _("The first that answers")), *choices]


@require_safe
@login_required
def index(request: HttpRequest) -> HttpResponse:
    # The role of whoever looks, from the row by which they see it.
    visible = Workspace.objects.visible_to(request.user).annotate(role=F("memberships__role"))
    sought = request.GET.get("q", "").strip()
    found = visible.filter(name__icontains=sought) if sought else visible
    order = request.GET.get("order", "")
    label, by = ORDERS.get(order) or ORDERS["used"]
    ordered = found.with_counts().select_related("owner", "theme").order_by(by, "id")
    page = Paginator(ordered, PAGE).get_page(request.GET.get("page"))
    covers.put_on(page.object_list)
    rows: Any = page.object_list
    for row in rows:
        row.role = Role(row.role)
    context = {
        "page": page,
        "sought": sought,
        "order": order,
        "order_label": label,
        "orders": [(name, words) for name, (words, _) in ORDERS.items()],
    }
    return render(request, "workspaces/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    form = WorkspaceForm(request.POST or None)
    if form.is_valid():
        try:
            return redirect(Workspace.found(request.user, **form.cleaned_data))
        except ValidationError as error:
            form.add_error(None, error)
    return render(request, "workspaces/new.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@managed_workspace_view
def edit(request: WorkspaceRequest) -> HttpResponse:
    workspace = request.workspace
    known = _known(workspace)
    initial = known | {"chat_model": workspace.chat_model}
    form = ChangeForm(request.user, request.POST or None, initial=initial)
    if form.is_valid():
        try:
            workspace.rename(**form.cleaned_data, version=version_sent(request))
        except ValidationError as error:
            form.add_error(None, error)
        except ChangedMeanwhile:
            return _changed(request, form)
        else:
            return _saved(request)
    covers.put_on([workspace])
    return render(request, "workspaces/edit.html", {"form": form, "known": known})


def _known(workspace: Workspace) -> dict[str, str]:
    return {"name": workspace.name, "description": workspace.description}


def _saved(request: WorkspaceRequest) -> HttpResponse:
    messages.success(request, _("“%(name)s” is saved.") % {"name": request.workspace.name})
    return redirect("workspaces")


def _changed(request: WorkspaceRequest, form: WorkspaceForm) -> HttpResponse:
    workspace = request.workspace
    workspace.refresh_from_db()
    covers.put_on([workspace])
    known = _known(workspace)
    page = told_apart(request, "workspaces/edit.html", form, known, {"known": known})
    return page or _saved(request)


@require_POST
@managed_workspace_view
def delete(request: WorkspaceRequest) -> HttpResponse:
    """Into the trash, with all that is in it."""
    workspace = request.workspace
    resting.trash(workspace)
    sentence = _("“%(name)s” is in the trash.") % {"name": workspace.name}
    say_undoable(request, sentence, reverse("trash_restore", args=["workspaces", workspace.pk]))
    return redirect("workspaces")
