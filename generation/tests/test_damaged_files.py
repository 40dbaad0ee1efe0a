"""A file of weights is judged by its header, at once, whatever it claims (F45, S51, S52)."""

import io
import os
import pickle
import tracemalloc
import zipfile

import pytest

from generation.providers.diffusers import header
from generation.providers.errors import ModelTrouble
from generation.tests.safetensors import file_of, tensor, whole

pytestmark = pytest.mark.once

TWO = {"a": tensor(0, 8), "b": tensor(8, 16)}
DATA = b"\x00" * 16
MB = 2**20


def trouble(path):
    with pytest.raises(ModelTrouble) as caught:
        header.read(path)
    assert str(path.parent) not in caught.value.sentence
    return caught.value


def test_an_honest_file_is_read(tmp_path):
    path = tmp_path / "model.safetensors"
    path.write_bytes(file_of(TWO | {"__metadata__": {"format": "pt"}}, DATA))
    found = header.read(path)
    assert found.tensors["b"] == header.Tensor("F32", (2,))
    assert found.metadata == {"format": "pt"}


def test_what_safetensors_itself_writes_is_read(tmp_path):
    torch = pytest.importorskip("torch")
    from safetensors.torch import save_file

    path = tmp_path / "model.safetensors"
    tensors = {
        "half": torch.zeros(3, 5, dtype=torch.bfloat16),
        "none": torch.zeros(0),
        "number": torch.tensor(1),
        "yes": torch.ones(2, dtype=torch.bool),
    }
    save_file(tensors, path, metadata={"format": "pt"})
    found = header.read(path)
    assert {name: each.shape for name, each in found.tensors.items()} == {
        "half": (3, 5),
        "none": (0,),
        "number": (),
        "yes": (2,),
    }


