"""The Telegram bot: one more door to the same pictures, prompts and conversations."""
