"""`manage.py mcp`: the same tools over stdin and stdout, by the SDK's own client in both eras."""

import asyncio
import subprocess
import sys

import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from chat.tests.mcp_site import ERAS, Worker, key_of, kinds, text
from generation.models import Batch
from pixazo.tests.desk import ROOT
from pixazo.tests.processes import environment

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


def test_it_serves_both_eras_with_the_key_of_its_environment(alice, studio, painter, monkeypatch):
    monkeypatch.setattr("generation.doorbell.ring", lambda lane: None)
    key = key_of(alice)

    async def run(era):
        told = []

        async def hear(progress, total, message):
            told.append(progress)

        env = environment(PIXAZO_MCP_KEY=key)
        served = StdioServerParameters(
            command=sys.executable, args=["manage.py", "mcp"], cwd=str(ROOT), env=env
        )
        async with Client(stdio_client(served), mode=era) as connected:
            hallo = await connected.call_tool("hallo_pixazo", {})
            asked = {"prompt": "a red house"}
            made = await connected.call_tool("pix_generate", asked, progress_callback=hear)
            refused = await connected.call_tool("get_image", {"image_id": str(studio.pk)})
        return hallo, made, refused, told

    async def both():
        return await asyncio.gather(*map(run, ERAS))

    with Worker():
        results = asyncio.run(both())
    for hallo, made, refused, told in results:
        assert "Pixazo is ready, alice" in text(hallo)
        assert kinds(made) == ["text", "image", "resource_link"]
        assert refused.is_error
        assert told == sorted(set(told))
        assert told[-1] == 100
    assert list(Batch.objects.values_list("door", flat=True)) == ["mcp", "mcp"]


@pytest.mark.parametrize("key", ["", "pxz_nobody"])
def test_without_a_key_that_counts_it_says_what_to_do(key, transactional_db):
    ended = subprocess.run(
        [sys.executable, "manage.py", "mcp"],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment(PIXAZO_MCP_KEY=key),
    )
    assert ended.returncode == 1
    assert "PIXAZO_MCP_KEY" in ended.stderr
    assert not ended.stdout
