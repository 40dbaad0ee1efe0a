"""Models stay in memory while there is room, and leave by use."""

import shutil
import time

import pytest

from generation.providers.errors import ModelTrouble, OutOfMemory
from generation.tests.drawing import ask, draw, pixels

pytest.importorskip("torch")
from generation.providers.diffusers import Provider, equipment, kept, loading, tuning, warming

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def _on_the_cpu(settings):
    settings.DEVICE = "cpu"


@pytest.fixture
def provider():
    return Provider()


@pytest.fixture
def copies(tiny, tmp_path):
    return [str(shutil.copytree(tiny, tmp_path / name)) for name in "abc"]


@pytest.fixture
def loads(monkeypatch):
    """The addresses in the order of their loading."""
    seen = []
    load = loading.load

    def counting(request, equipment):
        seen.append(request.address)
        return load(request, equipment)

    monkeypatch.setattr(loading, "load", counting)
    return seen


def use(provider, *addresses):
    for address in addresses:
        provider.kept.model(ask(address))


def test_all_stay_while_there_is_room(provider, copies, loads):
    use(provider, *copies, *copies)
    assert loads == copies
    assert provider.loaded == tuple(reversed(copies))


def test_so_many_stay_at_most(provider, copies, settings):
    settings.KEEP_MODELS = 2
    use(provider, copies[0], copies[1], copies[0], copies[2])
    assert provider.loaded == (copies[2], copies[0])


def test_a_site_that_says_no_number_keeps_what_fits(provider, copies, settings):
    assert settings.KEEP_MODELS == 0
    use(provider, *copies)
    size = provider.kept.models[copies[0]].size
    settings.KEEP_GB = 2.5 * size / kept.GB
    use(provider, copies[0])  # there, so nothing has to make room
    assert len(provider.loaded) == 3
    provider.kept.models.pop(copies[1])
    use(provider, copies[1])
    assert provider.loaded == (copies[1], copies[0])


def test_so_many_gigabytes_stay_at_most(provider, copies, settings):
    use(provider, copies[0])
    size = provider.kept.models[copies[0]].size
    settings.KEEP_GB = 2.5 * size / kept.GB
    use(provider, copies[1], copies[2])
    assert provider.loaded == (copies[2], copies[1])


def test_one_that_is_larger_than_all_room_stays_alone(provider, copies, settings):
    settings.KEEP_GB = 1e-9
    use(provider, *copies)
    assert provider.loaded == (copies[2],)


def test_room_is_made_before_a_model_comes_back(provider, copies, settings, monkeypatch):
    use(provider, *copies)
    settings.KEEP_GB = 2.5 * provider.kept.models[copies[0]].size / kept.GB
    del provider.kept.models[copies[0]]
    there = []
    load = loading.load

    def looking(request, equipment):
        there.append(provider.loaded)
        return load(request, equipment)

    monkeypatch.setattr(loading, "load", looking)
    use(provider, copies[0])
    assert there == [(copies[2],)]


def test_its_size_is_that_of_its_weights(provider, tiny):
    pipeline = provider.pipeline(ask(tiny))
    counted = sum(
        parameter.numel() * 4
        for part in (pipeline.unet, pipeline.vae, pipeline.text_encoder)
        for parameter in part.parameters()
    )
    assert counted <= provider.kept.models[str(tiny)].size <= counted * 1.01


def test_what_was_not_used_for_long_leaves(provider, copies, settings):
    settings.KEEP_SECONDS = 600
    use(provider, *copies)
    provider.kept.models[copies[1]].used = time.monotonic() - 601
    provider.tidy()
    assert provider.loaded == (copies[2], copies[0])


def test_without_a_limit_nothing_leaves_by_time(provider, copies, settings):
    settings.KEEP_SECONDS = 0
    use(provider, copies[0])
    provider.kept.models[copies[0]].used = time.monotonic() - 1e6
    provider.tidy()
    assert provider.loaded == (copies[0],)


