"""Tools about the person themselves: that all is ready, and what they have left."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.day import reset_at
from billing.models import Account
from chat.mcp import schemas
from chat.mcp.answer import Answer
from chat.mcp.caller import Caller
from chat.mcp.tools.tool import Tool
from pixazo.texts.numbers import counted, written


def _hallo(caller: Caller, sent: Mapping[str, Any]) -> Answer:
    models = len(schemas.usable(caller.user))
    ready = ngettext(
        "Pixazo is ready, %(name)s. %(count)s model can draw for you; pix_generate begins.",
        "Pixazo is ready, %(name)s. %(count)s models can draw for you; pix_generate begins.",
        models,
    )
    return Answer(ready % {"name": caller.user.username, "count": counted(models)})


def _balance(caller: Caller, sent: Mapping[str, Any]) -> Answer:
    account = Account.objects.of(caller.user)
    left = account.left
    told = {
        "plan": account.plan.name,
        "units_left": left,
        "left_today": account.left_today,
        "daily": account.daily_units,
        "extra": account.extra,
        "renewed_at": reset_at(),
        "key_daily_cap": caller.auth.daily_cap,
        "key_used_today": caller.auth.used_today,
        "page_url": caller.build_absolute_uri("/account/usage/"),
    }
    if left is None:
        return Answer(_("As many pictures as you like."), told)
    words = _(
        "%(count)s units left on the plan %(plan)s. The day's units are back at %(time)s UTC."
    )
    said = {
        "count": written(left),
        "plan": account.plan.name,
        "time": f"{reset_at():%Y-%m-%d %H:%M}",
    }
    return Answer(words % said, told)


TOOLS = [
    Tool(
        "get_balance",
        "Units left",
        "How many units the person has left today and beyond, and when the day's are back. A"
        " picture costs what list_models says.",
        lambda user: schemas.of({}),
        _balance,
    ),
    Tool(
        "hallo_pixazo",
        "Is Pixazo ready?",
        "Says that the connection works, and for whom.",
        lambda user: schemas.of({}),
        _hallo,
    ),
]
