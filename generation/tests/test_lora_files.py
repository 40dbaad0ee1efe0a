"""LoRAs are known by their tensors, in Kohya's names as in diffusers' own (S51)."""

import copy

import pytest

from generation.families import FAMILIES
from generation.providers.base import LoraUse
from generation.providers.diffusers import header, lora_files
from generation.providers.errors import ProviderError

pytestmark = pytest.mark.once


def header_of(**shapes):
    return header.Header({name: header.Tensor("F16", shape) for name, shape in shapes.items()}, {})


def kohya(layer, *down):
    return {f"{layer}.lora_down.weight": down, f"{layer}.lora_up.weight": down[::-1]}


def peft(layer, *down):
    return {f"{layer}.lora_A.weight": down, f"{layer}.lora_B.weight": down[::-1]}


DOWN = "lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn2_to_k"
INPUT = "lora_unet_input_blocks_4_1_transformer_blocks_0_attn2_to_k"
DOUBLE = "lora_unet_double_blocks_0_img_attn_qkv"
TEXT = "text_model_encoder_layers_0_mlp_fc1"
UNET = "unet.down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k"
TRANSFORMER = "transformer.transformer_blocks.0.attn.to_q"
SINGLE = "transformer.single_transformer_blocks.0"
SDXL = ("sdxl", "sdxl-turbo")
FLUX = ("flux-dev", "flux-schnell")
ANY_UNET = ("sd15", *SDXL)


@pytest.mark.parametrize(
    ("shapes", "families"),
    [
        (kohya(DOWN, 8, 768), ("sd15",)),
        (kohya(DOWN, 8, 2048), SDXL),
        (kohya(DOWN, 8, 1024), ("auto",)),  # Stable Diffusion 2
        (kohya(INPUT, 8, 2048), SDXL),
        (kohya("lora_unet_input_blocks_4_1_proj_in", 8, 640), ANY_UNET),
        (kohya(f"lora_te_{TEXT}", 8, 768), ()),  # CLIP is in many
        (kohya(DOWN, 8, 5) | kohya(f"lora_te_{TEXT}", 8, 768), ("sd15",)),
        (kohya(DOWN, 8, 5) | kohya(f"lora_te2_{TEXT}", 8, 1280), SDXL),
        (kohya(DOUBLE, 8, 3072) | kohya(f"lora_te1_{TEXT}", 8, 768), (*FLUX, "flux2-klein")),
        (kohya("lora_unet_joint_blocks_0_x_block_attn_qkv", 8, 2432), ("sd3",)),
        (peft(UNET, 8, 768), ("sd15",)),
        (peft(UNET, 8, 2048), SDXL),
        ({f"{UNET}.lora.down.weight": (8, 768)}, ("sd15",)),
        (peft(f"{SINGLE}.attn.to_q", 8, 3072), FLUX),
        (peft(f"{SINGLE}.proj_mlp", 8, 3072), FLUX),
        (peft(f"{SINGLE}.attn.to_qkv_mlp_proj", 8, 3072), ("flux2-klein",)),
        (peft(TRANSFORMER, 8, 3072), (*FLUX, "flux2-klein")),
        (peft(TRANSFORMER, 8, 4096), ("flux2-klein",)),
        (peft(TRANSFORMER, 8, 2432), ("sd3",)),
        (peft(TRANSFORMER, 8, 5), ()),
        (peft("transformer.transformer_blocks.0.attn1.to_q", 8, 2240), ("sana-sprint",)),
        (peft("somewhere.else", 8, 8), ()),
    ],
)
def test_the_family_is_seen_from_the_tensors(shapes, families):
    assert lora_files.families(header_of(**shapes)) == families


@pytest.mark.parametrize("shapes", [kohya(DOWN, 8, 768), peft(UNET, 8, 768)])
def test_both_forms_are_loras(shapes):
    assert lora_files.is_lora(header_of(**shapes))


def test_of_what_it_is_said_once_for_each_architecture():
    assert lora_files.label(SDXL) == "Stable Diffusion XL"
    assert lora_files.label(("auto",)) == "another model"
    assert lora_files.label(FLUX) == "FLUX.1 dev or FLUX.1 schnell"


# --- Drawn with tiny models ---


@pytest.fixture
def provider(settings):
    pytest.importorskip("torch")
    pytest.importorskip("peft")
    from generation.providers.diffusers import Provider

    settings.DEVICE = "cpu"
    return Provider()


