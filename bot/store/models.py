"""Tortoise models of what people read in lists and reports.

The SQL migrations are the truth of the schema and a test compares the two. These models only read: whatever changes the
database goes through the `Store`, so nothing here needs a transaction. Tortoise wants a primary key of one column; the
one named here is unique within a business, so filter by `business` always.
"""

from datetime import datetime

from tortoise import fields
from tortoise.models import Model

from bot.ports.clock import instant


class ParkedEvent(Model):
    """An event of the inbox; those that failed for good are `parked`."""

    dedupe_key = fields.CharField(max_length=512, primary_key=True)
    business = fields.TextField()
    actor = fields.TextField()
    seq = fields.BigIntField()
    body = fields.TextField()
    lane = fields.BigIntField()
    accepted_at = fields.BigIntField()
    state = fields.TextField()
    attempts = fields.BigIntField()
    starts = fields.BigIntField()
    error = fields.TextField()
    response = fields.TextField(null=True)

    class Meta:
        """Its table."""

        table = "inbox"

    @property
    def at(self) -> datetime:
        """When it came in, in UTC."""
        return instant(self.accepted_at)


class OpenCase(Model):
    """A matter of a customer."""

    id = fields.CharField(max_length=512, primary_key=True)
    business = fields.TextField()
    customer = fields.TextField()
    actor = fields.TextField()
    kind = fields.TextField()
    status = fields.TextField()
    tags = fields.TextField()
    title = fields.TextField()
    summary = fields.TextField()
    body = fields.TextField()
    owner = fields.TextField()
    department = fields.TextField()
    home = fields.TextField()
    version = fields.BigIntField()
    opened_at = fields.BigIntField()
    changed_at = fields.BigIntField()
    closed_at = fields.BigIntField(null=True)
    due_at = fields.BigIntField(null=True)

    class Meta:
        """Its table."""

        table = "cases"

    @property
    def at(self) -> datetime:
        """When it was opened, in UTC."""
        return instant(self.opened_at)


class Visit(Model):
    """A visit that was booked."""

    id = fields.CharField(max_length=512, primary_key=True)
    business = fields.TextField()
    customer = fields.TextField()
    actor = fields.TextField()
    service = fields.TextField()
    specialist = fields.TextField()
    branch = fields.TextField()
    starts_at = fields.BigIntField()
    local_start = fields.TextField()
    zone = fields.TextField()
    minutes = fields.BigIntField()
    resource = fields.TextField()
    first_cell = fields.BigIntField()
    end_cell = fields.BigIntField()
    status = fields.TextField()
    name = fields.TextField()
    phone = fields.TextField()
    notes = fields.TextField()
    version = fields.BigIntField()
    created_at = fields.BigIntField()
    changed_at = fields.BigIntField()

    class Meta:
        """Its table."""

        table = "bookings"


class Rejection(Model):
    """What the edge turned away in one minute."""

    id = fields.CharField(max_length=64, primary_key=True)
    business = fields.TextField()
    at = fields.BigIntField()
    route = fields.TextField()
    account = fields.TextField()
    reason = fields.TextField()
    address = fields.TextField()
    count = fields.BigIntField()

    class Meta:
        """Its table."""

        table = "rejections"


class Quarantined(Model):
    """A delivery that was authentic and could not be read; `body` is base64."""

    id = fields.CharField(max_length=64, primary_key=True)
    business = fields.TextField()
    account = fields.TextField()
    at = fields.BigIntField()
    expires_at = fields.BigIntField()
    reason = fields.TextField()
    size = fields.BigIntField()
    body = fields.TextField()

    class Meta:
        """Its table."""

        table = "quarantine"


class Process(Model):
    """A process that gives signs of life on this database."""

    id = fields.CharField(max_length=512, primary_key=True)
    business = fields.TextField()
    role = fields.TextField()
    release = fields.TextField()
    started_at = fields.BigIntField()
    seen_at = fields.BigIntField()

    class Meta:
        """Its table."""

        table = "processes"

    @property
    def seen(self) -> datetime:
        """When it gave its last sign, by its own clock, in UTC."""
        return instant(self.seen_at)
