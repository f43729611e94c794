"""Who works with the service and what each role may do."""

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """A job; `plain` is its Chinese name."""

    WORKER = "worker"
    DIRECTOR = "director"
    DISPATCHER = "dispatcher"
    LEADER = "leader"
    GRID_WORKER = "grid_worker"
    PARTY = "party"
    VOLUNTEER = "volunteer"
    TRAINER = "trainer"
    AUDITOR = "auditor"
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
    EVENT_FILE = "event:file"
    EVENT_TRIAGE = "event:triage"
    EVENT_ACCEPT = "event:accept"
    EVENT_REFUSE = "event:refuse"
    EVENT_CORRECT = "event:correct"
    EVENT_DISPATCH = "event:dispatch"
    EVENT_DESIGNATE = "event:designate"
    EVENT_HANDLE = "event:handle"
    EVENT_NOTE = "event:note"
    EVENT_URGE = "event:urge"
    EVENT_EXTEND = "event:extend"
    EVENT_SUSPEND = "event:suspend"
    EVENT_SUPERVISE = "event:supervise"
    EVENT_VERIFY = "event:verify"
    EVENT_CLOSE = "event:close"
    EVENT_CALL_BACK = "event:call_back"
    AGENDA_READ = "agenda:read"
    AGENDA_MOVE = "agenda:move"
    AGENDA_REVIEW = "agenda:review"
    ORDER_READ = "order:read"
    ORDER_MOVE = "order:move"
    ORDER_ASSIGN = "order:assign"
    WHISTLE_READ = "whistle:read"
    WHISTLE_PROPOSE = "whistle:propose"
    WHISTLE_BLOW_DAILY = "whistle:blow_daily"
    WHISTLE_BLOW_TOUGH = "whistle:blow_tough"
    WHISTLE_BLOW_EMERGENCY = "whistle:blow_emergency"
    WHISTLE_ANSWER = "whistle:answer"
    WHISTLE_EVALUATE = "whistle:evaluate"
    WARNING_READ = "warning:read"
    FIGURES_READ = "figures:read"
    CONTACT_UNMASK = "contact:unmask"
    RESIDENT_ERASE = "resident:erase"
    PHOTO_REMOVE = "photo:remove"
    KNOWLEDGE_READ = "knowledge:read"
    KNOWLEDGE_EDIT = "knowledge:edit"
    CANNED_EDIT = "canned:edit"
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
    Role.LEADER: "街道领导",
    Role.GRID_WORKER: "网格员",
    Role.PARTY: "承办单位经办人",
    Role.VOLUNTEER: "志愿者",
    Role.TRAINER: "训练师",
    Role.AUDITOR: "审计员",
    Role.ADMIN: "系统管理员",
}

_P = Permission
_FIELD = frozenset(
    {
        _P.EVENT_READ,
        _P.EVENT_FILE,
        _P.EVENT_HANDLE,
        _P.EVENT_NOTE,
        _P.EVENT_VERIFY,
        _P.ORDER_READ,
        _P.ORDER_MOVE,
        _P.AGENDA_READ,
        _P.KNOWLEDGE_READ,
        _P.WHISTLE_READ,
        _P.WHISTLE_PROPOSE,
    }
)
_WORKER = _FIELD | {
    _P.CONVERSATION_READ,
    _P.CONVERSATION_TAKE,
    _P.CONVERSATION_ANSWER,
    _P.EVENT_TRIAGE,
    _P.EVENT_ACCEPT,
    _P.EVENT_CORRECT,
    _P.EVENT_DISPATCH,
    _P.EVENT_URGE,
    _P.EVENT_CLOSE,
    _P.EVENT_CALL_BACK,
    _P.AGENDA_MOVE,
    _P.ORDER_ASSIGN,
    _P.WHISTLE_BLOW_EMERGENCY,
    _P.WARNING_READ,
    _P.FIGURES_READ,
    _P.CONTACT_UNMASK,
    _P.CASE_EXPORT,
}
_STREET = frozenset(
    {
        _P.EVENT_READ,
        _P.EVENT_NOTE,
        _P.EVENT_REFUSE,
        _P.EVENT_DISPATCH,
        _P.EVENT_DESIGNATE,
        _P.EVENT_URGE,
        _P.EVENT_EXTEND,
        _P.EVENT_SUSPEND,
        _P.EVENT_SUPERVISE,
        _P.AGENDA_READ,
        _P.ORDER_READ,
        _P.KNOWLEDGE_READ,
        _P.WHISTLE_READ,
        _P.WHISTLE_PROPOSE,
        _P.WHISTLE_BLOW_EMERGENCY,
        _P.WHISTLE_EVALUATE,
        _P.WARNING_READ,
        _P.FIGURES_READ,
        _P.CASE_EXPORT,
    }
)

# Trainers see redacted samples and administrators no case text; a party sees what is in its own hands.
ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.WORKER: _WORKER,
    Role.DIRECTOR: _WORKER
    | {_P.EVENT_REFUSE, _P.AGENDA_REVIEW, _P.COMPLAINT_READ, _P.KNOWLEDGE_EDIT, _P.CANNED_EDIT, _P.PHOTO_REMOVE}
    | {_P.RESIDENT_ERASE},
    Role.DISPATCHER: _WORKER | _STREET | {_P.COMPLAINT_READ, _P.WHISTLE_BLOW_DAILY, _P.PHOTO_REMOVE, _P.RESIDENT_ERASE},
    Role.LEADER: _STREET | {_P.WHISTLE_BLOW_TOUGH},
    Role.GRID_WORKER: _FIELD,
    Role.PARTY: frozenset({_P.EVENT_READ, _P.EVENT_HANDLE, _P.EVENT_NOTE, _P.WHISTLE_READ, _P.WHISTLE_ANSWER}),
    Role.VOLUNTEER: frozenset({_P.ORDER_READ, _P.ORDER_MOVE}),
    Role.TRAINER: frozenset({_P.SAMPLE_READ, _P.SAMPLE_LABEL, _P.MODEL_TRAIN, _P.MODEL_PUBLISH, _P.KNOWLEDGE_READ}),
    Role.AUDITOR: frozenset({_P.AUDIT_READ}),
    Role.ADMIN: frozenset(
        {_P.STAFF_MANAGE, _P.SETTINGS_EDIT, _P.CANNED_EDIT, _P.AUDIT_READ, _P.KNOWLEDGE_READ, _P.KNOWLEDGE_EDIT}
    ),
}


def can(role: Role, permission: Permission) -> bool:
    """Whether the role carries the permission."""
    return permission in ROLE_PERMISSIONS[role]