def test_a_memory_that_is_full_is_emptied_for_the_new_one(provider, copies, monkeypatch):
    use(provider, copies[0], copies[1])
    load = loading.load

    def cramped(request, equipment):
        if provider.loaded:
            raise OutOfMemory("no room beside the others")
        return load(request, equipment)

    monkeypatch.setattr(loading, "load", cramped)
    use(provider, copies[2])
    assert provider.loaded == (copies[2],)


def test_a_model_too_large_for_an_empty_memory_is_said_so(provider, tiny, monkeypatch):
    def too_large(request, equipment):
        raise OutOfMemory("it is larger than all")

    monkeypatch.setattr(loading, "load", too_large)
    with pytest.raises(OutOfMemory):
        use(provider, tiny)


def test_other_options_load_it_anew(provider, tiny, loads):
    (plain,) = draw(provider, ask(tiny))
    (half,) = draw(provider, ask(tiny, options={"dtype": "bf16"}))
    (again,) = draw(provider, ask(tiny))
    assert len(loads) == 3
    assert half.made_by["precision"] == "bf16"
    assert pixels(plain) == pixels(again) != pixels(half)


def test_options_that_cannot_be_read_are_the_models_trouble(provider, tiny):
    with pytest.raises(ModelTrouble) as caught:
        draw(provider, ask(tiny, options={"speed": "high"}))
    assert "speed" in caught.value.details


def test_the_memory_in_use_is_told(provider):
    used, total = provider.memory
    assert 0 < used < total


def test_a_container_has_the_memory_that_it_was_given(provider, tmp_path, monkeypatch):
    monkeypatch.setattr(equipment, "CGROUP", tmp_path)
    whole = provider.memory[1]
    (tmp_path / "memory.max").write_text("max\n")
    assert provider.memory[1] == whole
    (tmp_path / "memory.max").write_text(f"{10**9}\n")
    (tmp_path / "memory.current").write_text(f"{6 * 10**8}\n")
    # Files that were read are given back when the memory is wanted.
    (tmp_path / "memory.stat").write_text(f"anon {4 * 10**8}\ninactive_file {2 * 10**8}\n")
    assert provider.memory == (4 * 10**8, 10**9)


@pytest.fixture
def with_own_memory(monkeypatch, settings):
    """As if the device had a memory beside the main one."""
    monkeypatch.setattr(equipment.Equipment, "has_own_memory", True)
    settings.KEEP_MODELS = 1
    settings.PARK_GB = 1


@pytest.mark.usefixtures("with_own_memory")
def test_what_leaves_the_device_comes_back_without_being_loaded(provider, copies, loads):
    (before,) = draw(provider, ask(copies[0]))
    use(provider, copies[1])
    assert provider.loaded == (copies[1],)
    (after,) = draw(provider, ask(copies[0]))
    assert loads == copies[:2]
    assert pixels(after) == pixels(before)


@pytest.mark.usefixtures("with_own_memory")
def test_weights_rest_apart_from_the_device(provider, copies):
    use(provider, copies[0])
    model = provider.kept.models[copies[0]]
    on_device = {tensor.data_ptr() for tensor in model.pipeline.unet.parameters()}
    use(provider, copies[1])
    resting = {tensor.data_ptr() for tensor in model.pipeline.unet.parameters()}
    assert not on_device & resting
    use(provider, copies[0])
    assert provider.kept.models[copies[0]] is model


@pytest.mark.usefixtures("with_own_memory")
def test_main_memory_is_limited_too(provider, copies, settings, loads):
    use(provider, copies[0])
    settings.PARK_GB = 1.5 * provider.kept.models[copies[0]].size / kept.GB
    use(provider, copies[1], copies[2])
    assert list(provider.kept.parked) == [copies[1]]
    settings.PARK_GB = 0
    use(provider, copies[1])
    assert loads == copies
    use(provider, copies[2])
    assert loads == [*copies, copies[2]]


