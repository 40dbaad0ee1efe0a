"""What was said of pictures and requests, as it travels in an archive."""

from django.utils.translation import gettext_lazy

from generation.models import PictureComment
from workspaces.comments.travelling import CommentSection


class Comments(CommentSection):
    name, title, rank = "comments", gettext_lazy("Comments"), 75
    kind = PictureComment
    about = {"picture": ("pictures", "image_id"), "request": ("requests", "batch_id")}
