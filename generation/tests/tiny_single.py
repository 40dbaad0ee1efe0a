"""Tiny models in one file, in the layout that Stable Diffusion was first published in.

The inverse of what diffusers does when it loads such a file.
"""

RESNET = {
    "norm1": "in_layers.0",
    "conv1": "in_layers.2",
    "norm2": "out_layers.0",
    "conv2": "out_layers.3",
    "time_emb_proj": "emb_layers.1",
    "conv_shortcut": "skip_connection",
}
OPEN_CLIP = {
    "self_attn.out_proj": "attn.out_proj",
    "mlp.fc1": "mlp.c_fc",
    "mlp.fc2": "mlp.c_proj",
    "layer_norm1": "ln_1",
    "layer_norm2": "ln_2",
}


def write(pipeline, path):
    """The pipeline's weights in one safetensors file."""
    from safetensors.torch import save_file

    is_xl = hasattr(pipeline, "text_encoder_2")
    tensors = _prefixed("model.diffusion_model.", _unet(pipeline.unet))
    tensors |= _prefixed("first_stage_model.", _vae(pipeline.vae))
    if is_xl:
        tensors |= _prefixed("conditioner.embedders.0.transformer.", _clip(pipeline.text_encoder))
        tensors |= _prefixed("conditioner.embedders.1.model.", _open_clip(pipeline.text_encoder_2))
    else:
        tensors |= _prefixed("cond_stage_model.transformer.", _clip(pipeline.text_encoder))
    save_file({name: tensor.contiguous().clone() for name, tensor in tensors.items()}, path)
    return path


def _prefixed(prefix, tensors):
    return {prefix + name: tensor for name, tensor in tensors.items()}


def _unet(unet):
    from diffusers.loaders.single_file_utils import DIFFUSERS_TO_LDM_MAPPING

    known = DIFFUSERS_TO_LDM_MAPPING["unet"]
    plain = known["layers"] | known["addition_embed_type"]
    depth = unet.config.layers_per_block + 1
    found = {}
    for name, tensor in unet.state_dict().items():
        found[plain.get(name) or _unet_name(name.split("."), depth)] = tensor
    return found


def _unet_name(parts, depth):
    side, parts = parts[0], parts[1:]
    if side == "mid_block":
        kind, number, *rest = parts
        place = 1 if kind == "attentions" else 2 * int(number)
        return f"middle_block.{place}." + _within(kind, rest)
    block, kind, number, *rest = parts
    first = int(block) * depth
    if side == "down_blocks":
        if kind == "downsamplers":
            return f"input_blocks.{first + depth}.0.op." + ".".join(rest[1:])
        return f"input_blocks.{first + 1 + int(number)}.{_place(kind)}." + _within(kind, rest)
    if kind == "upsamplers":
        return f"output_blocks.{first + depth - 1}.2.conv." + ".".join(rest[1:])
    return f"output_blocks.{first + int(number)}.{_place(kind)}." + _within(kind, rest)


def _place(kind):
    return 1 if kind == "attentions" else 0


def _within(kind, rest):
    name = ".".join(rest)
    if kind == "resnets":
        name = f"{RESNET[rest[0]]}." + ".".join(rest[1:])
    return name


def _vae(vae):
    from diffusers.loaders.single_file_utils import DIFFUSERS_TO_LDM_MAPPING

    plain = DIFFUSERS_TO_LDM_MAPPING["vae"]
    levels = len(vae.config.block_out_channels)
    found = {}
    for name, tensor in vae.state_dict().items():
        known = plain.get(name) or _vae_name(name, levels)
        is_attention = ".attn_1." in known and known.endswith("weight") and tensor.ndim == 2
        found[known] = tensor[:, :, None, None] if is_attention else tensor
    return found


def _vae_name(name, levels):
    parts = name.split(".")
    side, block = parts[0], parts[1]
    if block == "mid_block":
        if parts[2] == "resnets":
            return f"{side}.mid.block_{int(parts[3]) + 1}." + _shortcut(parts[4:])
        renamed = {
            "group_norm": "norm",
            "to_q": "q",
            "to_k": "k",
            "to_v": "v",
            "to_out": "proj_out",
        }
        return f"{side}.mid.attn_1.{renamed[parts[4]]}.{parts[-1]}"
    number = int(parts[2]) if side == "encoder" else levels - 1 - int(parts[2])
    way = "down" if side == "encoder" else "up"
    if parts[3] == "resnets":
        return f"{side}.{way}.{number}.block.{parts[4]}." + _shortcut(parts[5:])
    return f"{side}.{way}.{number}.{way}sample.conv.{parts[-1]}"


