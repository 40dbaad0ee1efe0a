from django.db import migrations, models

from pixazo.migrating import AddIndexBeside


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('billing', '0014_keys_by_exception'),
    ]

    operations = [
        migrations.AddField(
            model_name='customer',
            name='address_due',
            field=models.DateTimeField(editable=False, help_text='When Stripe is to be told their new address.', null=True),
        ),
        AddIndexBeside(
            model_name='customer',
            index=models.Index(fields=['address_due'], name='customer_address_due'),
        ),
    ]
