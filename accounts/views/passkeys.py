"""A person's passkeys: given another name, or removed."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import EditWebAuthnView, RemoveWebAuthnView
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404


class _Own:
    """Somebody else's are not there, before anybody is asked for a password."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        own = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.WEBAUTHN)
        get_object_or_404(own, pk=kwargs["pk"])
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return answer


class Remove(_Own, RemoveWebAuthnView):
    def get_context_data(self, **known: Any) -> dict[str, Any]:
        """`is_last`: no second factor is left without it, and its recovery codes go with it."""
        rows = Authenticator.objects.filter(user=self.request.user)
        others = rows.exclude(type=Authenticator.Type.RECOVERY_CODES).exclude(pk=self.object.pk)
        context: dict[str, Any] = super().get_context_data(**known)
        return context | {"is_last": not others.exists()}


class Rename(_Own, EditWebAuthnView):
    pass


remove = login_required(Remove.as_view())
rename = login_required(Rename.as_view())
