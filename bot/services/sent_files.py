"""Files a worker sends to a resident with a reply: a picture or a PDF, known by its content and by nothing else."""

from typing import Final

from sqlalchemy.orm import Session

from bot.errors import InvalidInput, NotFound
from bot.services.desk import Desk
from bot.services.media_files import store_media
from bot.services.pictures import Media, MediaRefused, Reason, picture
from bot.store.queries import attachments
from bot.store.tables import Attachment, AttachmentKind, AttachmentState, Conversation, Direction, Message

MOST_BYTES: Final = 5_000_000
PDF: Final = "application/pdf"
# A PDF may begin and end with some bytes of something else.
_EDGE: Final = 1024
WHAT: Final = {AttachmentKind.IMAGE: "照片", AttachmentKind.FILE: "文件"}


def checked(data: bytes) -> Media:
    """The file as it may be sent: a picture drawn again without where it was taken, or a PDF as it is.

    Raises InvalidInput in words for the worker. Slow for pictures.
    """
    if not data:
        raise InvalidInput("这个文件是空的", "请重新选一个")
    if len(data) > MOST_BYTES:
        raise InvalidInput("文件太大，最多5MB", "照片可以先压缩，文件可以只发要紧的几页")
    if data[:_EDGE].lstrip().startswith(b"%PDF-"):
        return _pdf(data)
    try:
        return picture(data)
    except MediaRefused as refused:
        if refused.reason is Reason.NOT_THIS_KIND:
            raise InvalidInput("只能发照片（JPG、PNG、WebP）或PDF文件", "别的文件请转成PDF再发") from refused
        raise InvalidInput(refused.message, "请换一张照片再发") from refused


def card_of(media: Media) -> dict[str, object]:
    """What a message carries to say that a file came along; the chat page fetches it by the message's id."""
    kind = _kind(media)
    return {"kind": "file", "what": WHAT[kind], "is_picture": kind is AttachmentKind.IMAGE}


def enclose(session: Session, desk: Desk, message: Message, media: Media) -> Attachment:
    """Keep the file with the reply."""
    enclosed = Attachment(
        message_id=message.id,
        kind=_kind(media),
        state=AttachmentState.STORED,
        file=store_media(desk.settings.media, media.data, media.suffix),
        content_type=media.content_type,
        size=len(media.data),
        created_at=message.created_at,
    )
    session.add(enclosed)
    session.flush()
    return enclosed


def for_resident(session: Session, conversation: Conversation, message_id: int) -> Attachment:
    """The file that was sent with a message of the conversation; raises NotFound for anything else."""
    message = session.get(Message, message_id)
    if message is None or message.conversation_id != conversation.id or message.direction is not Direction.OUT:
        raise NotFound("没有这个文件")
    found = attachments.of_message(session, message_id)
    if found is None:
        raise NotFound("没有这个文件")
    return found


def _kind(media: Media) -> AttachmentKind:
    return AttachmentKind.FILE if media.content_type == PDF else AttachmentKind.IMAGE


def _pdf(data: bytes) -> Media:
    if b"%%EOF" not in data[-_EDGE:]:
        raise InvalidInput("这个PDF不完整，打不开", "请重新导出一份再发")
    return Media(PDF, ".pdf", data)
