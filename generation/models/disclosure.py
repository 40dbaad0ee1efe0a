"""How much of a picture somebody shows to people outside of its workspace (D6)."""

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Disclosure(models.TextChoices):
    """What others see; each with all that the ones before it show."""

    PICTURE = "picture", gettext_lazy("The picture alone")
    PROMPT = "prompt", gettext_lazy("The picture and its prompt")
    RECIPE = "recipe", gettext_lazy("All settings, and the original file")
    REMIX = "remix", gettext_lazy("All that, and others may remix it")


class Discloses(models.Model):
    Level = Disclosure

    level = models.CharField(max_length=10, choices=Disclosure, default=Disclosure.PICTURE)

    class Meta:
        abstract = True

    @property
    def level_alone(self) -> str:
        """The level in words that need none of the others beside them."""
        if self.level == Disclosure.REMIX:
            return _("All settings and the original file, and others may remix it")
        return str(self.get_level_display())

    @property
    def shows_prompt(self) -> bool:
        return self.level != Disclosure.PICTURE

    @property
    def shows_recipe(self) -> bool:
        return self.level in {Disclosure.RECIPE, Disclosure.REMIX}

    @property
    def may_be_remixed(self) -> bool:
        return self.level == Disclosure.REMIX
