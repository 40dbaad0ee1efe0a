"""The safety policy: one step for prompts, pictures and previews, with a way to object."""
