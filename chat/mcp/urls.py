"""Beside `/mcp` itself, which Django does not answer (`pixazo/beside.py`)."""

from django.urls import path

from chat.mcp.metadata import metadata

WELL_KNOWN = ".well-known/oauth-protected-resource"

urlpatterns = [
    path(WELL_KNOWN, metadata, name="mcp_metadata"),
    path(f"{WELL_KNOWN}/mcp", metadata, name="mcp_metadata_of_mcp"),
]
