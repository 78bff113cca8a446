"""Areas and addresses."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AreaQuerySet(models.QuerySet["Area"]):
    """Questions about areas that several apps ask."""

    def valid_on(self, day: date) -> "AreaQuerySet":
        """The areas in force on a day."""
        begun = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
        return self.filter(begun, Q(valid_to__isnull=True) | Q(valid_to__gt=day))


class Area(models.Model):
    """An area (gebied) on one level: neighbourhood (buurt), district (wijk), city district (stadsdeel), policy area.

    The same code returns with every new division (a year of CBS), each with its own validity.
    """

    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=200)
    level = models.SlugField(_("level"))
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    within = models.JSONField(
        _("lies in"), default=dict, blank=True, help_text=_("level and code of every coarser area")
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid until"), null=True, blank=True)
    source_year = models.PositiveSmallIntegerField(_("year of the division"), null=True, blank=True)
    inhabitants = models.PositiveIntegerField(_("inhabitants"), null=True, blank=True)
    households = models.PositiveIntegerField(_("households"), null=True, blank=True)
    dwellings = models.PositiveIntegerField(_("dwellings"), null=True, blank=True)
    dwellings_source = models.CharField(_("source of the dwellings"), max_length=200, blank=True)
    land_ha = models.FloatField(_("land area in hectares"), null=True, blank=True)
    figures = models.JSONField(_("other figures"), default=dict, blank=True)
    outline = models.BinaryField(_("outline"), help_text=_("WKB in the profile's projected system"))

    objects = AreaQuerySet.as_manager()

    class Meta:
        ordering = ("level", "code")
        constraints = [
            models.UniqueConstraint(fields=["code", "level", "source_year"], name="one_area_a_code_and_year")
        ]

    def __str__(self) -> str:
        return self.name


class Address(models.Model):
    """An address of the register (BAG: basisregistratie adressen en gebouwen), with its point and neighbourhood."""

    number_id = models.CharField(
        _("number designation"), max_length=16, unique=True, help_text=_("16 digits, a string")
    )
    postcode = models.CharField(_("postcode"), max_length=6, blank=True)
    street = models.CharField(_("street"), max_length=100)
    number = models.PositiveIntegerField(_("house number"))
    letter = models.CharField(_("letter"), max_length=1, blank=True)
    addition = models.CharField(_("addition"), max_length=10, blank=True)
    use = models.CharField(_("use"), max_length=200, blank=True)
    x = models.FloatField()
    y = models.FloatField()
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="addresses")

    class Meta:
        indexes = [models.Index(fields=["postcode", "number"], name="address_lookup")]

    def __str__(self) -> str:
        return f"{self.street} {self.number}{self.letter}{'-' if self.addition else ''}{self.addition}"
