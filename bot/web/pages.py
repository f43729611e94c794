"""Templates and static files; a static file's address carries a fingerprint, so browsers may keep it for ever."""

from hashlib import sha256
from pathlib import Path
from typing import Final

import aiohttp_jinja2
from aiohttp import hdrs, web
from jinja2 import FileSystemLoader, StrictUndefined

HERE: Final = Path(__file__).parent
TEMPLATES: Final = HERE / "templates"
STATIC: Final = HERE / "static"
FOR_EVER: Final = "public, max-age=31536000, immutable"


def add(app: web.Application) -> None:
    """Set up Jinja (`static(name)` gives a file's address)."""
    prefix = f"/static/{fingerprint(STATIC)}"
    jinja = aiohttp_jinja2.setup(
        app,
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.globals["static"] = lambda name: f"{prefix}/{name}"
    app.router.add_static(prefix, STATIC)
    app.on_response_prepare.append(_keep_static)


def fingerprint(folder: Path) -> str:
    """Return a short digest of every file below the folder; it changes when any of them does."""
    digest = sha256()
    for path in sorted(file for file in folder.rglob("*") if file.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


async def _keep_static(request: web.Request, response: web.StreamResponse) -> None:
    is_file = isinstance(request.match_info.route.resource, web.StaticResource)
    if is_file and response.status < web.HTTPBadRequest.status_code:
        response.headers[hdrs.CACHE_CONTROL] = FOR_EVER
