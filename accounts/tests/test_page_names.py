"""What staff read of which pages are used."""

import pytest
from django.urls import get_resolver
from django.utils.timezone import now

from accounts.models import PageView
from accounts.page_names import NAMED


@pytest.mark.django_db
def test_staff_read_what_is_used_in_words(as_dora, alice):
    PageView.objects.create(user=alice, page="own_keys", at=now())
    PageView.objects.create(user=alice, page="workspace_history", at=now())
    start = as_dora.get("/admin/").content.decode()
    assert "Keys for services" in start
    assert "Workspace history" in start
    assert "own_keys" not in start


def test_each_name_is_that_of_a_page():
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert set(NAMED) <= names
