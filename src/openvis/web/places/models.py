"""Areas and addresses."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
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


class Street(models.Model):
    """A street (openbare ruimte) as it is called in the register, in its town; a name of the past stays, with no address."""

    name = models.CharField(_("name"), max_length=100)
    town = models.CharField(_("town"), max_length=80, blank=True, default="")
    key = models.CharField(_("key"), max_length=100, help_text=_("the name without what people write differently"))
    addresses = models.PositiveIntegerField(_("addresses"), default=0, help_text=_("how many are in use, for the order"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "town"], name="one_street_a_town")]
        indexes = [
            models.Index(
                fields=["key"], name="street_by_key", opclasses=["varchar_pattern_ops"], include=["addresses", "id"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.town}" if self.town else self.name


class StreetTrigram(models.Model):
    """Three letters in a row of a street's key: what finds a misspelt name."""

    trigram = models.CharField(max_length=3)
    key = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["trigram", "key"], name="one_trigram_a_key")]

    def __str__(self) -> str:
        return f"{self.trigram}: {self.key}"


class TrigramCount(models.Model):
    """In how many keys three letters occur: the rare ones tell most."""

    trigram = models.CharField(max_length=3, primary_key=True)
    keys = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.trigram}: {self.keys}"


class AddressQuerySet(models.QuerySet["Address"]):
    """Questions about addresses that several apps ask."""

    def in_use(self, day: date | None = None) -> "AddressQuerySet":
        """The addresses that had not ended on a day; today when absent."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day or timezone.localdate()))


class Address(models.Model):
    """An address of the register (BAG: basisregistratie adressen en gebouwen), with its point and neighbourhood.

    One that the register no longer has is kept with its last day: signals and incidents of its time point at it.
    """

    number_id = models.CharField(
        _("number designation"), max_length=16, unique=True, help_text=_("16 digits, a string")
    )
    postcode = models.CharField(_("postcode"), max_length=6, blank=True)
    street = models.CharField(_("street"), max_length=100)
    town = models.CharField(_("town"), max_length=80, blank=True, default="")
    road = models.ForeignKey(
        Street, models.PROTECT, null=True, blank=True, editable=False, db_index=False, related_name="+",
        verbose_name=_("street in the list of streets"),
    )
    number = models.PositiveIntegerField(_("house number"))
    letter = models.CharField(_("letter"), max_length=1, blank=True)
    addition = models.CharField(_("addition"), max_length=10, blank=True)
    use = models.CharField(_("use"), max_length=200, blank=True)
    x = models.FloatField()
    y = models.FloatField()
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="addresses")
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid until"), null=True, blank=True)

    objects = AddressQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["postcode", "number"], name="address_lookup"),
            models.Index(fields=["road", "number"], name="address_by_street"),
            models.Index(fields=["x", "y"], name="address_point"),
        ]

    def __str__(self) -> str:
        return f"{self.street} {self.number}{self.letter}{'-' if self.addition else ''}{self.addition}"

    def in_full(self) -> str:
        """With postcode and town, as on an envelope."""
        postcode = f"{self.postcode[:4]} {self.postcode[4:]}".strip()
        place = f"{postcode} {self.town}".strip()
        return f"{self}, {place}" if place else str(self)

    @property
    def ended(self) -> bool:
        """Whether the register no longer has it."""
        return self.valid_to is not None and self.valid_to <= timezone.localdate()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep one address, and have its street in the list that the search goes by."""
        from .streets import street_of

        self.road_id = street_of(self.street, self.town)
        super().save(*args, **kwargs)


class FormerAddress(models.Model):
    """What an address was called before its street or number changed: it stays to be found by that."""

    address = models.ForeignKey(Address, models.CASCADE, related_name="former", verbose_name=_("address"))
    street = models.CharField(_("street"), max_length=100)
    town = models.CharField(_("town"), max_length=80, blank=True, default="")
    road = models.ForeignKey(Street, models.PROTECT, editable=False, db_index=False, related_name="+")
    postcode = models.CharField(_("postcode"), max_length=6, blank=True)
    number = models.PositiveIntegerField(_("house number"))
    letter = models.CharField(_("letter"), max_length=1, blank=True)
    addition = models.CharField(_("addition"), max_length=10, blank=True)
    until = models.DateField(_("called so until"))

    class Meta:
        ordering = ("-until", "-pk")
        indexes = [
            models.Index(fields=["postcode", "number"], name="former_lookup"),
            models.Index(fields=["road", "number"], name="former_by_street"),
        ]

    def __str__(self) -> str:
        return f"{self.street} {self.number}{self.letter}{'-' if self.addition else ''}{self.addition}"
