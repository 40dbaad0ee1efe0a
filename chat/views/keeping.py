"""Keeps the prompt that is in a message in the library (S177)."""

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chat.markdown import prompt_in
from chat.models import Message
from chat.views import found
from pixazo.errors import UserError
from workspaces.access import WorkspaceRequest, workspace_view
from workspaces.library.fields import title_of
from workspaces.models import SavedPrompt
from workspaces.models.saved_prompt import MOST
from workspaces.placing import place

LONGEST = 20_000  # as SavedPrompt.prompt


class NotKept(UserError):
    code = "not_allowed"
    status = 403


@require_POST
@workspace_view
def keep(request: WorkspaceRequest, pk: UUID, message: UUID) -> HttpResponse:
    """`{"text", "edit"}`: what was done, and where title and tags are given."""
    row = found.message(request, pk, message)
    if not request.membership.may_generate():
        raise NotKept(_("You may look at this workspace, but not keep prompts in it."))
    is_answer = row.role == Message.Role.ASSISTANT
    prompt = prompt_in(row.content) if is_answer else row.content.strip()
    if not 0 < len(prompt) <= LONGEST:
        raise UserError(_("There is no prompt in this message."), code="no_words", status=422)
    kept = SavedPrompt(owner=request.user, title=title_of(prompt), prompt=prompt)
    place(kept, request.workspace, request.user)
    there = kept.twin()
    if there is None:
        SavedPrompt.objects.living().keep(kept, MOST)
        sentence = _("“%(name)s” is saved.") % {"name": kept.title}
    else:
        kept = there
        sentence = _("It is saved already, as “%(name)s”.") % {"name": kept.title}
    may_change = kept.may_change(request.membership)
    address = reverse("prompt_edit", args=[kept.pk]) if may_change else reverse("prompts")
    return JsonResponse({"text": sentence, "edit": address}, status=200 if there else 201)
