"""Security headers on every answer, streams and errors included."""

from typing import Final

from aiohttp import hdrs, web

from bot.web.keys import DESK

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "media-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)
HEADERS: Final = {
    "Content-Security-Policy": "; ".join(CONTENT_SECURITY_POLICY),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
ONE_YEAR_OF_HTTPS: Final = "max-age=31536000"


def add(app: web.Application) -> None:
    """Put the headers on every answer of the application."""
    app.on_response_prepare.append(_protect)


async def _protect(request: web.Request, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    # Pages carry residents' words: nothing may keep them unless it says so itself, as static files do.
    response.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")
    if request.app[DESK].settings.secure_cookies:
        response.headers.setdefault("Strict-Transport-Security", ONE_YEAR_OF_HTTPS)
    response.headers.popall(hdrs.SERVER, None)
