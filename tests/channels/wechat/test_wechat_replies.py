"""What is answered: passive replies, customer-service bodies, and the conformance cases of both."""

import json
from collections.abc import Callable, Mapping

import pytest

from bot.channels.wechat.bodies import Node, Tree, read_tree
from bot.channels.wechat.rendering import render_xml
from bot.channels.wechat.replies import (
    Article,
    ImageReply,
    MusicReply,
    NewsReply,
    Reply,
    TextReply,
    TransferReply,
    VideoReply,
    VoiceReply,
    reply_tree,
)
from bot.channels.wechat.service_messages import (
    ArticleMessage,
    Choice,
    MenuMessage,
    MiniProgramMessage,
    ServiceMessage,
    service_body,
    service_json,
)
from tests.channels.wechat.vectors import Case, cases, needs_vectors

HAPPY_DAY = Article("Happy Day", "Is Really A Happy Day", "PIC_URL", "URL")
SERVICE_MESSAGES: Mapping[str, ServiceMessage] = {
    "text": TextReply("sfsfdsdf"),
    "image": ImageReply("MEDIA_ID"),
    "voice": VoiceReply("MEDIA_ID"),
    "video": VideoReply("MEDIA_ID", "TITLE", "DESCRIPTION", "MEDIA_ID"),
    "music": MusicReply("MEDIA_ID", "TITLE", "DESCRIPTION", "MUSIC_URL", "HQ_MUSIC_URL"),
    "news": NewsReply((HAPPY_DAY, HAPPY_DAY)),
    "msgmenu": MenuMessage("head_content", (Choice("101", "msgmenu1"), Choice("102", "msgmenu2")), "tail_content"),
    "miniprogrampage": MiniProgramMessage("title", "appid", "pagepath", "thumb_media_id"),
    "mpnewsarticle": ArticleMessage("ARTICLE_ID"),
}
ARTICLE = Article("title", "description", "picUrl", "url")
PASSIVE: Mapping[str, Callable[[Tree], Reply]] = {
    "text": lambda given: TextReply(str(given["Content"])),
    "image": lambda _: ImageReply("ddfefesfsdfef"),
    "voice": lambda _: VoiceReply("ddfefesfsdfef"),
    "video": lambda _: VideoReply("media_id", "title", "ddfff"),
    "music": lambda _: MusicReply("thumbMediaId", "title", "ddfff", "musicUrl", "hQMusicUrl"),
    "news": lambda _: NewsReply((ARTICLE, ARTICLE)),
    "transfer_customer_service": lambda given: TransferReply("test1@test" if "TransInfo" in given else None),
}


@needs_vectors
@pytest.mark.parametrize("case", cases("passive_reply_xml"))
def test_a_passive_reply_has_the_recorded_fields(case: Case) -> None:
    wanted = case.tree()

    written = written_reply(
        PASSIVE[str(wanted["MsgType"])](wanted),
        to_user=str(wanted["ToUserName"]),
        from_user=str(wanted["FromUserName"]),
        created=int(str(wanted["CreateTime"])),
    )

    assert {name: without_item(node) for name, node in written.items()} == wanted


@needs_vectors
@pytest.mark.parametrize("case", cases("passive_reply_text_edge"))
def test_no_text_breaks_out_of_its_element(case: Case) -> None:
    written = written_reply(TextReply(case.text("content")))

    assert written["Content"] == case.outcome("parsed_content")
    assert list(written) == case.expected["element_names"]


@pytest.mark.parametrize(
    "text",
    ["]]>", "]]]]>>", "a]]><Content>b", "]]", ">", "]]>]]>", "</Content>&amp;", "<![CDATA[x]]>", "\ud83d坏\ufffe"],
)
def test_what_looks_like_markup_arrives_as_it_was_written(text: str) -> None:
    legal = text.replace("\ud83d", "").replace("\ufffe", "")

    written = written_reply(TextReply(text))

    assert written["Content"] == legal
    assert len(written) == 5


@needs_vectors
@pytest.mark.parametrize("case", cases("kefu_json"))
def test_a_service_message_has_the_recorded_body(case: Case) -> None:
    message = SERVICE_MESSAGES[case.text("msgtype")]

    body = service_json(service_body("OPENID", message))

    assert json.loads(body) == case.expected["json"]


def test_service_messages_are_raw_utf8() -> None:
    body = service_json(service_body("o1", TextReply("水管爆了😀\x00\ud800")))

    assert "水管爆了😀".encode() in body
    assert b"\\u" not in body


def written_reply(reply: Reply, to_user: str = "o1", from_user: str = "gh_1", created: int = 1122) -> Tree:
    return read_tree(render_xml(reply_tree(reply, to_user, from_user, created)).encode())


def without_item(node: Node) -> Node:
    return node["item"] if isinstance(node, dict) and list(node) == ["item"] else node
