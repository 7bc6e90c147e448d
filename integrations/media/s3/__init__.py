"""A bucket of S3, or of another store that speaks like it (MinIO, Ceph, R2, Yandex, Selectel)."""

from integrations.media.s3.place import Place, read_place
from integrations.media.s3.store import Bucket, BucketAway, open_bucket

__all__ = ["Bucket", "BucketAway", "Place", "open_bucket", "read_place"]
