"""The page of an account where Telegram is linked, and the address that Telegram calls."""

import json
import logging
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from chat.models import ChatModel, TelegramCode, TelegramLink
from chat.models.telegram_code import MINUTES
from chat.telegram.calling import bot_name, secret
from chat.telegram.incoming import take_in
from generation.models import Batch, ImageModel
from pixazo.errors import UserError
from pixazo.events import stream_token
from pixazo.rationing import takes_place
from workspaces.placing import places_of

MOST_BYTES = 1024 * 1024  # of one update; Telegram's largest has some ten thousand
CODES, HOUR = 20, 3600
SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  a header's name

log = logging.getLogger(__name__)


class ChoiceForm(forms.ModelForm):
    """What the bot's own commands choose, too."""

    text_model = forms.ChoiceField(label=gettext_lazy("Model that answers"), required=False)
    image_model = forms.ChoiceField(label=gettext_lazy("Model for pictures"), required=False)

    class Meta:
        model = TelegramLink
        fields = ("workspace", "text_model", "image_model")
        labels = {"workspace": gettext_lazy("Workspace")}
        help_texts = {"workspace": ""}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place: Any = self.fields["workspace"]
        place.queryset = places_of(self.instance.user)
        place.empty_label = _("Where I worked last")
        text_model: Any = self.fields["text_model"]
        image_model: Any = self.fields["image_model"]
        talking = ChatModel.objects.usable_by(self.instance.user)
        text_model.choices = [("", _("The workspace's")), *((m.slug, m.name) for m in talking)]
        if not talking:
            del self.fields["text_model"]
        rows = ImageModel.objects.usable_by(self.instance.user).order_by("position", "name")
        names = [(each.slug, each.name) for each in rows if Batch.Mode.TEXT in each.contract.modes]
        image_model.choices = [("", _("The first that works")), *names]


@require_safe
@login_required
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """`?waiting`: the page shows a code, and has nothing new to show before somebody used it."""
    if "waiting" in request.GET and TelegramLink.objects.of(request.user) is None:
        return HttpResponse(status=204)
    return _page(request)


@require_POST
@login_required
@never_cache
@sensitive_variables("code")
def code(request: HttpRequest) -> HttpResponse:
    """A new one, shown this once."""
    user: Any = request.user
    _there()
    if TelegramLink.objects.filter(user=user).exists():
        return redirect("telegram")
    if not takes_place(f"telegram-code-new:{user.pk}", CODES, HOUR):
        sentence = _("That was often in an hour. Try again a little later.")
        raise UserError(sentence, code="too_often", status=429)
    return _page(request, code=TelegramCode.objects.issue(user))


@require_POST
@login_required
def choose(request: HttpRequest) -> HttpResponse:
    link = get_object_or_404(TelegramLink.objects.select_related("user"), user=request.user)
    form = ChoiceForm(request.POST, instance=link)
    if not form.is_valid():
        return _page(request, form=form, status=400)
    link.choose(**{name: form.cleaned_data[name] for name in form.fields})
    messages.success(request, _("Kept."))
    return redirect("telegram")


@require_POST
@login_required
def unlink(request: HttpRequest) -> HttpResponse:
    """Harmless to repeat."""
    if link := TelegramLink.objects.of(request.user):
        link.unlink()
        messages.success(request, _("The link with Telegram has ended."))
    return redirect("telegram")


@csrf_exempt  # its secret is more than a token
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """Written down and rung for: Telegram asks again where this takes long."""
    if not (settings.TELEGRAM_TOKEN and settings.TELEGRAM_WEBHOOK):
        raise Http404
    if not constant_time_compare(request.headers.get(SECRET, ""), secret()):
        log.warning("A call without Telegram's secret came from %s.", request.META["REMOTE_ADDR"])
        return HttpResponse(status=403)
    body = request.read(MOST_BYTES + 1)
    try:
        told = json.loads(body) if len(body) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        return HttpResponse(status=400)
    take_in(told)
    return HttpResponse()


def _page(
    request: HttpRequest, *, code: str = "", form: ChoiceForm | None = None, status: int = 200
) -> HttpResponse:
    user: Any = request.user
    link = TelegramLink.objects.of(user)
    bot = bot_name() if settings.TELEGRAM_TOKEN else ""
    known = {
        "link": link,
        "form": form or (ChoiceForm(instance=link) if link else None),
        "bot": bot,
        "code": code,
        "minutes": MINUTES,
        "token": stream_token(user.channel),
    }
    return render(request, "chat/telegram.html", known, status=status)


def _there() -> None:
    if not settings.TELEGRAM_TOKEN:
        raise UserError(_("This site has no Telegram bot."), code="no_bot", status=404)
