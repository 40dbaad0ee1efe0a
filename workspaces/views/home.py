"""The front door: what the site is for visitors, their workspaces for those who are signed in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from billing.models import Plan
from pixazo.public.seo import Page
from workspaces.models import Workspace
from workspaces.showcase import pictures

FRONT = Page(
    gettext_lazy("From a sentence to a picture you meant"),
    gettext_lazy(
        "A workspace for text-to-image: write, watch it draw, compare, keep every recipe."
    ),
    is_home=True,
)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("workspaces")
    context = {"plans": Plan.objects.all(), "pictures": pictures(), "seo": FRONT}
    return render(request, "workspaces/landing.html", context)


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Carry a prompt into the studio, through sign-up where there is no account yet."""
    prompt = request.GET.get("prompt", "").strip()
    query = f"?{urlencode({'prompt': prompt})}" if prompt else ""
    if not request.user.is_authenticated:
        back = urlencode({"next": request.path + query})
        return redirect(f"{reverse('account_signup')}?{back}")
    return redirect(Workspace.objects.home_of(request.user).get_absolute_url() + query)
