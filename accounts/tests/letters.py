"""What the tests of the help desk share: an address to answer to, and letters that come in."""

import re
from email.message import EmailMessage

from django.core import mail

from accounts.models import Delivery
from accounts.telling.delivering import deliver

ADDRESS = "help@pixazo.example"


def sent():
    """Deliver what waits; the letters that left since the last time."""
    mail.outbox.clear()
    for row in Delivery.objects.filter(state="waiting").order_by("id"):
        row.due = row.created
        row.save(update_fields=["due"])
        deliver(row.pk)
    return list(mail.outbox)


def to_whom(letter):
    """The address that answers to it arrive at."""
    return re.search(r"<(.+)>", letter.extra_headers["Reply-To"])[1]


def answer_to(letter, text, sender=None, **heads):
    """The answer as a mail program writes it, as bytes."""
    answer = EmailMessage()
    answer["From"] = sender or letter.to[0]
    answer["To"] = to_whom(letter)
    answer["Subject"] = f"Re: {letter.subject}"
    answer["Message-ID"] = "<answer-1@example.org>"
    answer["In-Reply-To"] = letter.extra_headers["Message-ID"]
    for name, value in heads.items():
        name = name.replace("_", "-")
        del answer[name]
        if value:
            answer[name] = value
    answer.set_content(text)
    return answer
