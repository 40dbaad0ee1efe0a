"""A full saved request (S026, S077): its nine parts, a title and tags."""

from django.db import models

from workspaces.models.scoped import Scoped, ScopedQuerySet
from workspaces.models.style import Style
from workspaces.models.theme import Theme


class SavedPrompt(Scoped):
    title = models.CharField(max_length=200)
    tags = models.JSONField(default=list, blank=True, help_text='["portrait", "night"]')
    prompt = models.TextField(max_length=20_000)
    negative_prompt = models.TextField(max_length=20_000, blank=True)
    theme = models.ForeignKey(Theme, models.SET_NULL, null=True, blank=True)
    style = models.ForeignKey(Style, models.SET_NULL, null=True, blank=True)
    model = models.SlugField(max_length=100, blank=True)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    num_inference_steps = models.PositiveIntegerField(null=True, blank=True)
    guidance_scale = models.FloatField(null=True, blank=True)
    seed = models.PositiveBigIntegerField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta(Scoped.Meta):
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.title

    @property
    def settings(self) -> dict[str, object]:
        """What loading it fills into the form, by the form's names."""
        known = {
            "prompt": self.prompt,
            "negative_prompt": self.negative_prompt,
            "theme": str(self.theme_id or ""),
            "style": str(self.style_id or ""),
            "model": self.model or None,
            "width": self.width,
            "height": self.height,
            "num_inference_steps": self.num_inference_steps,
            "guidance_scale": self.guidance_scale,
            "seed": self.seed,
        }
        return {name: value for name, value in known.items() if value is not None}
