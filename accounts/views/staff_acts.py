"""What staff did with a person's data, for the person; and the end of staff's look as a person."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import acted_on, view_as
from accounts.models import StaffAct

ROWS = 50  # of a page


@require_safe
@login_required
def staff_acts(request: HttpRequest) -> HttpResponse:
    acts = StaffAct.objects.filter(person=request.user.pk)
    page = Paginator(acts, ROWS).get_page(request.GET.get("page"))
    told = acted_on.told(request.user, page.object_list)
    return render(request, "accounts/staff_acts.html", {"acts": page, "told": told})


@require_POST
@login_required
def view_as_end(request: HttpRequest) -> HttpResponse:
    """By staff, whose own session it is."""
    view: view_as.View | None = getattr(request, "view_as", None)
    view_as.end(request)
    if view is None:
        return redirect("home")
    messages.success(request, _("You see the site as yourself again."))
    return redirect("admin:accounts_user_change", view.person.pk)
