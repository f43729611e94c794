"""Bodies of customer-service messages: what is sent after the answer in time, within 48 hours."""

from dataclasses import dataclass
from typing import TypeAlias

from bot.channels.wechat.rendering import Branches, render_json
from bot.channels.wechat.replies import Article, ImageReply, MusicReply, NewsReply, TextReply, VideoReply, VoiceReply


@dataclass(frozen=True)
class Choice:
    """One line of a menu message; a tap on it comes back as text `content` with `id` as bizmsgmenuid."""

    id: str
    content: str


@dataclass(frozen=True)
class MenuMessage:
    """Choices to tap, with words before and after them."""

    head: str
    choices: tuple[Choice, ...]
    tail: str = ""


@dataclass(frozen=True)
class MiniProgramMessage:
    """A card that opens a page of a mini program bound to the account."""

    title: str
    app_id: str
    page_path: str
    thumb_media_id: str


@dataclass(frozen=True)
class ArticleMessage:
    """A card that opens an article the account has published."""

    article_id: str


ServiceMessage: TypeAlias = (
    TextReply
    | ImageReply
    | VoiceReply
    | VideoReply
    | MusicReply
    | NewsReply
    | MenuMessage
    | MiniProgramMessage
    | ArticleMessage
)


def service_body(openid: str, message: ServiceMessage) -> Branches:
    """Body for the address message/custom/send."""
    kind, content = _content(message)
    return {"touser": openid, "msgtype": kind, kind: content}


def service_json(body: Branches) -> bytes:
    """Write a body as it goes over the wire."""
    return render_json(body)


def _content(message: ServiceMessage) -> tuple[str, Branches]:
    match message:
        case TextReply(content):
            return "text", {"content": content}
        case NewsReply(articles):
            return "news", {"articles": [_article(article) for article in articles]}
        case MenuMessage():
            return "msgmenu", _menu(message)
        case MiniProgramMessage():
            return "miniprogrampage", _mini_program(message)
        case ArticleMessage(article_id):
            return "mpnewsarticle", {"article_id": article_id}
        case _:
            return _media(message)


def _media(message: ImageReply | VoiceReply | VideoReply | MusicReply) -> tuple[str, Branches]:
    match message:
        case ImageReply(media_id):
            return "image", {"media_id": media_id}
        case VoiceReply(media_id):
            return "voice", {"media_id": media_id}
        case VideoReply():
            return "video", _video(message)
        case MusicReply():
            return "music", _music(message)


def _video(message: VideoReply) -> Branches:
    return {
        "media_id": message.media_id,
        "thumb_media_id": message.thumb_media_id,
        "title": message.title,
        "description": message.description,
    }


def _music(message: MusicReply) -> Branches:
    return {
        "title": message.title,
        "description": message.description,
        "musicurl": message.music_url,
        "hqmusicurl": message.hq_music_url,
        "thumb_media_id": message.thumb_media_id,
    }


def _article(article: Article) -> Branches:
    return {
        "title": article.title,
        "description": article.description,
        "url": article.url,
        "picurl": article.picture_url,
    }


def _menu(message: MenuMessage) -> Branches:
    return {
        "head_content": message.head,
        "list": [{"id": choice.id, "content": choice.content} for choice in message.choices],
        "tail_content": message.tail,
    }


def _mini_program(message: MiniProgramMessage) -> Branches:
    return {
        "title": message.title,
        "appid": message.app_id,
        "pagepath": message.page_path,
        "thumb_media_id": message.thumb_media_id,
    }
