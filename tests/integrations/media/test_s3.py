"""Files in a bucket, over moto's server and real HTTP."""

from collections.abc import Iterator
from typing import Any
from urllib.request import Request, urlopen

import boto3
import pytest
from moto.server import ThreadedMotoServer
from pydantic import SecretStr

import main
from bot.events import Media
from bot.records.keeping import Keeping
from bot.settings import Settings, SettingsProblem, load_settings
from integrations.media.s3 import Bucket, BucketAway, open_bucket, read_place

PNG = b"\x89PNG\r\n\x1a\n a tooth"
KEY, SECRET = "AKIAEXAMPLE", "a-secret-of-the-test"
STEM = "A" * 22


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """An S3 with one bucket."""
    moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    url = f"http://{host}:{port}"
    _client(url).create_bucket(Bucket="files")
    yield url
    moto.stop()


def _client(url: str) -> Any:
    return boto3.client(
        "s3", endpoint_url=url, aws_access_key_id=KEY, aws_secret_access_key=SECRET, region_name="us-east-1"
    )


def opened(url: str, bucket: str = "files", folder: str = "clinic") -> Bucket:
    return open_bucket(read_place(f"s3://{bucket}/{folder}?endpoint={url}"), KEY, SECRET)


def lets_in(url: str, calls: int) -> None:
    """After so many calls more a key is asked for that the server knows."""
    call = Request(f"{url}/moto-api/reset-auth", str(calls).encode(), {"Content-Type": "text/plain"})  # noqa: S310  our own
    urlopen(call, timeout=10).close()  # noqa: S310


@pytest.fixture
def bucket(server: str) -> Bucket:
    return opened(server)


async def test_a_file_is_kept_and_read(bucket: Bucket, server: str) -> None:
    """A picture comes back as it was, under a name that cannot be guessed, in the folder that was set."""
    name = await bucket.put(PNG, "image/png")

    assert await bucket.get(name) == (PNG, "image/png")
    assert len(name) == len("A" * 22 + ".png")
    keys = [each["Key"] for each in _client(server).list_objects_v2(Bucket="files")["Contents"]]
    assert f"clinic/{name.partition('.')[0]}" in keys


async def test_another_client_sees_the_same_file(bucket: Bucket, server: str) -> None:
    """Amazon's own client reads what we keep, with its type."""
    name = await bucket.put(PNG, "image/png")
    there = _client(server).get_object(Bucket="files", Key=f"clinic/{name.partition('.')[0]}")

    assert (there["Body"].read(), there["ContentType"]) == (PNG, "image/png")


async def test_a_stem_is_found_without_its_type(bucket: Bucket) -> None:
    """What was fetched from a channel is found again, and keeping it twice changes nothing."""
    assert await bucket.put(PNG, "image/png", stem=STEM) == f"{STEM}.png"
    assert await bucket.put(PNG, "image/png", stem=STEM) == f"{STEM}.png"

    assert await bucket.find(STEM) == (PNG, "image/png")
    assert await bucket.get(f"{STEM}.txt") is None


@pytest.mark.parametrize("name", ["B" * 22 + ".png", "../secret", "clinic/x.png", "", "A" * 22, "B" * 22 + ".exe"])
async def test_what_is_not_there_is_none(bucket: Bucket, name: str) -> None:
    """A name that is none of ours is no key."""
    assert await bucket.get(name) is None


async def test_an_empty_and_a_large_file_come_back(bucket: Bucket) -> None:
    """From nothing to the most that is kept."""
    large = bytes(20 * 1024 * 1024)
    for body in (b"", large):
        name = await bucket.put(body, "application/octet-stream")
        assert await bucket.get(name) == (body, "application/octet-stream")


async def test_two_firms_folders_are_apart(bucket: Bucket, server: str) -> None:
    """What lies in one folder is not found from another."""
    name = await bucket.put(PNG, "image/png")

    assert await opened(server, folder="salon").get(name) is None


async def test_a_bucket_that_is_there_is_no_trouble(bucket: Bucket) -> None:
    """Nothing has to be mended."""
    assert await bucket.trouble() == ""


async def test_a_bucket_that_does_not_exist_is_named_so(server: str) -> None:
    """A slip in the name is told at the start, and a picture is not taken for kept."""
    nowhere = opened(server, bucket="nowhere")

    assert await nowhere.trouble() == "names a bucket that does not exist"
    with pytest.raises(BucketAway):
        await nowhere.put(PNG, "image/png")
    with pytest.raises(BucketAway):
        await nowhere.find(STEM)


