from django.urls import path

from workspaces.views import home, workspaces

urlpatterns = [
    path("", home.home, name="home"),
    path("start/", home.start, name="start"),
    path("workspaces/", workspaces.index, name="workspaces"),
    path("workspaces/new/", workspaces.new, name="workspace_new"),
    path("w/<slug:slug>/edit/", workspaces.edit, name="workspace_edit"),
    path("w/<slug:slug>/delete/", workspaces.delete, name="workspace_delete"),
]
