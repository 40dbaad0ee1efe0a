"""All doors of this room by their canonical names; `older.py` has those of before."""

from django.urls import path

from generation.api import (
    archives,
    batches,
    comments,
    experiments,
    history,
    images,
    kept,
    links,
    many,
    people,
    prompts,
    publications,
    smart_views,
    workspaces,
)
from generation.api.check import Check
from generation.api.generate import Generate
from generation.api.health import Health
from generation.api.image import Picture
from generation.api.models import Models
from generation.api.queue import CancelAll, First, Pause, Queue, Resume
from generation.api.read import Read
from generation.api.root import Root
from generation.api.status import Cancel, Status
from generation.api.topics import Restore, TopicDoor, Topics
from generation.api.trash import PurgeWorkspace, PutBack, Trash
from generation.api.uploads import UploadFile, Uploads
from generation.api.verify import Verify

urlpatterns = [
    path("", Root.as_view(), name="api"),
    path("health", Health.as_view(), name="api_health"),
    path("check", Check.as_view(), name="api_check"),
    path("models", Models.as_view(), name="api_models"),
    path("uploads", Uploads.as_view(), name="api_uploads"),
    path("uploads/<uuid:upload_id>", UploadFile.as_view(), name="api_upload"),
    path("generate", Generate.as_view(), name="api_generate"),
    path("jobs/<uuid:job_id>", Status.as_view(), name="api_job"),
    path("jobs/<uuid:job_id>/cancel", Cancel.as_view(), name="api_cancel"),
    path("jobs/<uuid:job_id>/retry", batches.RetryJob.as_view(), name="api_job_retry"),
    path("batches", batches.Batches.as_view(), name="api_batches"),
    path("batches/<uuid:pk>", batches.OneBatch.as_view(), name="api_batch"),
    path("batches/<uuid:pk>/cancel", batches.Cancel.as_view(), name="api_batch_cancel"),
    path("batches/<uuid:pk>/retry", batches.Retry.as_view(), name="api_batch_retry"),
    path("batches/<uuid:pk>/restore", batches.Restore.as_view(), name="api_batch_restore"),
    path("images", images.Images.as_view(), name="api_images"),
    path("images/act", many.Many.as_view(), name="api_images_act"),
    path("images/<uuid:pk>", images.OneImage.as_view(), name="api_one_image"),
    path("images/<uuid:pk>/restore", images.Restore.as_view(), name="api_image_restore"),
    path("images/<uuid:pk>/links", links.Links.as_view(), name="api_links"),
    path("images/<uuid:pk>/links/<uuid:link>", links.OneLink.as_view(), name="api_link"),
    path(
        "images/<uuid:pk>/publication",
        publications.OfImage.as_view(),
        name="api_image_publication",
    ),
    path("publications", publications.Publications.as_view(), name="api_publications"),
    path("publications/<uuid:pk>", publications.OnePublication.as_view(), name="api_publication"),
    path(
        "publications/<uuid:pk>/like",
        publications.LikeDoor.as_view(),
        name="api_publication_like",
    ),
    path("views", smart_views.SmartViews.as_view(), name="api_views"),
    path("views/<uuid:pk>", smart_views.OneView.as_view(), name="api_view"),
    path("images/<uuid:image_id>/file", Picture.as_view(), name="api_image_file"),
    path("images/<uuid:image_id>/verify", Verify.as_view(), name="api_image_verify"),
    path("images/<uuid:pk>/comments", comments.OfImage.as_view(), name="api_comments_of_image"),
    path("batches/<uuid:pk>/comments", comments.OfBatch.as_view(), name="api_batch_comments"),
    path("comments/<uuid:pk>", comments.CommentDoor.as_view(), name="api_comment"),
    path("topics", Topics.as_view(), name="api_topics"),
    path("topics/<uuid:pk>", TopicDoor.as_view(), name="api_topic"),
    path("topics/<uuid:pk>/restore", Restore.as_view(), name="api_topic_restore"),
    path("trash", Trash.as_view(), name="api_trash"),
    path("trash/workspaces/<uuid:pk>", PurgeWorkspace.as_view(), name="api_trash_workspace"),
    path("trash/<str:kind>/<uuid:pk>/restore", PutBack.as_view(), name="api_trash_restore"),
    path("styles", kept.Styles.as_view(), name="api_styles"),
    path("styles/<uuid:pk>", kept.OneStyle.as_view(), name="api_style"),
    path("themes", kept.Themes.as_view(), name="api_themes"),
    path("themes/<uuid:pk>", kept.OneTheme.as_view(), name="api_theme"),
    path("lists", kept.WordLists.as_view(), name="api_lists"),
    path("lists/<uuid:pk>", kept.OneList.as_view(), name="api_list"),
    path("prompts", prompts.Prompts.as_view(), name="api_prompts"),
    path("prompts/export", prompts.Export.as_view(), name="api_prompts_export"),
    path("prompts/import", prompts.Import.as_view(), name="api_prompts_import"),
    path("prompts/<uuid:pk>", prompts.PromptDoor.as_view(), name="api_prompt"),
    path("prompts/<uuid:pk>/restore", prompts.Restore.as_view(), name="api_prompt_restore"),
    path("workspaces", workspaces.Workspaces.as_view(), name="api_workspaces"),
    path("workspaces/<str:workspace>", workspaces.OneWorkspace.as_view(), name="api_workspace"),
    path("workspaces/<str:workspace>/members", people.Members.as_view(), name="api_members"),
    path(
        "workspaces/<str:workspace>/members/<uuid:pk>",
        people.Member.as_view(),
        name="api_member",
    ),
    path(
        "workspaces/<str:workspace>/archives",
        archives.OfWorkspace.as_view(),
        name="api_workspace_archives",
    ),
    path("archives", archives.Archives.as_view(), name="api_archives"),
    path("archives/<uuid:pk>", archives.OneArchive.as_view(), name="api_archive"),
    path("archives/<uuid:pk>/file", archives.ArchiveFile.as_view(), name="api_archive_file"),
    path("archives/<uuid:pk>/parts", archives.Parts.as_view(), name="api_archive_parts"),
    path("archives/<uuid:pk>/look", archives.Look.as_view(), name="api_archive_look"),
    path("archives/<uuid:pk>/take", archives.Take.as_view(), name="api_archive_take"),
    path("workspaces/<str:workspace>/history", history.History.as_view(), name="api_history"),
    path(
        "workspaces/<str:workspace>/history/<str:kind>/<int:pk>",
        history.Version.as_view(),
        name="api_history_version",
    ),
    path(
        "workspaces/<str:workspace>/history/<str:kind>/<int:pk>/restore",
        history.Restore.as_view(),
        name="api_history_restore",
    ),
    path(
        "workspaces/<str:workspace>/invitations",
        people.Invitations.as_view(),
        name="api_invitations",
    ),
    path(
        "workspaces/<str:workspace>/invitations/<uuid:pk>",
        people.OneInvitation.as_view(),
        name="api_invitation",
    ),
    path(
        "workspaces/<str:workspace>/invitations/<uuid:pk>/send",
        people.SendAgain.as_view(),
        name="api_invitation_send",
    ),
    path("invitations/<str:token>/accept", people.Accept.as_view(), name="api_invitation_accept"),
    path("read", Read.as_view(), name="api_read"),
    path("queue", Queue.as_view(), name="api_queue"),
    path("queue/cancel", CancelAll.as_view(), name="api_queue_cancel"),
    path("queue/pause", Pause.as_view(), name="api_queue_pause"),
    path("queue/resume", Resume.as_view(), name="api_queue_resume"),
    path("queue/<uuid:job_id>/first", First.as_view(), name="api_queue_first"),
    path("experiments", experiments.Experiments.as_view(), name="api_experiments"),
    path("experiments/<uuid:experiment_id>", experiments.One.as_view(), name="api_experiment"),
    path(
        "experiments/<uuid:experiment_id>/pause",
        experiments.Pause.as_view(),
        name="api_experiment_pause",
    ),
    path(
        "experiments/<uuid:experiment_id>/resume",
        experiments.Resume.as_view(),
        name="api_experiment_resume",
    ),
    path(
        "experiments/<uuid:experiment_id>/stop",
        experiments.Stop.as_view(),
        name="api_experiment_stop",
    ),
]
