"""The chat's pages for staff; importing them registers them."""

from chat.admin import conversation, model, provider

__all__ = ["conversation", "model", "provider"]
