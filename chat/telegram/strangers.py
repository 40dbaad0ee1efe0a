"""Who is not linked yet, or comes to be: /start with a code, and what everybody else is told."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import Notice
from chat.models import TelegramCode, TelegramLink
from chat.telegram import saying
from chat.telegram.commands.about import commands
from chat.telegram.links import rows_to
from chat.telegram.reading import Told
from pixazo.rationing import takes_place

HOUR = 3600
ANSWERS = 20  # an hour, to somebody whom we don't know
TRIES = 10  # of codes, an hour
LINKED = gettext_noop("Your account is linked with Telegram now: %(name)s")


def meet(told: Told, link: TelegramLink | None) -> None:
    """Of whom we don't know, or who says /start."""
    if link is None and not takes_place(f"telegram-stranger:{told.sender}", ANSWERS, HOUR):
        return
    if told.press:
        saying.hint(told.press)
    code = told.rest if told.command == "start" else ""
    if code:
        _link(told, link, code)
    elif link is None:
        _introduce(told)
    else:
        _greet(told, link)


def in_a_group(told: Told) -> None:
    """What is made is one person's: everybody in a group would see and press it."""
    if told.press:
        saying.hint(told.press)
    elif told.command and takes_place(f"telegram-group:{told.chat}", 1, HOUR):
        saying.say(told.chat, _("I work in private chats only. Write to me there."))


def _introduce(told: Told) -> None:
    address = settings.SITE_URL + reverse("telegram")
    text = _(
        "This is the bot of %(site)s. It draws, with your account there: open this page, and link"
        " your Telegram."
    ) % {"site": settings.SITE_URL}
    text += f"\n\n{address}"
    saying.say(told.chat, text, rows_to(_("Link my account"), address))


def _greet(told: Told, link: TelegramLink) -> None:
    link.unmute()
    text = _("You are %(name)s here. Write what you would like to see.") % {
        "name": link.user.username
    }
    saying.say(told.chat, f"{text}\n\n{commands()}")


def _link(told: Told, link: TelegramLink | None, code: str) -> None:
    if not takes_place(f"telegram-code:{told.sender}", TRIES, HOUR):
        saying.say(told.chat, _("That was often in an hour. Try again a little later."))
        return
    if link is not None:  # before the code is used up
        text = _("This Telegram account is linked already, with %(name)s. /stop ends that.")
        saying.say(told.chat, text % {"name": link.user.username})
        return
    person = TelegramCode.objects.redeem(code)
    if person is None:
        text = _("This code is not good, or no longer. Make a new one on your account's page.")
        saying.say(told.chat, text)
        return
    made = TelegramLink.objects.make(person, told.sender, told.name)
    if made is None:
        text = _("Your account is linked with another Telegram account. End that there first.")
        saying.say(told.chat, text)
        return
    _tell(made)
    text = _("Done: you are linked with the account %(name)s.") % {"name": person.username}
    saying.say(told.chat, f"{text}\n\n{commands()}")


def _tell(link: TelegramLink) -> None:
    """In the bell, too: if it was somebody else, its owner should see it."""
    text = LINKED % {"name": link.name}
    Notice.objects.tell(link.user, text, reverse("telegram"), sender=None, subject=link.pk)
