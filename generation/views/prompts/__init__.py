"""The library of saved prompts: found, changed, carried in and out, and kept from pictures."""