def requested(folder, family, *loras):
    from generation.tests.drawing import ask

    limits = FAMILIES[family].contract
    guidance = limits["guidance_scale"]
    return ask(
        folder,
        family=family,
        guidance_scale=guidance["default"] if guidance else 0.0,
        num_inference_steps=2,
        loras=loras,
    )


def drawn(provider, *request):
    (picture,) = provider.generate([requested(*request)], lambda step, preview=None: None)
    return picture.image.tobytes()


def write(provider, folder, family, layers):
    """The same small change twice: in diffusers' names, and in Kohya's. Answers with both files."""
    import torch
    from peft import LoraConfig
    from peft.utils import get_peft_model_state_dict
    from safetensors.torch import save_file

    pipeline = provider.pipeline(requested(folder, family))
    ours, theirs = {}, {}
    for number, (part, prefix, targets) in enumerate(layers):
        torch.manual_seed(number)
        net = copy.deepcopy(getattr(pipeline, part))
        net.add_adapter(
            LoraConfig(r=2, lora_alpha=2, target_modules=targets, init_lora_weights=False)
        )
        for name, tensor in get_peft_model_state_dict(net).items():
            ours[f"{part}.{name}"] = tensor.contiguous()
            layer, _, side = name.rpartition(".lora_")
            way = {"A.weight": "lora_down.weight", "B.weight": "lora_up.weight"}[side]
            if prefix:
                word = layer.replace(".", "_")
                theirs[f"{prefix}{word}.{way}"] = tensor.contiguous()
                theirs[f"{prefix}{word}.alpha"] = torch.tensor(2.0)
    return ours, theirs, save_file


ATTENTION = ["to_q", "to_k", "to_v", "to_out.0"]
WORDS = ["q_proj", "k_proj", "v_proj", "out_proj", "fc1", "fc2"]  # as Kohya's trainer has them


@pytest.mark.parametrize(
    ("family", "layers"),
    [
        (
            "sd15",
            [("unet", "lora_unet_", ATTENTION), ("text_encoder", "lora_te_", WORDS)],
        ),
        (
            "sdxl",
            [
                ("unet", "lora_unet_", ATTENTION),
                ("text_encoder", "lora_te1_", WORDS),
                ("text_encoder_2", "lora_te2_", WORDS),
            ],
        ),
    ],
)
def test_in_kohyas_names_it_draws_what_it_draws_in_diffusers(
    provider, tiny_of, tmp_path, family, layers
):
    folder = tiny_of(family)
    ours, theirs, save = write(provider, folder, family, layers)
    uses = []
    for name, tensors in (("ours", ours), ("theirs", theirs)):
        save(tensors, tmp_path / f"{name}.safetensors")
        uses.append(LoraUse(name, str(tmp_path / f"{name}.safetensors"), 1.0))
    plain = drawn(provider, folder, family)
    assert family in lora_files.families(header.read(tmp_path / "theirs.safetensors"))
    in_diffusers, in_kohyas = (drawn(provider, folder, family, use) for use in uses)
    assert in_kohyas == in_diffusers != plain
    assert drawn(provider, folder, family) == plain


def test_kohyas_names_of_flux_are_read_too(provider, tiny_of, tmp_path):
    import torch
    from safetensors.torch import save_file

    folder = tiny_of("flux-dev")
    width = provider.pipeline(requested(folder, "flux-dev")).transformer.inner_dim
    torch.manual_seed(0)
    layer = "lora_unet_double_blocks_0_img_attn_proj"
    path = tmp_path / "ink.safetensors"
    tensors = {
        f"{layer}.lora_down.weight": torch.randn(2, width),
        f"{layer}.lora_up.weight": torch.randn(width, 2),
        f"{layer}.alpha": torch.tensor(2.0),
    }
    save_file(tensors, path)
    plain = drawn(provider, folder, "flux-dev")
    assert drawn(provider, folder, "flux-dev", LoraUse("ink", str(path), 1.0)) != plain


def test_one_for_another_family_is_named_before_it_is_loaded(provider, tiny_of, tmp_path):
    import torch
    from safetensors.torch import save_file

    path = tmp_path / "ink.safetensors"
    save_file({f"{DOWN}.lora_down.weight": torch.zeros(2, 2048)}, path)
    folder = tiny_of("sd15")
    with pytest.raises(ProviderError) as caught:
        drawn(provider, folder, "sd15", LoraUse("ink", str(path), 1.0))
    assert caught.value.code == "lora_unfit"
    assert caught.value.sentence == (
        "The LoRA “ink” doesn't fit this model: it is for Stable Diffusion XL."
    )