def _shortcut(parts):
    return ".".join(parts).replace("conv_shortcut", "nin_shortcut")


def _clip(encoder):
    return {
        "text_model." + name.removeprefix("text_model."): tensor
        for name, tensor in encoder.state_dict().items()
    }


def _open_clip(encoder):
    import torch

    tensors = {
        name.removeprefix("text_model."): tensor for name, tensor in encoder.state_dict().items()
    }
    found = {
        "positional_embedding": tensors.pop("embeddings.position_embedding.weight"),
        "token_embedding.weight": tensors.pop("embeddings.token_embedding.weight"),
        "ln_final.weight": tensors.pop("final_layer_norm.weight"),
        "ln_final.bias": tensors.pop("final_layer_norm.bias"),
        "text_projection": tensors.pop("text_projection.weight").T,
    }
    for layer in range(encoder.config.num_hidden_layers):
        mine = f"encoder.layers.{layer}.self_attn."
        for kind in ("weight", "bias"):
            rows = [tensors.pop(f"{mine}{each}_proj.{kind}") for each in "qkv"]
            found[f"transformer.resblocks.{layer}.attn.in_proj_{kind}"] = torch.cat(rows)
    for name, tensor in tensors.items():
        for mine, theirs in OPEN_CLIP.items():
            name = name.replace(mine, theirs)
        found["transformer." + name.replace("encoder.layers", "resblocks")] = tensor
    return found


SD3_PARTS = {
    "ff.net.0.proj": "mlp.fc1",
    "ff.net.2": "mlp.fc2",
    "attn.to_out.0": "attn.proj",
    "norm1.linear": "adaLN_modulation.1",
}
SD3_PLAIN = {
    "pos_embed.pos_embed": "pos_embed",
    "pos_embed.proj": "x_embedder.proj",
    "time_text_embed.timestep_embedder.linear_1": "t_embedder.mlp.0",
    "time_text_embed.timestep_embedder.linear_2": "t_embedder.mlp.2",
    "time_text_embed.text_embedder.linear_1": "y_embedder.mlp.0",
    "time_text_embed.text_embedder.linear_2": "y_embedder.mlp.2",
    "context_embedder": "context_embedder",
    "proj_out": "final_layer.linear",
}


def write_sd3(net, path):
    """Stable Diffusion 3's transformer of one layer, in one file as it was published."""
    import torch
    from safetensors.torch import save_file

    assert net.config.num_layers == 1
    have = net.state_dict()
    found = {"pos_embed": have["pos_embed.pos_embed"]}
    sides = {"x_block": ("to_q", "to_k", "to_v")}
    sides["context_block"] = ("add_q_proj", "add_k_proj", "add_v_proj")
    for kind in ("weight", "bias"):
        for mine, theirs in SD3_PLAIN.items():
            if f"{mine}.{kind}" in have:
                found[f"{theirs}.{kind}"] = have[f"{mine}.{kind}"]
        block = "transformer_blocks.0."
        for mine, theirs in SD3_PARTS.items():
            found[f"joint_blocks.0.x_block.{theirs}.{kind}"] = have[f"{block}{mine}.{kind}"]
        for side, names in sides.items():
            rows = [have[f"{block}attn.{name}.{kind}"] for name in names]
            found[f"joint_blocks.0.{side}.attn.qkv.{kind}"] = torch.cat(rows)
        # Scale and shift have changed places since, in what comes last.
        last = have[f"{block}norm1_context.linear.{kind}"]
        found[f"joint_blocks.0.context_block.adaLN_modulation.1.{kind}"] = _turned(last)
        found[f"final_layer.adaLN_modulation.1.{kind}"] = _turned(have[f"norm_out.linear.{kind}"])
    tensors = _prefixed("model.diffusion_model.", found)
    save_file({name: tensor.contiguous().clone() for name, tensor in tensors.items()}, path)
    return path


def _turned(tensor):
    import torch

    return torch.cat(tensor.chunk(2, dim=0)[::-1], dim=0)
