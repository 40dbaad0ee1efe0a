"""The first models of sites that were made before families existed learn theirs, once."""

from django.db import migrations

# slug: address, family, GB to download, GB of memory
FIRST = {
    "starter": ("starter", "sd15", None, 1),
    "sdxl": ("stabilityai/stable-diffusion-xl-base-1.0", "sdxl", 7, 10),
    "sd15": ("stable-diffusion-v1-5/stable-diffusion-v1-5", "sd15", 4, 4),
}


def name_families(apps, schema_editor):
    models = apps.get_model("generation", "ImageModel").objects
    for slug, (address, family, download, memory) in FIRST.items():
        # An address of their own means another model: staff name its family.
        models.filter(slug=slug, address=address, family="").update(
            family=family, download_gb=download, memory_gb=memory
        )


class Migration(migrations.Migration):
    dependencies = [("generation", "0005_verified_picture_keeps_its_id")]

    operations = [migrations.RunPython(name_families, migrations.RunPython.noop)]
