from django.urls import path

from accounts.views import help as desk

urlpatterns = [
    path("", desk.index, name="help"),
    path("new/", desk.new, name="help_new"),
    path("<int:pk>/", desk.ticket, name="ticket"),
    path("<int:pk>/reply/", desk.reply, name="ticket_reply"),
    path("<int:pk>/close/", desk.close, name="ticket_close"),
    path("<int:pk>/reopen/", desk.reopen, name="ticket_reopen"),
    path("files/<uuid:pk>/", desk.file, name="ticket_file"),
]
