from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from generation.watching.readiness import UNREADY, look
from pixazo.watching.watcher import may_look_inside


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Whether people may be sent here. Of why not, strangers learn nothing."""
    readiness = look()
    told: dict[str, Any] = {"status": readiness.state}
    if may_look_inside(request):
        told |= {"checks": {check.name: check.told() for check in readiness.checks}}
    return JsonResponse(told, status=503 if readiness.state == UNREADY else 200)
