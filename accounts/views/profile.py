"""A person's own page: who they are here, and by which name others see them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.models import User


class ProfileForm(forms.Form):
    shown_name = forms.CharField(
        max_length=100,
        required=False,
        label=gettext_lazy("Your name in full"),
        help_text=gettext_lazy(
            "Beside your short name where others choose whom they mean, and in your initials."
        ),
        widget=forms.TextInput({"autocomplete": "name"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    if request.method != "POST":
        form = ProfileForm(initial={"shown_name": user.get_full_name()})
        return render(request, "accounts/profile.html", {"form": form})
    form = ProfileForm(request.POST)
    if not form.is_valid():
        return render(request, "accounts/profile.html", {"form": form}, status=400)
    names = {"first_name": form.cleaned_data["shown_name"], "last_name": ""}
    User.objects.filter(pk=user.pk).update(**names)
    messages.success(request, _("Others see you by this name now."))
    return redirect("profile")
