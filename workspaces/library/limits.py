"""Between which numbers a setting may be kept; each model's contract is stricter when it draws."""

MAX_SEED = 2**32 - 1  # as the contracts have it
WIDEST = 16_384  # pixels
MOST_STEPS = 10_000
MOST_GUIDANCE = 1_000
