"""A preset of prompt parts and settings (S023). Choosing one fills in what it holds."""

from django.db import models

from workspaces.models.trashable import Trashable, TrashableQuerySet

MOST = 500  # of a workspace, and of a person's own


class Style(Trashable):
    name = models.CharField(max_length=100)
    positive_prompt = models.TextField(
        max_length=4000, blank=True, help_text="{prompt} is where the prompt goes; else behind it."
    )
    negative_prompt = models.TextField(max_length=4000, blank=True)
    guidance_scale = models.FloatField(null=True, blank=True)
    num_inference_steps = models.PositiveIntegerField(null=True, blank=True)
    seed = models.PositiveBigIntegerField(null=True, blank=True)
    # By name, so that a style survives the model and travels to another site.
    model = models.SlugField(max_length=100, blank=True)
    sample = models.CharField(
        max_length=300, blank=True, help_text="Of the site's styles: a static file."
    )
    position = models.PositiveSmallIntegerField(default=0)

    held = "{}"  # its settings as JSON, where a page shows it
    model_name = ""  # as people know the model, where a page shows it

    objects = TrashableQuerySet["Style"].as_manager()

    class Meta(Trashable.Meta):
        ordering = ("position", "name")

    def __str__(self) -> str:
        return self.name

    @property
    def settings(self) -> dict[str, object]:
        """What choosing it fills into the form, by the form's names."""
        known = {
            "model": self.model or None,
            "num_inference_steps": self.num_inference_steps,
            "guidance_scale": self.guidance_scale,
            "seed": self.seed,
        }
        return {name: value for name, value in known.items() if value is not None}