async def test_a_wrong_key_is_refused(server: str, bucket: Bucket) -> None:
    """Who is not let in is told what to mend; no secret stands in what is raised."""
    lets_in(server, 0)
    try:
        assert (await bucket.trouble()).startswith("is refused: the key is wrong")
        with pytest.raises(BucketAway) as refused:
            await bucket.put(PNG, "image/png")
        with pytest.raises(BucketAway):
            await bucket.find(STEM)
    finally:
        lets_in(server, 1_000_000)

    assert KEY not in str(refused.value)
    assert SECRET not in str(refused.value)


async def test_a_store_that_is_away_says_so() -> None:
    """Nobody listens there: every call raises what its callers wait and try again for."""
    away = opened("http://127.0.0.1:9")

    for call in (away.put(PNG, "image/png"), away.find(STEM), away.trouble()):
        with pytest.raises(BucketAway):
            await call


class Messenger:
    """A channel with one file."""

    async def fetch(self, name: str) -> bytes | None:
        return PNG


async def test_a_customers_file_is_seen_while_the_store_is_away() -> None:
    """The desk sees a picture that lies with a messenger, though it cannot be kept now; an order to keep it fails aloud."""
    media = Media("image", "F1", "image/png", source="telegram/main")
    keeping = Keeping(opened("http://127.0.0.1:9"), {media.source: Messenger()}, lambda *_: STEM)

    assert await keeping.read(media.source, media.name) == (PNG, "image/png")
    with pytest.raises(OSError, match="cannot be used"):
        await keeping.keep(media.source, media.name)


@pytest.mark.parametrize(
    ("bucket", "says"),
    [
        ("s3://nowhere?endpoint={}", "names a bucket that does not exist"),
        ("s3://UPPER?endpoint={}", "names no bucket"),
        ("s3://files?endpoint={}&zone=a", "has zone="),
    ],
)
async def test_a_wrong_bucket_is_one_line_at_the_start(server: str, bucket: str, says: str) -> None:
    """The line names the variable and what is wrong with it, and no secret."""
    with pytest.raises(SettingsProblem, match=f"DRAGOMAN_MEDIA_URL .*{says}") as problem:
        await main.media_of(settings(bucket.format(server)))

    assert SECRET not in str(problem.value)
    assert len(str(problem.value).splitlines()) == 2


async def test_the_house_starts_on_a_bucket(server: str) -> None:
    """With the setting pictures go into the bucket; one that is away for a moment keeps nobody from starting."""
    media = await main.media_of(settings(f"s3://files/started?endpoint={server}"))
    name = await media.put(PNG, "image/png")

    assert await opened(server, folder="started").get(name) == (PNG, "image/png")
    assert isinstance(await main.media_of(settings("s3://files?endpoint=http://127.0.0.1:9")), Bucket)


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"MEDIA_URL": "https://files"}, "DRAGOMAN_MEDIA_URL .*is no address of a bucket"),
        ({"MEDIA_URL": "s3://files"}, "DRAGOMAN_MEDIA_SECRET .*is missing"),
        ({"MEDIA_URL": "s3://files", "MEDIA_SECRET": SECRET}, "DRAGOMAN_MEDIA_KEY_ID is missing"),
    ],
)
def test_a_half_set_bucket_is_told(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], says: str) -> None:
    """A missing key is told before anything runs, and no secret stands there."""
    for name, value in variables.items():
        monkeypatch.setenv(f"DRAGOMAN_{name}", value)
    with pytest.raises(SettingsProblem, match=says) as problem:
        load_settings()

    assert SECRET not in str(problem.value)


def settings(url: str) -> Settings:
    return Settings(media_url=url, media_key_id=KEY, media_secret=SecretStr(SECRET))


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("https://files", "is no address of a bucket"),
        ("s3://", "names no bucket"),
        ("s3://UPPER", "names no bucket"),
        ("s3://key:secret@files", "is no address of a bucket"),
        ("s3://files?endpoint=minio:9000", "no address like https"),
        ("s3://files?endpoint=", "no address like https"),
        ("s3://files?zone=a", "has zone=, which is neither"),
        ("s3://files/../x", "has a folder with other signs"),
        ("s3://files/a b", "has a folder with other signs"),
    ],
)
def test_a_wrong_address_is_told(url: str, says: str) -> None:
    """One sentence says what is wrong with it."""
    with pytest.raises(ValueError, match=says):
        read_place(url)


def test_an_address_is_read() -> None:
    """Folder, endpoint and region, each where it may be left out."""
    assert read_place("s3://files") == ("files", "", "", "us-east-1")
    assert read_place("s3://files/a/b/?endpoint=http://minio:9000/&region=eu-1") == (
        "files", "a/b/", "http://minio:9000", "eu-1",
    )  # fmt: skip
