from django.urls import path

from pixazo import sse

urlpatterns = [
    path("", sse.stream, name="events"),
    path("since/<int:last>/", sse.since, name="events_since"),
]
