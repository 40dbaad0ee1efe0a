"""Changes to many of a person's own waiting jobs, one after the other."""

from uuid import UUID

from accounts.models import User


def one_at_a_time(author_id: UUID) -> None:
    """Wait for whoever else rearranges this person's line; until the end of the transaction.

    Two that lock the same jobs in different order would wait for each other. The person's own row
    is locked by nobody who has locked a job. (SQLite has one writer at a time anyway.)
    """
    person = User.objects.select_for_update(no_key=True).filter(pk=author_id)
    person.values_list("pk").first()
