"""The list of all parts names what is installed and what browsers get."""

from importlib.metadata import version

import pytest

from tools import sbom

pytestmark = pytest.mark.once


def test_it_names_packages_of_both_registries_and_what_they_need():
    bill = sbom.bill()
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    parts = {part["purl"]: part for part in bill["components"]}
    assert len(parts) == len(bill["components"])
    assert f"pkg:pypi/django@{version('Django')}" in parts
    # Nobody asks for it by name: Django needs it.
    assert f"pkg:pypi/sqlparse@{version('sqlparse')}" in parts
    inter = next(part for purl, part in parts.items() if "fontsource-variable/inter" in purl)
    assert inter["licenses"] == [{"license": {"name": "OFL-1.1"}}]
    assert len(inter["hashes"][0]["content"]) == 128
    # What only tests need is no part of a site.
    assert not [purl for purl in parts if "pytest" in purl or "axe-core" in purl]
