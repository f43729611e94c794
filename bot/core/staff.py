"""Who works with the service and what each role may do."""

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """A job; `plain` is its Chinese name."""

    WORKER = "worker"
    DIRECTOR = "director"
    DISPATCHER = "dispatcher"
    GRID_WORKER = "grid_worker"
    TRAINER = "trainer"
    ADMIN = "admin"

    @property
    def plain(self) -> str:
        """The Chinese name of the job."""
        return _PLAIN[self]


class Permission(StrEnum):
    """One thing a person may do, as resource:action."""

    CONVERSATION_READ = "conversation:read"
    CONVERSATION_TAKE = "conversation:take"
    CONVERSATION_ANSWER = "conversation:answer"
    COMPLAINT_READ = "complaint:read"
    EVENT_READ = "event:read"
    EVENT_MOVE = "event:move"
    EVENT_CORRECT = "event:correct"
    EVENT_ASSIGN = "event:assign"
    AGENDA_READ = "agenda:read"
    AGENDA_MOVE = "agenda:move"
    AGENDA_REVIEW = "agenda:review"
    ORDER_READ = "order:read"
    ORDER_MOVE = "order:move"
    ORDER_ASSIGN = "order:assign"
    WHISTLE_PROPOSE = "whistle:propose"
    WHISTLE_BLOW = "whistle:blow"
    CONTACT_UNMASK = "contact:unmask"
    KNOWLEDGE_READ = "knowledge:read"
    KNOWLEDGE_EDIT = "knowledge:edit"
    SAMPLE_READ = "sample:read"
    SAMPLE_LABEL = "sample:label"
    MODEL_TRAIN = "model:train"
    MODEL_PUBLISH = "model:publish"
    CASE_EXPORT = "case:export"
    STAFF_MANAGE = "staff:manage"
    SETTINGS_EDIT = "settings:edit"
    AUDIT_READ = "audit:read"


_PLAIN: Mapping[Role, str] = {
    Role.WORKER: "社区工作者",
    Role.DIRECTOR: "居委会主任",
    Role.DISPATCHER: "街道调度员",
    Role.GRID_WORKER: "网格员",
    Role.TRAINER: "训练师",
    Role.ADMIN: "系统管理员",
}

_P = Permission
_FIELD = frozenset({_P.EVENT_READ, _P.EVENT_MOVE, _P.ORDER_READ, _P.ORDER_MOVE, _P.AGENDA_READ, _P.KNOWLEDGE_READ})
_WORKER = _FIELD | {
    _P.CONVERSATION_READ,
    _P.CONVERSATION_TAKE,
    _P.CONVERSATION_ANSWER,
    _P.EVENT_CORRECT,
    _P.EVENT_ASSIGN,
    _P.AGENDA_MOVE,
    _P.ORDER_ASSIGN,
    _P.WHISTLE_PROPOSE,
    _P.CONTACT_UNMASK,
    _P.CASE_EXPORT,
}

# Only street roles may blow a whistle; trainers see redacted samples and administrators no case text.
ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.WORKER: _WORKER,
    Role.DIRECTOR: _WORKER | {_P.AGENDA_REVIEW, _P.COMPLAINT_READ, _P.KNOWLEDGE_EDIT},
    Role.DISPATCHER: _WORKER | {_P.COMPLAINT_READ, _P.WHISTLE_BLOW},
    Role.GRID_WORKER: _FIELD,
    Role.TRAINER: frozenset({_P.SAMPLE_READ, _P.SAMPLE_LABEL, _P.MODEL_TRAIN, _P.MODEL_PUBLISH, _P.KNOWLEDGE_READ}),
    Role.ADMIN: frozenset({_P.STAFF_MANAGE, _P.SETTINGS_EDIT, _P.AUDIT_READ, _P.KNOWLEDGE_READ, _P.KNOWLEDGE_EDIT}),
}


def can(role: Role, permission: Permission) -> bool:
    """Whether the role carries the permission."""
    return permission in ROLE_PERMISSIONS[role]
