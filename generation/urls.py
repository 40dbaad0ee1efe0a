"""The pages of a workspace's studio, and stored pictures."""

from django.urls import include, path

from generation.views import (
    batches,
    generated,
    handed,
    images,
    jobs,
    metadata,
    models,
    onward,
    own_keys,
    queue,
    safety,
    studio,
    uploads,
    verify,
)

of_workspace = [
    path("", studio.studio, name="studio"),
    path("feed/", studio.feed, name="feed"),
    path("now/", studio.now, name="now"),
    path("generate/", batches.generate, name="generate"),
    path("uploads/", uploads.upload, name="uploads"),
    path("uploads/<uuid:pk>/", uploads.shown, name="upload"),
    path("read/", metadata.read_file, name="read"),
    path("batches/<uuid:pk>/", batches.batch, name="batch"),
    path("batches/<uuid:pk>/cancel/", batches.cancel, name="batch_cancel"),
    path("batches/<uuid:pk>/delete/", batches.delete, name="batch_delete"),
    path("batches/<uuid:pk>/restore/", batches.restore, name="batch_restore"),
    path("jobs/<uuid:pk>/", jobs.job, name="job"),
    path("jobs/<uuid:pk>/cancel/", jobs.cancel, name="job_cancel"),
    path("jobs/<uuid:pk>/first/", queue.first, name="job_first"),
    path("jobs/<uuid:pk>/retry/", jobs.retry, name="job_retry"),
    path("jobs/<uuid:pk>/appeal/", safety.job_appeal, name="job_appeal"),
    path("jobs/<uuid:pk>/preview.webp", jobs.preview, name="job_preview"),
    path("images/<uuid:pk>/", images.image, name="image"),
    path("images/<uuid:pk>/verify/", verify.verify, name="image_verify"),
    path("images/<uuid:pk>/recipe.json", verify.recipe, name="image_recipe"),
    path("images/<uuid:pk>/download/", images.download, name="image_download"),
    path("images/<uuid:pk>/vary/", onward.vary, name="image_vary"),
    path("images/<uuid:pk>/upscale/", onward.upscale, name="image_upscale"),
    path("images/<uuid:pk>/delete/", images.delete, name="image_delete"),
    path("images/<uuid:pk>/restore/", images.restore, name="image_restore"),
]

urlpatterns = [
    path("w/<slug:slug>/", include(of_workspace)),
    path("generated/<path:key>", generated.generated, name="generated"),
    path("account/services/", own_keys.own_keys, name="own_keys"),
    path("account/services/<uuid:pk>/delete/", own_keys.delete, name="own_key_delete"),
    path("handed/<str:token>/", handed.handed, name="handed"),
    path("models/", models.models, name="models"),
    path("queue/pause/", queue.pause, name="queue_pause"),
    path("queue/resume/", queue.resume, name="queue_resume"),
    path("safety/", safety.held_back, name="held_back"),
    path("safety/<uuid:pk>/appeal/", safety.appeal, name="appeal"),
]
