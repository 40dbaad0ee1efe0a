"""What the tests of the bot share: people who are linked with it, and rounds of its work."""

from chat.models import TelegramCode, TelegramLink, TelegramWatch
from chat.models.telegram_update import senders_with_work
from chat.telegram import watching
from chat.telegram.polling import poll
from chat.telegram.working import work_for


def linked(server, user, number, language="en"):
    person = server.person(number, f"{user.username}_tg", language)
    person.write(f"/start {TelegramCode.objects.issue(user)}")
    settle()
    assert TelegramLink.objects.of(user).telegram_id == number
    return person


def settle(rounds=1):
    """All that was told is taken in and worked on; each message that shows something is looked
    after once."""
    for _round in range(rounds):
        asked = iter([True])
        poll(lambda seconds: None, is_wanted=lambda: next(asked, False))  # noqa: B023
        for sender in senders_with_work():
            work_for(sender)
        TelegramWatch.objects.hurry()
        for pk in TelegramWatch.objects.due().values_list("pk", flat=True):
            watching.look(pk)