@pytest.mark.usefixtures("with_own_memory")
def test_resting_weights_are_not_used_when_staff_set_other_options(provider, copies, loads):
    use(provider, copies[0], copies[1])
    provider.kept.model(ask(copies[0], options={"dtype": "bf16"}))
    assert loads == [copies[0], copies[1], copies[0]]


def test_sizes_to_compile_are_drawn_while_loading(provider, tiny, monkeypatch):
    compiled, drawn = [], []
    monkeypatch.setattr(tuning, "_compile", lambda pipeline, options: compiled.append(1))
    monkeypatch.setattr(
        warming.drawing,
        "draw",
        lambda pipeline, requests, report: drawn.append((requests[0].width, requests[0].height)),
    )
    sizes = [[64, 96], [96, 64]]
    use_options = {"compile": "regional", "compile_sizes": sizes}
    provider.kept.model(ask(tiny, options=use_options))
    assert compiled
    assert drawn == [(64, 96), (96, 64)]


def test_a_machine_that_cannot_compile_says_so(provider, tiny, monkeypatch):
    def cannot(pipeline, requests, report):
        raise RuntimeError("no working C++ compiler was found")

    monkeypatch.setattr(tuning, "_compile", lambda pipeline, options: None)
    monkeypatch.setattr(warming.drawing, "draw", cannot)
    with pytest.raises(ModelTrouble) as caught:
        provider.kept.model(ask(tiny, options={"compile": "full"}))
    assert "compile: full" in caught.value.sentence


@pytest.mark.usefixtures("with_own_memory")
def test_what_is_wanted_next_keeps_its_place_in_main_memory(provider, copies, settings, loads):
    """There is room for one: it stays there, and the other is loaded each time."""
    use(provider, copies[0])
    settings.PARK_GB = 1.5 * provider.kept.models[copies[0]].size / kept.GB
    use(provider, copies[1], copies[0], copies[1], copies[0])
    assert loads == [copies[0], copies[1], copies[1]]


@pytest.mark.usefixtures("with_own_memory")
def test_a_copy_that_stays_behind_counts_and_goes_first(provider, copies, settings, loads):
    use(provider, copies[0])
    size = provider.kept.models[copies[0]].size
    settings.KEEP_MODELS, settings.PARK_GB = 2, 2.5 * size / kept.GB
    use(provider, copies[1], copies[2])  # the first rests
    use(provider, copies[0])  # and comes back, and its copy stays; the second rests
    returned = provider.kept.models[copies[0]]
    assert returned.place
    use(provider, copies[1])  # two are now there twice or rest: no room for the copy of the first
    assert loads == copies
    resting = [*provider.kept.parked.values()]
    there_twice = [each for each in provider.kept.models.values() if each.place]
    assert (len(resting) + len(there_twice)) * size <= settings.PARK_GB * kept.GB
    assert returned.place is None


def test_an_idle_look_empties_nothing_where_nothing_left(provider, tiny, settings, monkeypatch):
    settings.KEEP_SECONDS = 600
    use(provider, tiny)
    emptied = []
    monkeypatch.setattr(kept.gc, "collect", lambda: emptied.append(1))
    provider.tidy()
    assert emptied == []
    provider.kept.models[str(tiny)].used = time.monotonic() - 601
    provider.tidy()
    assert emptied == [1]


def test_weights_are_read_while_the_model_is_loaded(provider, tiny, settings, tmp_path):
    """Not while the first picture is drawn, whose person it would be counted for."""
    settings.MODELS_FOLDER = tmp_path / "fresh"
    notes = []

    def report(step, preview=None):
        notes.append(len(list((settings.MODELS_FOLDER / "hashes").glob("*.json"))))

    provider.generate([ask(tiny)], report)
    assert notes[0] > 0
    assert set(notes) == {notes[0]}
