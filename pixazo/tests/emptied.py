"""After a test that commits, its rows go, and nothing else.

Django's `flush` empties every table, and PostgreSQL takes half a second to truncate seventy of
them; then all permissions are made anew. Here they stay, and only tables that have rows are
emptied.
"""

from functools import cache

from django.db import connection, transaction

# What `migrate` wrote for the code itself.
KEPT = {"auth_permission", "django_content_type"}


def empty():
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_question())
        # References are looked at when all is done, so the order is of no importance.
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")


@cache
def _question():
    """The names of the tables that have rows."""
    tables = set(connection.introspection.django_table_names(only_existing=True)) - KEPT
    return " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {connection.ops.quote_name(table)})"
        for table in sorted(tables)
    )
