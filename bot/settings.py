"""What the environment says: every `DRAGOMAN_…` variable, checked all at once."""

from ipaddress import ip_network
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.redaction import redact

PREFIX = "DRAGOMAN_"


class SettingsProblem(Exception):
    """Some settings cannot be used; the text lists every one of them."""


class Settings(BaseSettings):
    """How this process runs; what a business is stands in its folder."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore")

    business: Path = Path("businesses/demo")
    businesses: Path | None = None
    database_url: str = "sqlite:///var/dragoman.db"
    role: str = "all"
    redis_url: SecretStr = SecretStr("")
    trusted_proxies: str = ""
    media: Path = Path("var/media")
    media_url: str = ""
    media_key_id: str = ""
    media_secret: SecretStr = Field(SecretStr(""), validate_default=True)
    cache: Path = Path("var/cache")
    http_host: str = "127.0.0.1"
    http_port: int = Field(8080, ge=0, le=65535)
    public_url: str = ""
    log_level: str = "info"
    log_format: str = ""
    metrics_host: str = "127.0.0.1"
    metrics_port: int = Field(0, ge=0, le=65535)
    metrics_token: SecretStr = SecretStr("")
    telegram_token: SecretStr = SecretStr("")
    telegram_api_url: str = "https://api.telegram.org"
    telegram_mode: str = "polling"
    telegram_webhook_secret: SecretStr = SecretStr("")
    telegram_rate: int = Field(25, ge=0, le=1000)
    staff_group_id: int = Field(0, le=0)
    contact_messages: int = Field(20, ge=0, le=100_000)
    address_messages: int = Field(200, ge=0, le=1_000_000)
    business_messages: int = Field(5000, ge=0, le=10_000_000)

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if not url.startswith(("sqlite:///", "postgres://", "postgresql://")):
            raise ValueError("is neither sqlite:///FILE nor postgresql://USER:PASSWORD@HOST/NAME")
        return url

    @field_validator("role")
    @classmethod
    def _a_role(cls, role: str, info: ValidationInfo) -> str:
        if role not in {"all", "web", "worker", "sender"}:
            raise ValueError("is none of all, web, worker, sender")
        if role != "all" and info.data.get("database_url", "").startswith("sqlite"):
            raise ValueError("needs PostgreSQL: on SQLite one process does everything")
        return role

    @field_validator("redis_url")
    @classmethod
    def _known_redis(cls, url: SecretStr) -> SecretStr:
        if url.get_secret_value() and not url.get_secret_value().startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("is neither redis:// nor rediss:// nor unix://")
        return url

    @field_validator("media_url")
    @classmethod
    def _a_bucket(cls, url: str) -> str:
        if url and not url.startswith("s3://"):
            raise ValueError("is no address of a bucket like s3://BUCKET/PREFIX?endpoint=https://HOST")
        return url

    @field_validator("media_secret")
    @classmethod
    def _a_whole_key(cls, secret: SecretStr, info: ValidationInfo) -> SecretStr:
        if info.data.get("media_url") and not (secret.get_secret_value() and info.data.get("media_key_id")):
            raise ValueError("or DRAGOMAN_MEDIA_KEY_ID is missing: a bucket is opened with both")
        return secret

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, listed: str) -> str:
        for each in filter(None, map(str.strip, listed.split(","))):
            try:
                ip_network(each, strict=False)
            except ValueError as error:
                raise ValueError(f"{each} is no address and no network like 10.0.0.0/8") from error
        return listed

    @field_validator("business", "businesses")
    @classmethod
    def _a_folder(cls, folder: Path | None) -> Path | None:
        if folder is not None and not folder.is_dir():
            raise ValueError("is not a folder; it must hold a business.yaml")
        return folder

    @field_validator("public_url", "telegram_api_url")
    @classmethod
    def _an_address(cls, url: str) -> str:
        if url and not url.startswith(("http://", "https://")):
            raise ValueError("is not an address; it looks like https://chat.example.com")
        return url.rstrip("/")

    @field_validator("telegram_mode")
    @classmethod
    def _a_way_in(cls, mode: str) -> str:
        if mode not in {"polling", "webhook", "bridge"}:
            raise ValueError("is none of polling, webhook, bridge")
        return mode

    @field_validator("log_format")
    @classmethod
    def _a_form(cls, form: str) -> str:
        if form not in {"", "json", "text"}:
            raise ValueError("is neither json nor text")
        return form

    @field_validator("metrics_token")
    @classmethod
    def _long_enough(cls, token: SecretStr) -> SecretStr:
        if 0 < len(token.get_secret_value()) < 16:
            raise ValueError("is too short: whoever guesses it sees the figures; at least 16 characters")
        return token

    @field_validator("log_level")
    @classmethod
    def _a_level(cls, level: str) -> str:
        if level not in {"debug", "info", "warning", "error"}:
            raise ValueError("is none of debug, info, warning, error")
        return level

    @property
    def variables(self) -> dict[str, str]:
        """What was set, by variable, for whoever reads the environment beside these settings."""
        given = {name: getattr(self, name) for name in self.model_fields_set}
        return {
            PREFIX + name.upper(): value.get_secret_value() if isinstance(value, SecretStr) else str(value)
            for name, value in given.items()
        }

    @property
    def folders(self) -> list[Path]:
        """The business folders to run, by name."""
        if self.businesses is None:
            return [self.business]
        return sorted(path.parent for path in self.businesses.glob("*/business.yaml"))

    @property
    def slugs(self) -> list[str]:
        """The names of the businesses: those of their folders."""
        return [folder.name for folder in self.folders]


def load_settings() -> Settings:
    """Read the environment; raises `SettingsProblem` that names every variable that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        lines = ["These settings cannot be used:"]
        for each in error.errors():
            variable = PREFIX + str(each["loc"][0]).upper()
            sentence = each["msg"].removeprefix("Value error, ")
            secret = Settings.model_fields[str(each["loc"][0])].annotation is SecretStr
            given = "its value" if secret else redact(repr(str(each["input"])))
            lines.append(f"  {variable:<24} {given} {sentence}")
        raise SettingsProblem("\n".join(lines)) from error