DAMAGED = {
    "empty": b"",
    "shorter than a length": b"\x01\x00",
    "length of 2**63": file_of(TWO, DATA, length=2**63),
    "length of all ones": b"\xff" * 64,
    "header of 100 MB, not there": file_of(TWO, DATA, length=100 * MB),
    "header longer than the file": file_of(TWO, DATA, length=5000),
    "not JSON": file_of(b'{"a":', DATA),
    "not UTF-8": file_of(b'{"\xff": 1}', DATA),
    "a list": file_of([], DATA),
    "only spaces": file_of(b"        ", DATA),
    "infinite numbers": file_of(b'{"a": Infinity}'),
    "nothing in it": file_of({}),
    "only metadata": file_of({"__metadata__": {"format": "pt"}}),
    "truncated": file_of(TWO, DATA[:-1]),
    "more after the tensors": file_of(TWO, DATA + b"MZ"),
    "a gap": file_of({"a": tensor(0, 4), "b": tensor(8, 16)}, DATA),
    "a gap before the first": file_of({"a": tensor(8, 16)}, DATA),
    "overlapping": file_of({"a": tensor(0, 12), "b": tensor(8, 16)}, DATA),
    "twice the same bytes": file_of({"a": tensor(0, 16), "b": tensor(0, 16)}, DATA),
    "backwards": file_of({"a": tensor(8, 0, shape=[2]), "b": tensor(8, 16)}, DATA),
    "negative": file_of({"a": tensor(-8, 8, shape=[4])}, DATA),
    "a smaller type than its bytes": file_of({"a": tensor(0, 16, dtype="F16", shape=[4])}, DATA),
    "a larger type than its bytes": file_of({"a": tensor(0, 16, dtype="F64", shape=[4])}, DATA),
    "an unknown type": file_of({"a": tensor(0, 16, dtype="PICKLE", shape=[1])}, DATA),
    "a type that is a list": file_of({"a": tensor(0, 16, dtype=["F32"], shape=[4])}, DATA),
    "a shape that overflows": file_of({"a": tensor(0, 16, shape=[2**62, 2**62, 0, 4])}, DATA),
    "a shape beyond 64 bits": file_of({"a": tensor(0, 0, shape=[2**70, 0])}),
    "a negative shape": file_of({"a": tensor(0, 16, shape=[-4])}, DATA),
    "a shape of fractions": file_of({"a": tensor(0, 16, shape=[4.0])}, DATA),
    "a shape of truths": file_of({"a": tensor(0, 4, shape=[True])}, DATA[:4]),
    "a hundred dimensions": file_of({"a": tensor(0, 4, shape=[1] * 100)}, DATA[:4]),
    "three offsets": file_of(
        {"a": {"dtype": "F32", "shape": [4], "data_offsets": [0, 8, 16]}}, DATA
    ),
    "no shape": file_of({"a": {"dtype": "F32", "data_offsets": [0, 16]}}, DATA),
    "more than a tensor has": file_of({"a": tensor(0, 16) | {"run": "me"}}, DATA),
    "a tensor that is a number": file_of({"a": 1}, DATA),
    "a name twice": file_of(
        b'{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},'
        b'"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}',
        DATA,
    ),
    "a type twice": file_of(
        b'{"a":{"dtype":"F32","dtype":"F32","shape":[4],"data_offsets":[0,16]}}', DATA
    ),
    "metadata that are not text": file_of(TWO | {"__metadata__": {"size": 1}}, DATA),
    "metadata within metadata": file_of(TWO | {"__metadata__": {"a": {}}}, DATA),
    "as deep as the sea": file_of(b'{"a":' + b"[" * 150_000 + b"]" * 150_000 + b"}", DATA),
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_refused_in_a_sentence(tmp_path, content):
    path = tmp_path / "model.safetensors"
    path.write_bytes(content)
    refused = trouble(path)
    assert refused.code == "model_damaged"
    assert refused.details.startswith("model.safetensors: ")


def zipped():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("archive/data.pkl", pickle.dumps({"weight": [0.0]}))
    return archive.getvalue()


PICKLED = {
    "a pickle": pickle.dumps({"weight": [0.0] * 100}),
    "an old pickle in a new frame": pickle.dumps(list(range(300)), protocol=4),
    "torch's zip": zipped(),
    "7z": b"7z\xbc\xaf\x27\x1c" + b"\x00" * 64,
    "gzip": b"\x1f\x8b\x08" + b"\x00" * 64,
    "numpy's objects": b"\x93NUMPY\x01\x00" + b"\x00" * 64,
}


@pytest.mark.parametrize("content", PICKLED.values(), ids=PICKLED)
def test_a_pickle_is_a_pickle_whatever_its_name(tmp_path, content):
    path = tmp_path / "model.safetensors"
    path.write_bytes(content)
    assert trouble(path).code == "model_pickled"


@pytest.mark.parametrize("name", ["model.ckpt", "model.pt", "model.bin", "model"])
def test_good_content_under_a_pickles_name_is_refused_too(tmp_path, name):
    # By its name a library would unpickle it.
    path = tmp_path / name
    path.write_bytes(whole())
    assert trouble(path).code == "model_pickled"


def test_a_header_as_long_as_a_pickles_first_byte_is_no_pickle(tmp_path):
    path = tmp_path / "model.safetensors"
    text = b'{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}'
    path.write_bytes(file_of(text.ljust(0x80), DATA))
    assert header.read(path).tensors


def test_a_folder_is_no_file(tmp_path):
    (tmp_path / "model.safetensors").mkdir()
    assert trouble(tmp_path / "model.safetensors").code == "model_damaged"


GREEDY = {
    "all that is allowed, of empty objects": lambda: file_of(
        b'{"a":[' + b"{}," * (header.LONGEST // 3 - 10) + b"{}]}"
    ),
    "all that is allowed, of short texts": lambda: file_of(
        b'{"a":[' + b'"ab",' * (header.LONGEST // 5 - 10) + b'"ab"]}'
    ),
    "all that is allowed, of numbers": lambda: file_of(
        b'{"a":[' + b"0.1," * (header.LONGEST // 4 - 10) + b"0.1]}"
    ),
}


def memory_to_refuse(path):
    """Bytes."""
    tracemalloc.start()
    try:
        assert trouble(path).code == "model_damaged"
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("make", GREEDY.values(), ids=GREEDY)
def test_refusing_takes_little_memory(tmp_path, make):
    path = tmp_path / "model.safetensors"
    path.write_bytes(make())
    assert memory_to_refuse(path) < 64 * MB


def test_a_header_of_100_mb_is_not_even_read(tmp_path):
    path = tmp_path / "model.safetensors"
    path.write_bytes(file_of(b'{"a":[', length=100 * MB))
    os.truncate(path, 101 * MB)
    assert memory_to_refuse(path) < MB
