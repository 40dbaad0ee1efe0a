"""What a person may use. Staff edit plans; code only reads their numbers."""

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models

# The plans of a new site. Staff may change every number afterwards.
FIRST_PLANS: tuple[dict[str, Any], ...] = (
    {
        "slug": "free",
        "name": "Free",
        "daily_units": 10,
        "running_jobs": 2,
        "workspaces": 40,
        "chat_messages": 50,
        "is_default": True,
    },
    {
        "slug": "pro",
        "name": "Pro",
        "daily_units": 100,
        "running_jobs": 4,
        "queue_weight": 2,
        "workspaces": 200,
        "chat_messages": 500,
        "may_bring_keys": True,
    },
    {
        "slug": "all-inclusive",
        "name": "All Inclusive",
        "daily_units": None,
        "running_jobs": 8,
        "queue_weight": 2,
        "may_bring_keys": True,
    },
)


class PlanQuerySet(models.QuerySet["Plan"]):
    def seed(self) -> None:
        """Make the first plans where they are missing; what staff changed stays."""
        for position, plan in enumerate(FIRST_PLANS):
            self.get_or_create(slug=plan["slug"], defaults=plan | {"position": position})

    def default(self) -> "Plan":
        """The plan of a new account."""
        plan = self.filter(is_default=True).first()
        if plan is None:
            self.seed()
            plan = self.filter(is_default=True).first() or self.get(slug="free")
        return plan

    def unlimited(self) -> "Plan":
        """The plan without a daily cap, for the owner of a single-user site."""
        found = self.filter(daily_units=None).order_by("-running_jobs").first()
        if found is None:
            self.seed()
            found = self.filter(daily_units=None).first()
        return found or self.create(slug="unlimited", name="Unlimited", daily_units=None)


class Plan(models.Model):
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=50)
    daily_units = models.PositiveIntegerField(
        null=True, blank=True, help_text="Units a day (UTC). Empty: no daily cap."
    )
    running_jobs = models.PositiveSmallIntegerField(
        default=2,
        validators=[MinValueValidator(1)],
        help_text="How many pictures of one person may be drawn at the same time.",
    )
    waiting_jobs = models.PositiveIntegerField(
        null=True, blank=True, help_text="How many pictures may wait. Empty: no limit."
    )
    queue_weight = models.PositiveSmallIntegerField(
        default=1,
        validators=[MinValueValidator(1)],
        help_text="Share of the workers where many wait: 2 gets twice as much as 1.",
    )
    prompts_per_request = models.PositiveSmallIntegerField(
        default=100,
        validators=[MinValueValidator(1)],
        help_text="How many prompts the choices in one may make.",
    )
    images_per_request = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="How many pictures of one prompt. Empty: as many as the site lets, which are 4.",
    )
    workspaces = models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="How many workspaces a person may own. Empty: no limit.",
    )
    may_bring_keys = models.BooleanField(
        default=False, help_text="May use keys of one's own for services elsewhere."
    )
    storage_gb = models.FloatField(
        null=True,
        blank=True,
        validators=[MinValueValidator(0.0)],
        help_text="GiB that pictures, uploads and trash of a person may take. Empty: no limit.",
    )
    kept_days = models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="Days that pictures are kept. Empty: until somebody deletes them.",
    )
    chat_messages = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="Messages to the chat a day (UTC). They cost no units. Empty: no limit.",
    )
    safety_level = models.CharField(
        max_length=10,
        blank=True,
        choices=(("standard", "Standard"), ("strict", "Strict")),
        help_text="Stricter than the site's own level. Empty: the site's.",
    )
    position = models.PositiveSmallIntegerField(
        default=0, help_text="Order on the plans page: a later plan is more than an earlier one."
    )
    is_default = models.BooleanField(default=False, help_text="The plan of a new account.")

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(
                fields=["is_default"],
                condition=models.Q(is_default=True),
                name="one_default_plan",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def storage_bytes(self) -> int | None:
        return None if self.storage_gb is None else int(self.storage_gb * 2**30)
