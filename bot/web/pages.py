"""The pages themselves: the chat, its files, the front door."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from aiohttp import web

from bot.texts import LANGUAGES
from bot.web.site import SITE, STATIC, TEMPLATES, language_of, page_of

PICTURES = {".svg", ".png", ".jpg", ".jpeg", ".webp", ".gif"}
SOUNDS = {".mp3", ".wav"}

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self';"
    " base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'; trusted-types 'none'"
)


@cache
def templates() -> jinja2.Environment:
    """The pages' templates; everything that is written in is escaped."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined
    )


@cache
def strings() -> dict[str, dict[str, str]]:
    """The page's own words by language."""
    words: dict[str, dict[str, str]] = json.loads((STATIC / "strings.json").read_text("utf-8"))
    return words


def picture_url(business: str, file: str | None) -> str | None:
    """Where a picture of a firm's folder is served; None for none."""
    return f"/chat/{business}/media/{file}" if file else None


async def chat(request: web.Request) -> web.Response:
    """`GET /chat/{business}`: the whole page, or with `?embed=1` the inside of the widget's frame."""
    page = page_of(request)
    business, language = page.business, language_of(request, page)
    context: dict[str, Any] = {
        "business": business.slug,
        "name": page.words(business.name, language),
        "tagline": page.words(business.tagline, language) if business.tagline else "",
        "language": language,
        "languages": [{"code": code, "name": LANGUAGES[code]} for code in business.languages],
        "strings": {code: strings()[code] for code in business.languages},
        "brand": {
            "color": business.brand.color,
            "logo": picture_url(business.slug, business.brand.logo),
        },
        "embed": "embed" in request.query,
        "demo": business.demo,
    }
    body = templates().get_template("chat.html").render(context)
    ancestors = "*" if context["embed"] else "'self'"
    headers = {"Content-Security-Policy": f"{PAGE_POLICY}; frame-ancestors {ancestors}", "Cache-Control": "no-cache"}
    return web.Response(text=body, content_type="text/html", headers=headers)


async def picture(request: web.Request) -> web.StreamResponse:
    """`GET /chat/{business}/media/{file}`: a picture out of the firm's folder, its logo for one, or a recording."""
    page = page_of(request)
    path = page.folder / "media" / request.match_info["file"]
    if path.parent != page.folder / "media" or path.suffix not in PICTURES | SOUNDS or not path.is_file():
        raise web.HTTPNotFound(text="There is no such picture.")
    policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return web.FileResponse(path, headers={"Content-Security-Policy": policy, "Cache-Control": "max-age=3600"})


@cache
def static_files() -> dict[str, Path]:
    """The files of the pages by what they are called in addresses; nothing else can be asked for."""
    return {path.relative_to(STATIC).as_posix(): path for path in STATIC.rglob("*") if path.is_file()}


async def static(request: web.Request) -> web.StreamResponse:
    """`GET /chat/static/{file}`: a script, a style or a picture of the pages."""
    path = static_files().get(request.match_info["file"])
    if path is None:
        raise web.HTTPNotFound(text="There is no such file.")
    return web.FileResponse(path)


async def widget(request: web.Request) -> web.StreamResponse:
    """`GET /chat/widget.js`: the one script tag that a firm puts into its site."""
    del request
    return web.FileResponse(
        STATIC / "widget.js", headers={"Access-Control-Allow-Origin": "*", "Cache-Control": "max-age=300"}
    )


async def front_door(request: web.Request) -> web.Response:
    """`GET /`: the chat of the first business; for a demo on the machine itself, its desk beside it."""
    from bot.web.desk.pages import demo, is_demo

    if is_demo(request):
        return await demo(request)
    first = next(iter(request.app[SITE].pages))
    raise web.HTTPFound(f"/chat/{first}")
