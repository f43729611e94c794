"""Everything that may differ between installations, read once from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.errors import InvalidInput

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """One installation. `docs` of each field: README, section Settings; a test compares the two."""

    root: Path
    data: Path
    models: Path
    wechat: Path
    media: Path
    database_url: str
    host: str
    port: int
    default_community: str
    secure_cookies: bool

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Raise InvalidInput naming every bad variable at once."""
        found = os.environ if environ is None else environ
        problems: list[str] = []
        var = Path(found.get("LINLI_VAR", ROOT / "var"))
        settings = cls(
            root=ROOT,
            data=Path(found.get("LINLI_DATA", ROOT / "data")),
            models=Path(found.get("LINLI_MODELS", ROOT / "models")),
            wechat=Path(found.get("LINLI_WECHAT", var / "wechat.yml")),
            media=Path(found.get("LINLI_MEDIA", var / "media")),
            database_url=_database_url(found.get("DATABASE_URL", ""), var, problems),
            host=found.get("LINLI_HOST", "0.0.0.0"),  # noqa: S104 - residents reach it from their phones
            port=_port(found.get("LINLI_PORT", "8080"), problems),
            default_community=found.get("LINLI_COMMUNITY", "qinghe"),
            secure_cookies=_flag(found.get("LINLI_SECURE_COOKIES", "0"), problems),
        )
        if problems:
            raise InvalidInput("；".join(problems))
        return settings


def _database_url(given: str, var: Path, problems: list[str]) -> str:
    if not given:
        return f"sqlite:///{var / 'linli.db'}"
    scheme, _, rest = given.partition("://")
    if scheme.startswith("sqlite"):
        return given
    if scheme in {"postgres", "postgresql", "postgresql+psycopg"} and rest:
        return f"postgresql+psycopg://{rest}"
    problems.append("DATABASE_URL 应当以 sqlite:/// 或 postgresql:// 开头")
    return given


def _port(given: str, problems: list[str]) -> int:
    if given.isascii() and given.isdigit() and 0 <= int(given) <= 65535:  # noqa: PLR2004 - the range of TCP ports
        return int(given)
    problems.append(f"LINLI_PORT 应当是 0 到 65535 的数字，现在是 {given!r}")
    return 0


def _flag(given: str, problems: list[str]) -> bool:
    if given in {"0", "1"}:
        return given == "1"
    problems.append(f"LINLI_SECURE_COOKIES 应当是 0 或 1，现在是 {given!r}")
    return False
