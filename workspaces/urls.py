from django.urls import path

from workspaces.views import home, lists, saved_prompts, themes, workspaces

urlpatterns = [
    path("", home.home, name="home"),
    path("start/", home.start, name="start"),
    path("workspaces/", workspaces.index, name="workspaces"),
    path("workspaces/new/", workspaces.new, name="workspace_new"),
    path("themes/", themes.index, name="themes"),
    path("themes/new/", themes.new, name="theme_new"),
    path("themes/<uuid:pk>/edit/", themes.edit, name="theme_edit"),
    path("themes/<uuid:pk>/delete/", themes.delete, name="theme_delete"),
    path("themes/<uuid:pk>/restore/", themes.restore, name="theme_restore"),
    path("lists/", lists.index, name="lists"),
    path("lists/new/", lists.new, name="list_new"),
    path("lists/export/", lists.export, name="lists_export"),
    path("lists/import/", lists.bring, name="lists_import"),
    path("lists/<uuid:pk>/edit/", lists.edit, name="list_edit"),
    path("lists/<uuid:pk>/copy/", lists.copy, name="list_copy"),
    path("lists/<uuid:pk>/download/", lists.download, name="list_download"),
    path("lists/<uuid:pk>/delete/", lists.delete, name="list_delete"),
    path("lists/<uuid:pk>/restore/", lists.restore, name="list_restore"),
    path("w/<slug:slug>/edit/", workspaces.edit, name="workspace_edit"),
    path("w/<slug:slug>/delete/", workspaces.delete, name="workspace_delete"),
    path("w/<slug:slug>/saved/", saved_prompts.saved_prompts, name="saved_prompts"),
    path("w/<slug:slug>/saved/<uuid:pk>/", saved_prompts.saved_prompt, name="saved_prompt"),
    path("w/<slug:slug>/saved/<uuid:pk>/delete/", saved_prompts.delete, name="saved_prompt_delete"),
    path(
        "w/<slug:slug>/saved/<uuid:pk>/restore/",
        saved_prompts.restore,
        name="saved_prompt_restore",
    ),
]
