"""What sign-up asks for beside name and address: a code, while the site is closed to strangers."""

from typing import Any

from allauth.core import context
from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import InviteCode


class InvitedForm(forms.Form):
    """django-allauth's sign-up forms grow from it."""

    invite_code = forms.CharField(
        max_length=40,
        error_messages={"required": gettext_lazy("Without a code nobody can sign up at present.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not settings.INVITE_ONLY:
            del self.fields["invite_code"]
        elif context.request:  # the address that staff handed on
            self.fields["invite_code"].initial = context.request.GET.get("invite_code", "")

    def clean_invite_code(self) -> str:
        code: str = self.cleaned_data["invite_code"]
        if not InviteCode.objects.is_usable(code):
            raise forms.ValidationError(_("This code is unknown, used up or too old."))
        return code

    def signup(self, request: HttpRequest, user: Any) -> None:
        """django-allauth calls it; the code was used with the account (`accounts.adapter`)."""
