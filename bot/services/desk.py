"""The desk: everything a use case needs, opened once and passed in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock

from sqlalchemy.orm import Session

from bot.core.catalogue import Catalogue
from bot.core.clocks import WorkCalendar
from bot.core.elderly import ElderlyRules
from bot.core.emergencies import EmergencyRules
from bot.core.holidays import Announced
from bot.core.knowledge import Channel, KnowledgeItem, PlaceKey, Scope, ServicePlace
from bot.core.places import Gazetteer
from bot.errors import InvalidInput
from bot.services import hub
from bot.services.handling_rules import HandlingRules, load_handling
from bot.services.hub import Hub
from bot.services.intake import IntakeRules, load_intake
from bot.services.knowledge_index import KnowledgeIndex
from bot.services.notices import Notices, load_notices
from bot.services.settings import in_force
from bot.services.settings.in_force import InForce, Live
from bot.settings import Settings
from bot.store.engine import Store
from bot.store.files.canned_file import load_canned
from bot.store.files.catalogue_files import CatalogueFiles, load_catalogue
from bot.store.files.community_files import load_demo
from bot.store.files.demo_rows import DemoFiles
from bot.store.files.knowledge_files import load_knowledge
from bot.store.queries.learning import knowledge_entries
from bot.store.seed import seed
from bot.store.seed_canned import seed_canned
from bot.store.tables import KnowledgeEntry


@dataclass(frozen=True)
class Desk:
    """One installation at work; `clock` gives the present moment in UTC."""

    settings: Settings
    store: Store
    live: Live
    elderly: ElderlyRules
    knowledge: KnowledgeIndex
    intake: IntakeRules
    handling: HandlingRules
    notices: Notices
    hub: Hub
    clock: Callable[[], datetime]

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue as it holds now."""
        return self.live.now.catalogue

    @property
    def announced(self) -> Announced:
        """The year as it is announced, with the names of its holidays."""
        return self.live.now.announced

    @property
    def calendar(self) -> WorkCalendar:
        """The same for counting."""
        return self.live.now.calendar

    @property
    def emergencies(self) -> EmergencyRules:
        """The emergency screen with its cards."""
        return self.live.now.emergencies

    @property
    def gazetteer(self) -> Gazetteer:
        """The map."""
        return self.live.now.gazetteer

    @property
    def offices(self) -> tuple[ServicePlace, ...]:
        """Where residents are sent."""
        return self.live.now.offices

    @contextmanager
    def transaction(self, *, read_only: bool = False, goes_first: bool = False) -> Iterator[Session]:
        """`Store.transaction`, after which changed settings hold and the pages that show what was touched are woken."""
        with self.store.transaction(read_only=read_only, goes_first=goes_first) as session:
            yield session
        if in_force.is_touched(session):
            self.live.renew(self.store)
        self.hub.publish(*hub.noted(session))


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


def open_desk(settings: Settings, clock: Callable[[], datetime] = utc_now) -> Desk:
    """Read the data folder, bring the database to this version and put the data into it.

    Safe to repeat. Every problem (a broken file, database or setting) is a LinliError that says so in one line.
    """
    files = load_catalogue(settings.data / "catalogue")
    demo = load_demo(settings.data / "demo", files.catalogue)
    _check_community(settings, demo.gazetteer)
    store = Store(settings.database_url)
    store.migrate()
    with store.transaction() as session:
        seed(session, demo, load_knowledge(settings.data / "knowledge", files.catalogue), files, clock())
        seed_canned(session, load_canned(settings.data / "catalogue" / "canned.yml"), clock())
    live = Live(_in_files(files, demo))
    live.renew(store)
    desk = Desk(
        settings=settings,
        store=store,
        live=live,
        elderly=files.elderly,
        knowledge=_knowledge(store),
        intake=load_intake(settings.data / "catalogue" / "intake.yml", files.catalogue),
        handling=load_handling(settings.data / "catalogue" / "handling.yml"),
        notices=load_notices(settings.data / "catalogue" / "notices.yml"),
        hub=Hub(),
        clock=clock,
    )
    # Filing takes a desk, so what files cannot be known where a desk is defined.
    from bot.services import demo_events

    demo_events.file_demo_events(desk, demo.cases)
    return desk


def use(desk: Desk) -> None:
    """Make this the desk that `current` gives; whoever opened one desk for the process calls it."""
    with _lock:
        _in_use[:] = [desk]


def current() -> Desk:
    """The desk in use, for callers nobody can pass one to (rasa-sdk makes actions without arguments).

    Opens one from the environment if none is in use.
    """
    with _lock:
        if not _in_use:
            _in_use.append(open_desk(Settings.from_environment()))
        return _in_use[0]


_lock = Lock()
_in_use: list[Desk] = []


def _check_community(settings: Settings, gazetteer: Gazetteer) -> None:
    known = [community.id for community in gazetteer.communities]
    if settings.default_community not in known:
        raise InvalidInput(
            f"LINLI_COMMUNITY 是 {settings.default_community}，没有这个社区", f"可以是：{'、'.join(known)}"
        )


def _in_files(files: CatalogueFiles, demo: DemoFiles) -> InForce:
    return InForce(
        catalogue=files.catalogue,
        announced=files.announced,
        calendar=files.calendar,
        emergencies=files.emergencies,
        gazetteer=demo.gazetteer,
        offices=demo.services,
    )


def _knowledge(store: Store) -> KnowledgeIndex:
    with store.transaction(read_only=True) as session:
        return KnowledgeIndex.of([_item(row) for row in knowledge_entries(session)])


def _item(row: KnowledgeEntry) -> KnowledgeItem:
    return KnowledgeItem(
        id=row.id,
        title=row.title,
        leaf=row.leaf,
        asks=tuple(row.asks),
        answer=tuple(row.answer),
        materials=tuple(row.materials),
        places=tuple(PlaceKey(key) for key in row.places),
        hours=row.hours,
        scope=Scope(row.scope),
        channels=tuple(Channel(way) for way in row.channels),
        source=row.source,
        phone=row.phone,
        checked=row.checked,
    )
