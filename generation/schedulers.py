"""What we call the ways from noise to picture, and what other tools call the same ways.

Only where both compute the same: a name that has no equal here is not translated at all.
"""

# AUTOMATIC1111's "Sampler" and "Schedule type" (modules/sd_samplers_kdiffusion.py there). Its
# "Automatic" is Karras' schedule for DPM++ 2M and each sampler's plain one for the others.
A1111: dict[str, tuple[str, str]] = {
    "euler": ("Euler", ""),
    "euler-a": ("Euler a", ""),
    "dpmpp-2m": ("DPM++ 2M", "Uniform"),
    "dpmpp-2m-karras": ("DPM++ 2M", "Karras"),
    "ddim": ("DDIM", ""),
    "unipc": ("UniPC", ""),
    "lcm": ("LCM", ""),
}
# ComfyUI's "sampler_name" and "scheduler" (comfy/samplers.py), which SwarmUI and Fooocus use too.
COMFYUI: dict[tuple[str, str], str] = {
    ("euler", "normal"): "euler",
    ("euler_ancestral", "normal"): "euler-a",
    ("dpmpp_2m", "normal"): "dpmpp-2m",
    ("dpmpp_2m", "karras"): "dpmpp-2m-karras",
    ("ddim", "normal"): "ddim",
    ("ddim", "ddim_uniform"): "ddim",
    ("uni_pc", "normal"): "unipc",
    ("lcm", "normal"): "lcm",
    ("lcm", "sgm_uniform"): "lcm",
}
# InvokeAI's "scheduler" (invokeai/backend/stable_diffusion/schedulers/schedulers.py), and the
# "sampler" of its version 2.
INVOKEAI: dict[str, str] = {
    "euler": "euler",
    "euler_a": "euler-a",
    "dpmpp_2m": "dpmpp-2m",
    "dpmpp_2m_k": "dpmpp-2m-karras",
    "ddim": "ddim",
    "unipc": "unipc",
    "lcm": "lcm",
    "k_euler": "euler",
    "k_euler_a": "euler-a",
}


def from_a1111(sampler: str, schedule: str) -> str:
    """Our name for a sampler with its schedule type, or "" where we have none like it."""
    sampler, schedule = sampler.strip().casefold(), schedule.strip().casefold()
    if not schedule and sampler.endswith(" karras"):  # one name for both until version 1.8
        sampler, schedule = sampler.removesuffix(" karras"), "karras"
    elif schedule == "automatic":
        schedule = "karras" if sampler == "dpm++ 2m" else "uniform"
    for ours, (name, type_) in A1111.items():
        if (
            sampler == name.casefold()
            and (schedule or "uniform") == (type_ or "uniform").casefold()
        ):
            return ours
    return ""
