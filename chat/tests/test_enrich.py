"""CyberImage's word for a better prompt."""

import pytest
from django.test import Client

from generation.tests import alias_shapes as shapes
from generation.tests.aliases import call, said
from generation.tests.programs import key_client

pytestmark = [pytest.mark.django_db, pytest.mark.once]
ENRICH = "/cyberimage/api/enrich"


def test_a_prompt_is_enriched_in_a_style(studio, painter, alice):
    program = key_client(alice)
    sent = {"prompt": "a castle on a hill", "style": "fantasy"}
    answer = said(call(program, "post", ENRICH, sent), shapes.CYBER_ENRICH)
    assert answer["original_prompt"] == "a castle on a hill"
    assert "fantasy" in answer["enriched_prompt"]
    assert len(answer["enriched_prompt"]) > len("a castle on a hill, fantasy")
    plain = call(program, "post", ENRICH, {"prompt": "a castle", "style": "enhance"}).json()
    assert "enhance" not in plain["enriched_prompt"]
    assert call(program, "post", ENRICH, {"prompt": "a castle"}).json()["style"] == "cyberpunk"
    for bad in ({}, {"prompt": 7}, {"prompt": "x", "style": "y" * 101}):
        said(call(program, "post", ENRICH, bad), shapes.CYBER, 400)
    said(call(Client(), "post", ENRICH, sent), shapes.CYBER, 401)
