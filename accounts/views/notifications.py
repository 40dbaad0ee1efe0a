"""The page where a person says what they are told of, and how; their webhook; letters' links."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Delivery, Webhook
from accounts.telling import unsubscribing, webhooks
from accounts.telling.kinds import BY_NAME
from accounts.telling.reaching import offered
from pixazo import outgoing
from pixazo.errors import UserError
from pixazo.texts.kept import shown


class WebhookForm(forms.Form):
    url = forms.CharField(
        max_length=500,
        label=gettext_lazy("Address"),
        help_text=gettext_lazy(
            "Begins with https://, without a port of its own, and can be reached from everywhere."
        ),
        widget=forms.URLInput({"autocomplete": "off", "placeholder": "https://"}),
    )

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        try:
            outgoing.check(url, settings.WEBHOOK_HOSTS)
        except UserError as error:
            raise forms.ValidationError(error.sentence) from None
        return url


@require_safe
@login_required
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    hook = Webhook.of(request.user)
    return _page(request, hook, WebhookForm(initial={"url": hook.url if hook else ""}))


def _page(
    request: HttpRequest, hook: Webhook | None, form: forms.Form, status: int = 200
) -> HttpResponse:
    user: Any = request.user
    calls = (
        Delivery.objects.filter(user=user, channel="webhook") if hook else Delivery.objects.none()
    )
    known = {
        "kinds": offered(user, has_webhook=hook is not None),
        "hook": hook,
        "form": form,
        "calls": calls[: webhooks.SHOWN],
    }
    return render(request, "accounts/notifications.html", known, status=status)


@require_POST
@login_required
def webhook_keep(request: HttpRequest) -> HttpResponse:
    form = WebhookForm(request.POST)
    if not form.is_valid():
        return _page(request, Webhook.of(request.user), form, 400)
    Webhook.set_to(request.user, form.cleaned_data["url"])
    messages.success(request, _("The address is kept. Try it, and choose above what it hears of."))
    return redirect("notifications")


@require_POST
@login_required
def webhook_test(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    get_object_or_404(Webhook, user=user)
    row = webhooks.try_now(user)
    if row.state == row.State.DONE:
        messages.success(request, _("It was called, and received it."))
    else:
        messages.error(request, _("The call failed. %(why)s") % {"why": shown(row.said)})
    return redirect("notifications")


@require_POST
@login_required
def webhook_secret(request: HttpRequest) -> HttpResponse:
    get_object_or_404(Webhook, user=request.user).renew_secret()
    messages.success(request, _("There is a new secret. The old one signs nothing any more."))
    return redirect("notifications")


@require_POST
@login_required
def webhook_delete(request: HttpRequest) -> HttpResponse:
    get_object_or_404(Webhook, user=request.user).delete()
    messages.success(request, _("The address is called no more."))
    return redirect("notifications")


@csrf_exempt  # mail programs press it for their readers; the token is the permission
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Looking ends nothing: some servers open all links of a letter."""
    found = unsubscribing.read(token)
    if found is None:
        raise Http404
    user, kind = found
    if request.method == "POST":
        unsubscribing.end(user, kind)
    known = {"kind": BY_NAME[kind], "is_done": request.method == "POST"}
    return render(request, "accounts/unsubscribe.html", known)
