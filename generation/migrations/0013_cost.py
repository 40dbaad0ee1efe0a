from typing import Any

import django.core.validators
from django.db import migrations, models

# Of the services' models as a new site has them: address, and dollars of a picture.
COSTS = {
    "pixazo-sdxl": ("stable-diffusion-xl-base-10", "0"),
    "pixazo-sdxl-lightning": ("stable-diffusion-xl-lightning", "0"),
    "pixazo-sd35-large": ("stable-diffusion-3-5-large", "0.2"),
    "pixazo-flux-schnell": ("flux-1-schnell", "0"),
    "pixazo-flux2-klein": ("flux-2-klein-4b", "0.0007"),
    "pixazo-sd15-inpainting": ("stable-diffusion-v1-5-inpainting", "0"),
}


def name_costs(apps: Any, schema_editor: Any) -> None:
    image_model = apps.get_model("generation", "ImageModel")
    for slug, (address, cost) in COSTS.items():
        image_model.objects.filter(slug=slug, address=address, cost=None).update(cost=cost)


class Migration(migrations.Migration):
    dependencies = [("generation", "0012_gallery_words")]

    operations = [
        migrations.AddField(
            model_name="imagemodel",
            name="cost",
            field=models.DecimalField(
                blank=True,
                decimal_places=6,
                help_text="What a picture of the usual size costs the site at its service;"
                " 0: free. Empty: not known. For staff only.",
                max_digits=9,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
                verbose_name="cost in dollars",
            ),
        ),
        migrations.RunPython(name_costs, migrations.RunPython.noop),
    ]
