"""What a resident's message says, put together from the models and the rules of `core`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from bot.core import addresses, elderly, masking, requests, times, urgency
from bot.core.catalogue import EMERGENCY_TOP, OUTSIDE
from bot.core.elderly import ElderlyRules, ElderlySignal
from bot.core.emergencies import EmergencyRules
from bot.core.urgency import Urgency
from bot.dialogue.nlu.linear import Ranking
from bot.dialogue.nlu.models import EMERGENCY, FILED, Guess, Opinion, ReaderModels
from bot.dialogue.nlu.place_tagger import PlaceTagger
from bot.dialogue.nlu.places import places_in

# Intents about a matter of the catalogue: only for these a leaf means anything.
MATTERS = (
    EMERGENCY,
    "report_event",
    "propose_agenda_item",
    "consult_policy",
    "request_in_person",
    "complaint_escalate",
)
INFORM = "inform"
# Where one message holds several requests, the first of these leads the conversation.
LEADING = (
    EMERGENCY,
    "report_event",
    "request_in_person",
    "propose_agenda_item",
    "complaint_escalate",
    "track_progress",
)
# Of a bare fact no more than this many characters are left without its places, times, names and numbers.
LONGEST_REMAINDER = 1
_CORRECTING = re.compile(
    r"不对|不是|错|改|更正|纠正|应该|其实|才是|而是|说[成反]|[记弄写][成反岔错少]|搞混|少打|换|看了下|哦不"
    r"|那句|补|加一句|漏写|唔係|勿是|不在"
)
_MANNERS = re.compile(
    r"[\W_\d]|我[叫是姓家住在]?|姓|叫|电话|手机号?|号码|地址|就是|是|在|这里|那里|的|了|啊|吧|呢|您好|你好"
)
HURRIED = frozenset({EMERGENCY, "report_event", "complaint_escalate", "request_in_person", "track_progress"})


@dataclass(frozen=True)
class Thresholds:
    """Probabilities, 0 to 1, kept in config.yml.

    emergency: from here on the model alone calls for help; emergency_alike: where the words look like a drill, a
    figure of speech or something past. segment, leaf_sure: a piece of a message stands for itself. intent_sure,
    trust: below, a person looks at it before it counts. outside: only from here on somebody is told that the
    matter is for others to decide; below, it counts as the best leaf.
    """

    emergency: float = 0.5
    emergency_alike: float = 0.8
    segment: float = 0.5
    leaf_sure: float = 0.45
    intent_sure: float = 0.55
    trust: float = 0.8
    outside: float = 0.7


@dataclass(frozen=True)
class Request:
    """One separate request of a message."""

    text: str
    intent: str
    confidence: float
    kind: str | None
    leaf: str | None
    leaf_top3: list[str]
    leaf_confidence: float
    trust: float
    outside: str | None = None
    """Which authority's matter it is where no community has a say: school, court …; such a request has no leaf."""


