"""Files as other tools write them, laid out by hand: PNG text chunks, EXIF of JPEG and WebP."""

import io
import json
import struct
import zlib

from PIL import Image as Pillow
from PIL.ExifTags import IFD, Base

PIXEL = (8, 8)

A1111 = """a red house, <lora:ink:0.8> watercolour
by the sea
Negative prompt: people, <cars>
blurry
Steps: 25, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 6.5, Seed: 1234567890, \
Size: 512x768, Model hash: 31e35c80fc, Model: sd_xl_base_1.0, Clip skip: 2, \
Lora hashes: "ink: 0123456789ab", Version: v1.10.1"""

CIVITAI = """a red house
Negative prompt: people
Steps: 20, CFG scale: 7, Sampler: Euler a, Seed: 42, Size: 832x1216, \
Created Date: 2024-05-01T10:00:00.000Z, Civitai resources: \
[{"type":"checkpoint","modelVersionId":290640,"modelName":"Pony, Diffusion"},\
{"type":"lora","weight":0.6,"modelVersionId":1,"modelName":"Ink"}], Civitai metadata: {}"""

HIRES = """a red house
Steps: 20, Sampler: Euler, Schedule type: Automatic, CFG scale: 7, Seed: 3, Size: 512x512, \
Model: sd15, Denoising strength: 0.4, Hires upscale: 2, Hires upscaler: Latent, Version: v1.10.1"""

COMFYUI = {
    "3": {
        "class_type": "KSampler",
        "inputs": {
            "seed": 156680208700286,
            "steps": 20,
            "cfg": 8.0,
            "sampler_name": "euler",
            "scheduler": "normal",
            "denoise": 1.0,
            "model": ["10", 0],
            "positive": ["6", 0],
            "negative": ["7", 0],
            "latent_image": ["5", 0],
        },
    },
    "4": {
        "class_type": "CheckpointLoaderSimple",
        "inputs": {"ckpt_name": "SD1.5\\v1-5-pruned-emaonly.safetensors"},
    },
    "5": {
        "class_type": "EmptyLatentImage",
        "inputs": {"width": 512, "height": 640, "batch_size": 1},
    },
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": ["12", 0], "clip": ["10", 1]}},
    "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "people", "clip": ["10", 1]}},
    "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
    "9": {"class_type": "SaveImage", "inputs": {"filename_prefix": "C", "images": ["8", 0]}},
    "10": {
        "class_type": "LoraLoader",
        "inputs": {
            "lora_name": "ink.safetensors",
            "strength_model": 0.7,
            "strength_clip": 1.0,
            "model": ["4", 0],
            "clip": ["4", 1],
        },
    },
    "12": {"class_type": "PrimitiveStringMultiline", "inputs": {"value": "a red house"}},
    # Not on the way from what was saved to what made it.
    "20": {
        "class_type": "KSampler",
        "inputs": {"seed": 1, "steps": 99, "cfg": 1, "latent_image": ["5", 0]},
    },
}

FLUX = {
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a red house", "clip": ["11", 0]}},
    "8": {"class_type": "VAEDecode", "inputs": {"samples": ["13", 0], "vae": ["10", 0]}},
    "9": {"class_type": "SaveImage", "inputs": {"filename_prefix": "C", "images": ["8", 0]}},
    "12": {"class_type": "UNETLoader", "inputs": {"unet_name": "flux1-dev.safetensors"}},
    "13": {
        "class_type": "SamplerCustomAdvanced",
        "inputs": {
            "noise": ["25", 0],
            "guider": ["22", 0],
            "sampler": ["16", 0],
            "sigmas": ["17", 0],
            "latent_image": ["27", 0],
        },
    },
    "16": {"class_type": "KSamplerSelect", "inputs": {"sampler_name": "euler"}},
    "17": {
        "class_type": "BasicScheduler",
        "inputs": {"scheduler": "simple", "steps": 28, "denoise": 1, "model": ["30", 0]},
    },
    "22": {
        "class_type": "BasicGuider",
        "inputs": {"model": ["30", 0], "conditioning": ["26", 0]},
    },
    "25": {"class_type": "RandomNoise", "inputs": {"noise_seed": 219670278747233}},
    "26": {"class_type": "FluxGuidance", "inputs": {"guidance": 3.5, "conditioning": ["6", 0]}},
    "27": {
        "class_type": "EmptySD3LatentImage",
        "inputs": {"width": 1024, "height": 768, "batch_size": 1},
    },
    "30": {
        "class_type": "ModelSamplingFlux",
        "inputs": {"max_shift": 1.15, "width": 1024, "height": 768, "model": ["12", 0]},
    },
}

