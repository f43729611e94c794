"""What can be answered to a resident: within the delivery's own response, or later as customer service."""

from dataclasses import dataclass
from typing import TypeAlias

from bot.channels.wechat.rendering import Branches


@dataclass(frozen=True)
class TextReply:
    content: str


@dataclass(frozen=True)
class ImageReply:
    media_id: str


@dataclass(frozen=True)
class VoiceReply:
    media_id: str


@dataclass(frozen=True)
class VideoReply:
    """`thumb_media_id` is needed by customer service and unknown to passive replies."""

    media_id: str
    title: str = ""
    description: str = ""
    thumb_media_id: str = ""


@dataclass(frozen=True)
class MusicReply:
    thumb_media_id: str
    title: str = ""
    description: str = ""
    music_url: str = ""
    hq_music_url: str = ""


@dataclass(frozen=True)
class Article:
    title: str
    description: str
    picture_url: str
    url: str


@dataclass(frozen=True)
class NewsReply:
    """A card that opens a page; after a resident's message the platform takes one article only."""

    articles: tuple[Article, ...]


@dataclass(frozen=True)
class TransferReply:
    """Hands the conversation to WeChat's own customer service, to one agent or whoever is free."""

    kf_account: str | None = None


Reply: TypeAlias = TextReply | ImageReply | VoiceReply | VideoReply | MusicReply | NewsReply | TransferReply


def reply_tree(reply: Reply, to_user: str, from_user: str, created: int) -> Branches:
    """Passive reply: sender and receiver are the other way round than in the message answered."""
    return {"ToUserName": to_user, "FromUserName": from_user, "CreateTime": created, **_content(reply)}


def _content(reply: Reply) -> Branches:
    match reply:
        case TextReply(content):
            return {"MsgType": "text", "Content": content}
        case NewsReply(articles):
            return {"MsgType": "news", "ArticleCount": len(articles), "Articles": _articles(articles)}
        case TransferReply(kf_account):
            return _transfer(kf_account)
        case _:
            return _media(reply)


def _media(reply: ImageReply | VoiceReply | VideoReply | MusicReply) -> Branches:
    match reply:
        case ImageReply(media_id):
            return {"MsgType": "image", "Image": {"MediaId": media_id}}
        case VoiceReply(media_id):
            return {"MsgType": "voice", "Voice": {"MediaId": media_id}}
        case VideoReply():
            return {"MsgType": "video", "Video": _video(reply)}
        case MusicReply():
            return {"MsgType": "music", "Music": _music(reply)}


def _video(reply: VideoReply) -> Branches:
    return {"MediaId": reply.media_id, "Title": reply.title, "Description": reply.description}


def _music(reply: MusicReply) -> Branches:
    return {
        "Title": reply.title,
        "Description": reply.description,
        "MusicUrl": reply.music_url,
        "HQMusicUrl": reply.hq_music_url,
        "ThumbMediaId": reply.thumb_media_id,
    }


def _articles(articles: tuple[Article, ...]) -> Branches:
    return {
        "item": [
            {
                "Title": article.title,
                "Description": article.description,
                "PicUrl": article.picture_url,
                "Url": article.url,
            }
            for article in articles
        ]
    }


def _transfer(kf_account: str | None) -> Branches:
    kind: Branches = {"MsgType": "transfer_customer_service"}
    return kind if kf_account is None else {**kind, "TransInfo": {"KfAccount": kf_account}}
