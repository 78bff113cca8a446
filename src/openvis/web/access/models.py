"""People, the organisations they work for, what they may do until when, and what was done."""

import uuid

import pghistory
import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Organisation(models.Model):
    """A party that works with the system: the municipality, the police, a housing corporation."""

    key = models.SlugField(_("key"), unique=True)
    name = models.CharField(_("name"), max_length=200)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """A person with a local account; without a password nobody can sign in on it."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["password", "last_login", "language"]
)
class User(AbstractBaseUser):
    """A person who signs in. There is no superuser: what somebody may do comes from grants alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="people")
    language = models.CharField(_("language"), max_length=5, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    expires = models.DateField(_("last day"), null=True, blank=True, help_text=_("after this day nobody signs in"))
    created = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(
        default=1, editable=False, help_text="grows with each change of the account or its roles"
    )

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()

    class Meta:
        ordering = ("name",)
        triggers = [
            # Signing in changes an account too, so row-level security cannot tell: this looks at what changes.
            pgtrigger.Trigger(
                name="account_by_administrator", operation=pgtrigger.Update, when=pgtrigger.Before,
                condition=pgtrigger.AnyChange("is_active", "expires", "organisation", "email"),
                func="""
                    IF openvis_user() = NEW.id OR (openvis_user() IS NOT NULL AND NOT openvis_holds('people.manage'))
                    THEN
                        RAISE insufficient_privilege USING MESSAGE = 'row-level security: the account of somebody else';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    @property
    def lapsed(self) -> bool:
        """Whether the last day of the account is past."""
        return self.expires is not None and self.expires < timezone.localdate()

    def has_perm(self, perm: str, obj: object = None) -> bool:
        from django.contrib.auth import get_backends

        return self.is_active and any(
            backend.has_perm(self, perm, obj) for backend in get_backends() if hasattr(backend, "has_perm")
        )


class Session(AbstractBaseSession):
    """A browser on the site: whose, since when, from where. Without its row it is signed out."""

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")
    since = models.DateTimeField(null=True)
    seen = models.DateTimeField(default=timezone.now)
    address = models.GenericIPAddressField(null=True)
    device = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-seen",)

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        from .sessions import SessionStore

        return SessionStore


class Invitation(models.Model):
    """A link, sent to somebody once, to choose a password for a new account; only its digest is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="invitations")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created = models.DateTimeField(default=timezone.now, editable=False)
    ends = models.DateTimeField(editable=False)
    used = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ("-created",)

    def __str__(self) -> str:
        return f"{self.user} {self.created:%Y-%m-%d}"


class GrantQuerySet(models.QuerySet["Grant"]):
    def in_force(self) -> "GrantQuerySet":
        now = timezone.now()
        return self.filter(starts__lte=now).filter(models.Q(ends__isnull=True) | models.Q(ends__gt=now))

    def not_ended(self) -> "GrantQuerySet":
        """Those of now, and those that begin later."""
        return self.filter(models.Q(ends__isnull=True) | models.Q(ends__gt=timezone.now()))


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class Grant(models.Model):
    """A role given to a person: from whom it came, why, and until when."""

    user = models.ForeignKey(User, models.CASCADE, related_name="grants")
    role = models.SlugField(_("role"), help_text=_("a role of the profile"))
    areas = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, verbose_name=_("areas"),
        help_text=_("codes of the areas; empty where the role is for the whole city"),
    )
    source = models.CharField(_("source"), max_length=100)
    reason = models.CharField(_("reason"), max_length=300)
    starts = models.DateTimeField(_("from"), default=timezone.now)
    ends = models.DateTimeField(_("until"), null=True, blank=True)
    objects = GrantQuerySet.as_manager()

    class Meta:
        ordering = ("user", "role")

    def __str__(self) -> str:
        return f"{self.user}: {self.role}"


class AuditEntry(models.Model):
    """Who did or looked at what, for which purpose; no content. Only ever inserted."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(default=timezone.now, editable=False)
    actor = models.UUIDField(null=True, editable=False)
    organisation = models.SlugField(blank=True, editable=False)
    role = models.CharField(max_length=100, blank=True, editable=False)
    action = models.CharField(max_length=100, editable=False)
    object = models.CharField(max_length=200, blank=True, editable=False)
    result = models.CharField(max_length=20, default="done", editable=False)
    purpose = models.CharField(max_length=200, blank=True, editable=False)
    origin = models.GenericIPAddressField(null=True, editable=False)
    trace = models.UUIDField(null=True, editable=False, help_text=_("the same for all that one request did"))
    facts = models.JSONField(default=dict, editable=False)

    class Meta:
        ordering = ("-id",)
        indexes = [
            models.Index(fields=["action", "at"]),
            models.Index(fields=["actor", "at"], name="audit_actor"),
            models.Index(fields=["object", "at"], name="audit_object"),
            models.Index(fields=["organisation", "at"], name="audit_organisation"),
            models.Index(fields=["purpose", "at"], name="audit_purpose"),
            models.Index(fields=["at"], name="audit_at"),
            models.Index(fields=["trace"], name="audit_trace"),
            models.Index(fields=["result", "at"], name="audit_not_done", condition=~models.Q(result="done")),
        ]
        triggers = [
            pgtrigger.Protect(name="audit_never_changes", operation=pgtrigger.Update),
            pgtrigger.Trigger(
                name="audit_to_be_sealed", operation=pgtrigger.Insert, when=pgtrigger.After,
                func="INSERT INTO access_auditpending (entry) VALUES (NEW.id); RETURN NULL;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.object} {self.result}"


class AuditPending(models.Model):
    """An entry of the audit log that is not in the chain yet; written by a trigger, taken away by the sealer."""

    entry = models.BigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return str(self.entry)


class RoleRight(models.Model):
    """What a role of the profile may do, as the database itself knows it: an ability, or a right on a compartment.

    Loaded from the profile at set-up. The second wall reads it together with the grants, and asks no one else.
    """

    role = models.SlugField()
    right = models.CharField(max_length=60, help_text=_("`audit.view`, or `persons:r`"))

    class Meta:
        ordering = ("role", "right")
        constraints = [models.UniqueConstraint(fields=["role", "right"], name="one_right_a_role")]

    def __str__(self) -> str:
        return f"{self.role}: {self.right}"


class PurposeUse(models.Model):
    """A purpose (doel) that somebody stated for a file or a page, in force for it in one session."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="purposes")
    session = models.CharField(max_length=32, help_text=_("stands for the session without being its key"))
    compartment = models.SlugField()
    object = models.CharField(max_length=200, blank=True, help_text=_("kind and id of the file; empty: the page"))
    purpose = models.SlugField(max_length=60)
    at = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-at",)
        indexes = [models.Index(fields=["user", "session", "ended"], name="purpose_in_force")]

    def __str__(self) -> str:
        return f"{self.purpose}: {self.object or self.compartment}"


# Django finds the models of an app here.
from .oversight_models import BREAK_GLASS, BreakGlass, ReviewedGrant, RightsReview  # noqa: E402, F401
