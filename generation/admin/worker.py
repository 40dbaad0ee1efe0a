"""Workers as they last reported themselves."""

from django.contrib import admin

from generation.models import Worker
from pixazo.admin import ReadOnly


@admin.register(Worker)
class WorkerAdmin(ReadOnly):
    list_display = ("name", "lanes", "device", "precision", "loaded_model", "busy", "seen")
    list_filter = ("busy", "device")
    search_fields = ("name",)
