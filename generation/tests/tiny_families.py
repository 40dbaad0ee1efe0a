"""A tiny model of each family, made once for all tests, when one is first asked for."""

import pytest

from generation.tests import tiny, tiny_flux, tiny_klein, tiny_sana, tiny_sd3, tiny_sdxl
from pixazo.tests.memory import set_aside

MAKERS = {
    "sd15": tiny.make_tiny,
    "sdxl": tiny_sdxl.make,
    "sdxl-turbo": tiny_sdxl.make_turbo,
    "sd3": tiny_sd3.make,
    "flux-dev": tiny_flux.make,
    "flux-schnell": tiny_flux.make_schnell,
    "flux2-klein": tiny_klein.make,
    "sana-sprint": tiny_sana.make,
}


@pytest.fixture(scope="session")
def tiny_of(tmp_path_factory):
    """A function from a family's name to the folder of its tiny model."""
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    root = tmp_path_factory.mktemp("families")

    def of(family):
        folder = root / family
        if not folder.exists():
            torch.manual_seed(0)
            MAKERS[family](folder)
            set_aside()
        return folder

    return of
