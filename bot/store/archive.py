"""A backup is one tar file: `manifest.json` first, then what it lists, each with its size and checksum.

It is written under another name and moved into place when it is on disk, so a file that is there is whole. It is read as a
stream, so both ways may go through a pipe (`age`, `gpg`, `zstd`), and nothing is unpacked that the manifest does not name.
"""

import hashlib
import os
import sys
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO

import msgspec

FORMAT = 1
MANIFEST = "manifest.json"
PIPE = Path("-")
BLOCK = 1 << 20


class BackupProblem(Exception):
    """A backup cannot be made, or is not what it says."""


class Stamp(msgspec.Struct, frozen=True):
    """One file of a backup."""

    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """What a backup holds. `tables` counts rows; `taken_at` is the instant after which nothing is in it, microseconds."""

    program: str
    dialect: str
    schema: int
    taken_at: int
    at: str
    tables: Mapping[str, int]
    files: Mapping[str, Stamp]
    format: int = FORMAT


def stamp(path: Path) -> Stamp:
    """The size and checksum of a file."""
    with path.open("rb") as file:
        return Stamp(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def pack(target: Path, manifest: Manifest, files: Mapping[str, Path]) -> None:
    """Write a backup; `target` may be `-`. Only the owner may read it."""
    with _written(target) as file, tarfile.open(fileobj=file, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        words = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
        tar.addfile(_entry(MANIFEST, len(words)), BytesIO(words))
        for name, path in files.items():
            with path.open("rb") as source:
                tar.addfile(_entry(name, manifest.files[name].size), source)


def unpack(source: Path, folder: Path) -> Manifest:
    """Write the files of a backup into an empty folder; raises `BackupProblem` unless each is what the manifest says."""
    try:
        with _read(source) as file, tarfile.open(fileobj=file, mode="r|*") as tar:
            return _unpacked(tar, folder)
    except (tarfile.TarError, EOFError, msgspec.DecodeError, OSError) as error:
        raise BackupProblem(f"{source} is no backup, or not a whole one: {error}") from error


def _unpacked(tar: tarfile.TarFile, folder: Path) -> Manifest:
    first = tar.next()
    opened = tar.extractfile(first) if first is not None and first.name == MANIFEST else None
    if opened is None:
        raise BackupProblem(f"the file does not begin with {MANIFEST}: it is no backup of this program")
    manifest = msgspec.json.decode(opened.read(), type=Manifest)
    if manifest.format != FORMAT:
        raise BackupProblem(f"the backup has format {manifest.format}, this program reads {FORMAT}")
    missing = set(manifest.files)
    while (entry := tar.next()) is not None:
        if entry.name not in missing or not entry.isreg() or ".." in PurePosixPath(entry.name).parts:
            raise BackupProblem(f"the backup holds {entry.name!r}, which its manifest does not list")
        missing.discard(entry.name)
        if _extract(tar, entry, folder / entry.name.lstrip("/")) != manifest.files[entry.name]:
            raise BackupProblem(f"{entry.name} of the backup is damaged: its checksum is another one")
    if missing:
        raise BackupProblem(f"the backup ends before {', '.join(sorted(missing)[:3])}")
    return manifest


def _extract(tar: tarfile.TarFile, entry: tarfile.TarInfo, path: Path) -> Stamp:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    opened, digest, size = tar.extractfile(entry), hashlib.sha256(), 0
    with _private(path) as file:
        while opened is not None and (block := opened.read(BLOCK)):
            digest.update(block)
            size += len(block)
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
    return Stamp(size, digest.hexdigest())


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry


@contextmanager
def _written(target: Path) -> Iterator[IO[bytes]]:
    if target == PIPE:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    part = target.with_name(f".{target.name}.part")
    try:
        with _private(part) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    sync_folder(target.parent)


@contextmanager
def _read(source: Path) -> Iterator[IO[bytes]]:
    if source == PIPE:
        yield sys.stdin.buffer
        return
    with source.open("rb") as file:
        yield file


def _private(path: Path) -> IO[bytes]:
    path.unlink(missing_ok=True)  # its mode would stay what it was
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")


def sync_folder(folder: Path) -> None:
    """Make a rename in this folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
