"""The forbidden words of a new site. Staff add, change and switch off."""

from generation.models import ForbiddenWord, Reason

Level = ForbiddenWord.Level

FIRST_WORDS: dict[tuple[str, str], str] = {
    (Reason.SEXUAL, Level.STANDARD): "porn|porno|pornographic|hardcore sex|hentai|cumshot|blowjob"
    "|orgy|gangbang|bestiality|rape|explicit sex|sex act|genitals|masturbation",
    (Reason.SEXUAL, Level.STRICT): "nude|naked|nudity|topless|nsfw|erotic|lingerie|sexy|undressed",
    (Reason.VIOLENCE, Level.STANDARD): "snuff|beheading|beheaded|dismembered|disembowelled"
    "|torture porn|mutilated corpse",
    (Reason.VIOLENCE, Level.STRICT): "gore|gory|blood soaked|corpse|massacre|torture",
    (Reason.HATE, Level.STANDARD): "swastika|kkk|ku klux klan|white power|heil hitler",
    (Reason.SELF_HARM, Level.STANDARD): "suicide|self harm|cutting wrists|hanging oneself",
}


def seed() -> None:
    """Only where there are none: what staff deleted stays deleted."""
    if ForbiddenWord.objects.exists():
        return
    ForbiddenWord.objects.bulk_create(
        ForbiddenWord(text=text, reason=reason, level=level)
        for (reason, level), texts in FIRST_WORDS.items()
        for text in texts.split("|")
    )
