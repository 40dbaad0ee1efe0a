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
    assert [int(each.hex[:12], 16) for each in ids] == [1000, 2000, 3000]


def test_ids_of_one_moment_sort_as_they_were_made():
    ids = [uuid7() for _ in range(5000)]
    assert ids == sorted(ids)


def test_a_clock_that_was_wrong_is_not_followed_for_ever(monkeypatch):
    clock = iter([7_200_000_000_000, 3_600_000_000_000])
    monkeypatch.setattr("pixazo.ids.time.time_ns", lambda: next(clock))
    assert [int(uuid7().hex[:12], 16) for _ in range(2)] == [7_200_000, 3_600_000]