FOOOCUS = {
    "adm_guidance": "(1.5, 0.8, 0.3)",
    "base_model": "juggernautXL_v8Rundiffusion",
    "base_model_hash": "aeb7e9e689",
    "full_negative_prompt": ["people", "unrealistic"],
    "full_prompt": ["a red house", "cinematic still a red house"],
    "guidance_scale": 4.0,
    "loras": [["ink", 0.1, "0123456789"]],
    "metadata_scheme": "fooocus",
    "negative_prompt": "people",
    "performance": "Speed",
    "prompt": "a red house",
    "refiner_model": "None",
    "refiner_switch": 0.5,
    "resolution": "(1152, 896)",
    "sampler": "dpmpp_2m",
    "scheduler": "karras",
    "seed": "7103450192034",
    "sharpness": 2.0,
    "steps": 30,
    "styles": "['Fooocus V2']",
    "vae": "Default (model)",
    "version": "Fooocus v2.5.5",
}
FOOOCUS_TEXT = """a red house, cinematic still a red house
Negative prompt: unrealistic, people
Steps: 30, Sampler: DPM++ 2M Karras, Seed: 77, CFG scale: 4, Size: 1152x896, \
Raw prompt: a red house, Raw negative prompt: people, Styles: "['Fooocus V2']", \
Performance: Speed, Scheduler: karras, VAE: Default (model), Model: juggernautXL, \
Model hash: aeb7e9e689, Lora hashes: "ink: 0123456789", Lora weights: "ink: 0.1", \
Version: Fooocus v2.5.5"""

INVOKEAI = {
    "app_version": "4.2.9",
    "generation_mode": "sdxl_txt2img",
    "positive_prompt": "a red house",
    "negative_prompt": "people",
    "width": 1024,
    "height": 832,
    "seed": 2486325983,
    "rand_device": "cpu",
    "cfg_scale": 5.5,
    "cfg_rescale_multiplier": 0,
    "steps": 30,
    "scheduler": "dpmpp_2m_k",
    "model": {
        "key": "b9a7",
        "hash": "sha256:31e35c80fc4829d14f90153f4c74cd59c90b779f6afe05a74cd6120b893f7e5b",
        "name": "Juggernaut-XL-v9",
        "base": "sdxl",
        "type": "main",
    },
    "loras": [{"model": {"key": "c1", "name": "ink", "type": "lora"}, "weight": 0.75}],
}
INVOKEAI_2 = {
    "model": "stable diffusion",
    "model_weights": "stable-diffusion-1.5",
    "model_hash": "cc6cb27103417325ff94f52b7a5d2dde45a7515b25c255d8e396c90014281516",
    "app_id": "invoke-ai/InvokeAI",
    "app_version": "2.2.5",
    "image": {
        "prompt": [{"prompt": "a red house [people]", "weight": 1}],
        "steps": 50,
        "cfg_scale": 7.5,
        "threshold": 0,
        "perlin": 0,
        "height": 512,
        "width": 640,
        "seed": 3032427003,
        "type": "txt2img",
        "postprocessing": None,
        "sampler": "k_euler_a",
        "variations": [],
    },
}
DREAM = '"a red house [people]" -s 50 -S 3032427003 -W 640 -H 512 -C 7.5 -A k_lms'

SWARMUI = {
    "sui_image_params": {
        "prompt": "a red house",
        "negativeprompt": "people",
        "model": "OfficialStableDiffusion/sd_xl_base_1.0",
        "images": 1,
        "seed": 1684567203,
        "steps": 20,
        "cfgscale": 7.0,
        "aspectratio": "1:1",
        "width": 1024,
        "height": 1024,
        "sampler": "dpmpp_2m",
        "scheduler": "karras",
        "loras": ["styles/ink"],
        "loraweights": ["0.8"],
        "swarm_version": "0.9.6.2",
    },
    "sui_extra_data": {"date": "2025-03-02", "generation_time": "4.84 (gen) seconds"},
    "sui_models": [{"name": "sd_xl_base_1.0.safetensors", "param": "model", "hash": "0xd7a9"}],
}


def png(*chunks, **texts):
    """A PNG with those text chunks before its pixels; a dict becomes JSON."""
    chunks += tuple(text_chunk(name, text) for name, text in texts.items())
    return spliced(chunks)


def spliced(chunks):
    file = io.BytesIO()
    Pillow.new("RGB", PIXEL, "#c01020").save(file, "PNG")
    plain = file.getvalue()
    header = 8 + 12 + 13
    return plain[:header] + b"".join(chunks) + plain[header:]


def chunk(kind, data):
    crc = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + crc


def text_chunk(keyword, text):
    return chunk(b"tEXt", keyword.encode() + b"\0" + said(text).encode())


def packed_chunk(keyword, text):
    return chunk(b"zTXt", keyword.encode() + b"\0\0" + zlib.compress(said(text).encode()))


def international_chunk(keyword, text, packed=False):
    data = said(text).encode()
    flags = b"\1\0" if packed else b"\0\0"
    tail = zlib.compress(data) if packed else data
    return chunk(b"iTXt", keyword.encode() + b"\0" + flags + b"en\0" + b"\0" + tail)


def with_exif(format, tags=None, sub_tags=None):
    exif = Pillow.Exif()
    for tag, value in (tags or {}).items():
        exif[tag] = value
    if sub_tags:
        exif.get_ifd(IFD.Exif).update(sub_tags)
    file = io.BytesIO()
    Pillow.new("RGB", PIXEL, "#c01020").save(file, format, exif=exif)
    return file.getvalue()


def user_comment(format, text, order="be"):
    """As piexif writes it for AUTOMATIC1111: UTF-16, by its eight first bytes."""
    comment = b"UNICODE\0" + said(text).encode(f"utf-16-{order}")
    return with_exif(format, sub_tags={Base.UserComment: comment})


def said(text):
    return text if isinstance(text, str) else json.dumps(text)
