"""Those whose transformer predicts a flow: Stable Diffusion 3, FLUX, Sana."""

from generation.families.family import FLOW_SCHEDULERS, USUAL, Family, Words, guidance, side, steps

FLUX_PIPELINES = {
    "text": "FluxPipeline",
    "image": "FluxImg2ImgPipeline",
    "inpaint": "FluxInpaintPipeline",
}


FLOW = (
    Family(
        slug="sd3",
        label="Stable Diffusion 3 and 3.5",
        contract={
            **USUAL,
            **side(1024, 512, 1536, 16),
            **steps(28, 4, 60),
            **guidance(4.5, 1.0, 10.0),
            # The T5 encoder's share; its two CLIPs read the first 77 of them.
            "prompt_tokens": 256,
            "schedulers": FLOW_SCHEDULERS,
        },
        pipelines={
            "text": "StableDiffusion3Pipeline",
            "image": "StableDiffusion3Img2ImgPipeline",
            # Its transformer must take 16 or 33 channels, as all published ones do.
            "inpaint": "StableDiffusion3InpaintPipeline",
        },
        words=Words("tokenizer_3"),
    ),
    Family(
        slug="flux-dev",
        label="FLUX.1 dev",
        contract={
            **USUAL,
            **side(1024, 256, 2048, 16),
            **steps(28, 4, 50),
            **guidance(3.5, 1.0, 10.0, 0.1),
            # Its guidance is an input of the transformer; what to avoid can't be said.
            "negative_prompt": False,
            "prompt_tokens": 512,
            "schedulers": FLOW_SCHEDULERS,
        },
        pipelines=FLUX_PIPELINES,
        tells={"transformer": {"guidance_embeds": True}},
        words=Words("tokenizer_2"),
    ),
    Family(
        slug="flux-schnell",
        label="FLUX.1 schnell",
        contract={
            **USUAL,
            **side(1024, 256, 2048, 16),
            **steps(4, 1, 8),
            "guidance_scale": False,
            "negative_prompt": False,
            "strength": {"default": 0.6, "min": 0.25, "max": 1, "step": 0.05},
            "prompt_tokens": 256,
            "schedulers": FLOW_SCHEDULERS,
        },
        pipelines=FLUX_PIPELINES,
        tells={"transformer": {"guidance_embeds": False}},
        words=Words("tokenizer_2"),
    ),
    Family(
        slug="flux2-klein",
        label="FLUX.2 klein",
        contract={
            **USUAL,
            **side(1024, 256, 2048, 16),
            **steps(4, 1, 8),
            "guidance_scale": False,
            "negative_prompt": False,
            "modes": ["text", "image", "inpaint", "outpaint"],
            "references": 4,
            # The same class makes and edits: `image` is looked at, not noised.
            "strength": False,
            "prompt_tokens": 512,
            "schedulers": FLOW_SCHEDULERS,
        },
        pipelines={
            "text": "Flux2KleinPipeline",
            "image": "Flux2KleinPipeline",
            "inpaint": "Flux2KleinInpaintPipeline",
        },
        # Qwen's chat, of one turn and without thinking.
        words=Words(
            template="<|im_start|>user\n{}<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n"
        ),
    ),
    Family(
        slug="sana-sprint",
        label="Sana Sprint",
        contract={
            **USUAL,
            **side(1024, 512, 2048, 32),
            **steps(2, 1, 4),
            **guidance(4.5, 1.0, 10.0),
            "negative_prompt": False,
            "modes": ["text", "image", "variation", "upscale"],
            # Of two steps the half at least must be gone.
            "strength": {"default": 0.6, "min": 0.5, "max": 1, "step": 0.05},
            "prompt_tokens": 300,
            # Its consistency scheduler is part of the model.
            "schedulers": [],
        },
        pipelines={"text": "SanaSprintPipeline", "image": "SanaSprintImg2ImgPipeline"},
        # Its instruction's are counted apart, and two places are kept.
        words=Words(special=2, is_lowered=True),
    ),
)
