import uuid

from pixazo.ids import uuid7


def test_ids_are_version_7_and_distinct():
    ids = {uuid7() for _ in range(1000)}
    assert len(ids) == 1000
    assert {each.version for each in ids} == {7}
    assert {each.variant for each in ids} == {uuid.RFC_4122}


def test_later_ids_sort_after_earlier_ones(monkeypatch):
    clock = iter([1_000_000_000, 2_000_000_000, 3_000_000_000])
    monkeypatch.setattr("pixazo.ids.time.time_ns", lambda: next(clock))
    ids = [uuid7() for _ in range(3)]
    assert ids == sorted(ids)
