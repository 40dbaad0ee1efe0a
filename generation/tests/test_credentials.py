"""Pictures that are signed with the operator's certificate, and what a signature is worth."""

import hashlib
import io
import json
import struct
import zlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.checks import run_checks
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image as Pillow

from generation import pictures
from generation.models import Image, ShareLink
from generation.provenance import credentials, mark
from generation.providers.remote import results
from generation.tests.certificates import certificate
from generation.tests.engine import ask, draw_all
from generation.tests.pictures_for_tests import as_bytes, picture
from generation.tests.test_pictures import RECIPE

pytestmark = pytest.mark.once
PROMPT = "a lighthouse nobody shall read of"

with_library = pytest.mark.skipif(
    not credentials.is_installed(), reason="requirements/provenance.txt is not installed"
)


@pytest.fixture
def sign(settings, tmp_path):
    """The site signs, with the certificate of a certain name."""

    def begin(name="Pictures Ltd", above=None):
        for kind, content in zip(("cert", "key"), certificate(name, above), strict=True):
            (tmp_path / f"{name}.{kind}").write_bytes(content)
        settings.C2PA_CERT = str(tmp_path / f"{name}.cert")
        settings.C2PA_KEY = str(tmp_path / f"{name}.key")

    return begin


@pytest.fixture
def image(studio, painter, sign):
    sign()
    ask(studio, painter, prompt=PROMPT, seed=47110815)
    draw_all()
    return Image.objects.get()


def stored(key):
    with default_storage.open(key) as file:
        return file.read()


def manifests(content):
    import c2pa

    with c2pa.Reader("image/png", io.BytesIO(content)) as reader:
        read = json.loads(reader.json())
        return reader.get_validation_state(), read["manifests"][read["active_manifest"]]


def told(content):
    file = SimpleUploadedFile("x.png", content)
    answer = Client().post("/api/check", {"file": file}).json()["content_credentials"]
    return answer["state"], answer["signer"]


def changed(content):
    """With a text more: a sound PNG, and not what was signed."""
    data = b"tEXt" + b"Comment\0by hand"
    chunk = struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))
    return content[:-12] + chunk + content[-12:]


@with_library
class TestASignedPicture:
    def test_it_says_that_a_model_made_it_and_opens_as_before(self, image):
        content = stored(image.original)
        state, manifest = manifests(content)
        assert state == "Valid"
        (actions,) = (
            each for each in manifest["assertions"] if each["label"].startswith("c2pa.actions")
        )
        (made,) = actions["data"]["actions"]
        assert (made["action"], made["digitalSourceType"]) == ("c2pa.created", mark.SOURCE_TYPE)
        assert "pixazo" in Pillow.open(io.BytesIO(content)).text
        assert image.sha256 == hashlib.sha256(content).hexdigest()
        assert image.bytes == len(content)

    def test_its_credentials_hold_neither_words_nor_names(self, image):
        _, manifest = manifests(stored(image.original))
        said = json.dumps(manifest)
        for secret in ("lighthouse", "47110815", "alice", "Studio"):
            assert secret not in said

    @pytest.mark.parametrize("level", ["picture", "prompt"])
    def test_a_shared_copy_without_the_recipe_is_signed_anew(self, image, alice, level):
        link = ShareLink.share(image, alice, level, None)
        content = Client().get(f"/s/{link.token}/original.png").content
        assert manifests(content)[0] == "Valid"
        assert b"lighthouse" not in content
        assert b"47110815" not in content
        assert told(content)[0] == "ours"

    def test_what_a_service_signed_is_named_as_the_origin(self, studio, sign):
        sign("Some Service")
        received = credentials.signed(as_bytes(picture()), mark.MADE)
        sign("Pictures Ltd")
        keys = pictures.store(picture(), RECIPE, studio, is_drawn=True, received=received)
        state, manifest = manifests(stored(keys.original))
        assert state == "Valid"
        (origin,) = manifest["ingredients"]
        assert origin["relationship"] == "parentOf"
        assert origin["active_manifest"]

    def test_what_was_not_drawn_here_is_not_signed(self, studio, sign, image, alice):
        keys = pictures.store(picture(), RECIPE, studio)
        assert not credentials.carries(stored(keys.original))
        Image.objects.update(is_brought=True)
        link = ShareLink.share(image, alice, "picture", None)
        content = Client().get(f"/s/{link.token}/original.png").content
        assert not credentials.carries(content)

    def test_what_a_service_delivered_reaches_us_whole(self, sign):
        sign("Some Service")
        received = credentials.signed(as_bytes(picture()), mark.MADE)
        assert results.received(results.picture_of(None, received, exact=False)) == received
        plain = results.picture_of(None, as_bytes(picture()), exact=False)
        assert results.received(plain) == b""


@with_library
class TestWhatASignatureIsWorth:
    def test_ours_is_known(self, image):
        assert told(stored(image.original)) == ("ours", "Pictures Ltd")

    def test_one_that_is_whole_and_anybodys_is_valid(self, image, sign):
        sign("Pictures Ltd, but another")
        assert told(stored(image.original)) == ("valid", "Pictures Ltd")

    def test_one_of_the_same_authority_is_not_ours(self, db, sign):
        above = ec.generate_private_key(ec.SECP256R1())
        sign("Pictures Ltd", above)
        content = credentials.signed(as_bytes(picture()), mark.MADE)
        sign("Another", above)
        assert told(content) == ("valid", "Pictures Ltd")

    def test_a_picture_that_was_changed_has_none_that_counts(self, image):
        assert told(changed(stored(image.original))) == ("invalid", None)

    def test_a_file_that_only_looks_signed_has_none(self, db):
        assert told(as_bytes(picture()) + b"jumb c2pa")[0] in ("none", "invalid")

    def test_the_page_says_so(self, image):
        file = SimpleUploadedFile("x.png", stored(image.original))
        page = Client().post("/check/", {"file": file}).content.decode()
        assert "Signed by this site, and unchanged since" in page


class TestWithoutIt:
    def test_a_picture_is_not_signed_unless_that_is_wanted(self, studio):
        keys = pictures.store(picture(), RECIPE, studio, is_drawn=True)
        assert not credentials.carries(stored(keys.original))
        assert told(stored(keys.original)) == ("none", None)

    def test_a_certificate_that_is_no_good_loses_no_picture(self, image, settings, studio):
        settings.C2PA_KEY = settings.C2PA_CERT
        keys = pictures.store(picture(), RECIPE, studio, is_drawn=True)
        assert not credentials.carries(stored(keys.original))

    def test_where_the_library_is_missing_the_page_says_that_it_can_not_tell(self, db, monkeypatch):
        monkeypatch.setattr("generation.provenance.credentials.is_installed", lambda: False)
        assert told(as_bytes(picture()) + b"jumb c2pa") == ("unread", None)

    def test_half_a_setting_is_an_error_with_a_hint(self, settings, sign):
        assert _errors() == []
        sign()
        settings.C2PA_KEY = ""
        assert "generation.E002" in _errors()
        settings.C2PA_KEY, settings.C2PA_CERT = "/nowhere", "/nowhere"
        assert _errors().count("generation.E002") == 2

    def test_a_missing_library_is_an_error_with_a_hint(self, sign, monkeypatch):
        sign()
        monkeypatch.setattr("generation.provenance.credentials.is_installed", lambda: False)
        assert _errors() == ["generation.E003"]


def _errors():
    return [each.id for each in run_checks() if each.id and each.id.startswith("generation.")]
