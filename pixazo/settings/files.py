"""Pictures, and the files of the pages."""

from pixazo.settings.places import BASE_DIR, DATA, env

MEDIA_ROOT = env.path(
    "PIXAZO_MEDIA", DATA / "media", "Folder for pictures.", shown="PIXAZO_DATA/media"
)
MEDIA_ACCEL = env.str(
    "PIXAZO_MEDIA_ACCEL",
    "",
    "Internal location of MEDIA_ROOT in nginx: it then sends the files (X-Accel-Redirect).",
)
THUMBNAIL_SECRET = env.secret(
    "PIXAZO_THUMBNAIL_SECRET",
    "",
    "Shared with nginx, which then sends small pictures by their signed addresses and asks nobody.",
)
S3_BUCKET = env.str(
    "PIXAZO_S3_BUCKET", "", "Bucket for pictures, in place of a folder (docs/storage.md)."
)
S3_ENDPOINT = env.str(
    "PIXAZO_S3_ENDPOINT", "", "Address of a service that speaks S3. Empty: Amazon's."
)
S3_REGION = env.str("PIXAZO_S3_REGION", "", "Its region, where it has some.")
S3_ACCESS_KEY = env.secret(
    "PIXAZO_S3_ACCESS_KEY", "", "Empty: as Amazon's own tools find it, such as the machine's role."
)
S3_SECRET_KEY = env.secret("PIXAZO_S3_SECRET_KEY", "", "The access key's secret.")
S3_PREFIX = env.str("PIXAZO_S3_PREFIX", "", "What all names in the bucket begin with.").strip("/")
BACKUP_KEY = env.secret(
    "PIXAZO_BACKUP_KEY",
    "",
    "Words by which backups are encrypted. Keep them elsewhere: without them no backup opens.",
)
C2PA_CERT = env.str(
    "PIXAZO_C2PA_CERT",
    "",
    "File with a certificate and those above it (PEM): pictures are signed with it (C2PA).",
)
C2PA_KEY = env.str("PIXAZO_C2PA_KEY", "", "File with that certificate's private key (PEM).")
CLAMD = env.str(
    "PIXAZO_CLAMD",
    "",
    "Virus scanner for files that are kept as they were sent: host:port of clamd, or its socket.",
)
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
BUNDLES = env.path(
    "PIXAZO_BUNDLES",
    BASE_DIR / ".bundles",
    "Folder for the small scripts and styles that are made of those in static/.",
    shown="./.bundles",
)
STATICFILES_FINDERS = [
    "pixazo.bundles.finders.BundleFinder",
    "pixazo.bundles.finders.SourceFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "pixazo.assets.VendorFinder",
]
COLLECTED = env.bool(
    "PIXAZO_COLLECTED", False, "Serve static files collected by collectstatic, with hashed names."
)
WHITENOISE_USE_FINDERS = not COLLECTED
WHITENOISE_AUTOREFRESH = False
STORAGES = {
    "default": (
        {
            "BACKEND": "pixazo.bucket.Bucket",
            "OPTIONS": {
                "bucket_name": S3_BUCKET,
                "endpoint_url": S3_ENDPOINT or None,
                "region_name": S3_REGION or None,
                "access_key": S3_ACCESS_KEY or None,
                "secret_key": S3_SECRET_KEY or None,
                "location": S3_PREFIX,
            },
        }
        if S3_BUCKET
        else {
            "BACKEND": "generation.storage.DurableStorage",
            "OPTIONS": {"location": MEDIA_ROOT},
        }
    ),
    "staticfiles": {
        "BACKEND": (
            "pixazo.hashed_static.HashedStaticFiles"
            if COLLECTED
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