@dataclass(frozen=True)
class Reading:
    """Fields as `python -m bot parse` prints them, and what the dialogue needs besides."""

    text: str
    intent: str
    confidence: float
    kind: str | None
    emergency: str | None
    leaf: str | None
    leaf_top3: list[str]
    leaf_confidence: float
    urgency: str
    urgency_reasons: list[str]
    address: list[dict[str, Any]]
    elderly: str
    elderly_words: list[str]
    elderly_role: str
    needs_review: bool
    requests: list[Request]
    ranking: list[tuple[str, float]]
    trust: float = 0.0
    outside: str | None = None
    intent_words: list[str] = field(default_factory=list)
    leaf_words: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class Reader:
    """Reads messages; holds no state of any conversation."""

    def __init__(
        self,
        models: ReaderModels,
        emergencies: EmergencyRules,
        elderly_rules: ElderlyRules,
        usual_urgency: Mapping[str, Urgency],
        thresholds: Thresholds,
        tagger: PlaceTagger | None = None,
    ) -> None:
        self._models = models
        self._tagger = tagger
        self._emergencies = emergencies
        self._elderly = elderly_rules
        self._usual_urgency = usual_urgency
        self._thresholds = thresholds

    def read(
        self,
        text: str,
        opinion: Opinion | None = None,
        *,
        words: Sequence[str] | None = None,
        answering: bool = False,
    ) -> Reading:
        """`answering` where a question is open, so that a message may be nothing but a fact.

        `opinion` is what another classifier makes of the whole message, `words` how jieba cut it, if it did.
        """
        whole = self._models.guess(text, words)
        if opinion:
            whole = opinion.joined_with(whole)
        emergency = self._emergency(text, whole)
        lead = self._request(text, whole, answering=answering, is_emergency=emergency is not None)
        segments = requests.split(text)
        found = self._separate(segments, answering=answering) if len(segments) > 1 else []
        if len(found) > 1:
            lead = min(found, key=_leads)
        return self._reading(text, emergency, whole, lead, found if len(found) > 1 else [lead])

    def _separate(self, segments: Sequence[str], *, answering: bool) -> list[Request]:
        """The separate requests of a message; a piece that says too little by itself belongs to its neighbour."""
        pieces: list[Request] = []
        carried = ""
        for segment in segments:
            request = self._piece(carried + segment, answering=answering)
            if self._stands_alone(request):
                pieces.append(request)
                carried = ""
            elif pieces:
                pieces[-1] = self._piece(f"{pieces[-1].text}，{segment}", answering=answering)
            else:
                carried += f"{segment}，"
        if carried and pieces:
            pieces[-1] = self._piece(pieces[-1].text + carried, answering=answering)
        return _distinct(pieces)

    def _piece(self, text: str, *, answering: bool) -> Request:
        guess = self._models.guess(text)
        is_emergency = self._emergency(text, guess) is not None
        return self._request(text, guess, answering=answering, is_emergency=is_emergency)

    def _stands_alone(self, request: Request) -> bool:
        if request.intent in FILED and request.leaf_confidence >= self._thresholds.leaf_sure:
            return True
        known = request.intent in MATTERS or request.intent == "track_progress"
        return known and request.confidence >= self._thresholds.segment

    def _request(self, text: str, guess: Guess, *, answering: bool, is_emergency: bool) -> Request:
        passed_over = set()
        if not is_emergency:
            passed_over.add(EMERGENCY)
        if not answering and guess.intent == INFORM and not is_bare_fact(text):
            passed_over.add(INFORM)
        if not _CORRECTING.search(text):
            passed_over.add("correct")
        left = [(i, c) for i, c in guess.intents if i not in passed_over]
        intent, confidence = left[0][0], round(left[0][1] / (sum(c for _, c in left) or 1.0), 4)
        leaves = [(leaf, c) for leaf, c in guess.leaves if intent == EMERGENCY or not leaf.startswith(EMERGENCY_TOP)]
        if intent not in MATTERS and intent != "track_progress":
            return Request(text, intent, confidence, guess.kinds.get(intent), None, [], 0.0, guess.trust)
        outside = self._outside(leaves)
        codes = [(leaf, c) for leaf, c in leaves if leaf.isdigit()]
        return Request(
            text=text,
            intent=intent,
            confidence=confidence,
            kind=guess.kinds.get(intent),
            leaf=None if outside else codes[0][0],
            leaf_top3=[leaf for leaf, _ in codes[:3]],
            leaf_confidence=leaves[0][1] if outside else codes[0][1],
            trust=guess.trust,
            outside=outside,
        )

    def _outside(self, leaves: Ranking) -> str | None:
        """Whose matter it is if not ours, where that is sure enough to say so."""
        kinds = [(leaf.removeprefix(OUTSIDE), c) for leaf, c in leaves if leaf.startswith(OUTSIDE)]
        return kinds[0][0] if kinds and sum(c for _, c in kinds) >= self._thresholds.outside else None

    def _emergency(self, text: str, whole: Guess) -> str | None:
        if leaf := self._emergencies.screen(text):
            return leaf
        if whole.emergency < self._thresholds.emergency:
            return None
        if whole.emergency < self._thresholds.emergency_alike and self._emergencies.is_look_alike(text):
            return None
        return next((leaf for leaf, _ in whole.leaves if leaf.startswith(EMERGENCY_TOP) or leaf == "0302"), "0104")

    def _reading(self, text: str, emergency: str | None, whole: Guess, lead: Request, found: list[Request]) -> Reading:
        signal = elderly.read(text, self._elderly)
        judged = self._judged(lead, text, elderly=signal.signal is ElderlySignal.YES)
        return Reading(
            text=text,
            intent=EMERGENCY if emergency else lead.intent,
            confidence=1.0 if emergency else lead.confidence,
            kind=emergency or lead.kind,
            emergency=emergency,
            leaf=emergency or lead.leaf,
            leaf_top3=([emergency] if emergency else []) + lead.leaf_top3[: 2 if emergency else 3],
            leaf_confidence=lead.leaf_confidence,
            urgency=Urgency.P0 if emergency else judged.urgency,
            urgency_reasons=list(judged.reasons),
            address=[
                {"text": s.text, "start": s.start, "end": s.end, "type": s.type.value, "value": s.value}
                for s in places_in(text, self._tagger)
            ],
            elderly=signal.signal.value,
            elderly_words=list(signal.words),
            elderly_role=signal.role,
            needs_review=bool(emergency) or self._is_doubtful(lead),
            requests=found,
            ranking=whole.intents[:5],
            trust=lead.trust,
            outside=lead.outside,
            intent_words=self._why(text, EMERGENCY) if emergency else self._why(lead.text, lead.intent),
            leaf_words=self._models.why_leaf(lead.text, emergency or lead.leaf or ""),
        )

    def _why(self, text: str, intent: str) -> list[str]:
        """The words behind the intent; those the emergency screen knows go before what the model weighs."""
        cue = self._emergencies.cue(text) if intent == EMERGENCY else ""
        return [cue] if cue else self._models.why_intent(text, intent)

    def _judged(self, lead: Request, text: str, *, elderly: bool) -> urgency.Assessment:
        """A question or a proposal waits for nobody; something wrong is never less than P2."""
        if lead.intent not in HURRIED:
            return urgency.Assessment(Urgency.P3, ())
        usual = min(self._usual_urgency.get(lead.leaf or "", Urgency.P2), Urgency.P2)
        return urgency.assess(usual, text, elderly=elderly, now=None)

    def _is_doubtful(self, lead: Request) -> bool:
        if lead.intent in FILED:
            return lead.outside is not None or lead.trust < self._thresholds.trust
        return lead.intent == "complaint_escalate" or lead.confidence < self._thresholds.intent_sure


def is_bare_fact(text: str) -> bool:
    """Whether nothing is said besides a place, a time, a name or a number: "3号楼灯坏了" is more than that."""
    rest = text
    for span in reversed(addresses.read(text).spans):
        rest = rest[: span.start] + rest[span.end :]
    for known in (masking.find_phone(rest), masking.find_name(rest), times.find_time(rest)):
        rest = rest.replace(known, "") if known else rest
    return len(_MANNERS.sub("", rest)) <= LONGEST_REMAINDER


def _leads(request: Request) -> int:
    return LEADING.index(request.intent) if request.intent in LEADING else len(LEADING)


def _distinct(found: Sequence[Request]) -> list[Request]:
    """Two pieces of one matter are one request; the first keeps its words, the second's are added."""
    kept: list[Request] = []
    for request in found:
        same = next((k for k in kept if (k.intent, k.leaf) == (request.intent, request.leaf)), None)
        if same is None:
            kept.append(request)
        else:
            kept[kept.index(same)] = replace(same, text=f"{same.text}，{request.text}")
    return kept
