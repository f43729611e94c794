"""One service and one browser for all tests in a real browser; everybody comes with cookies of their own."""

from collections.abc import Iterator
from contextlib import closing
from itertools import permutations
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from bot.core.staff import Role
from tests.e2e import phone
from tests.e2e.office import Office
from tests.e2e.resident import Resident
from tests.e2e.service import COMMUNITY, Service, copied, running
from tests.e2e.staff import Staff, signed_in

WORKER, TRAINER, ADMIN = "worker-lin", "trainer-he", "admin-guan"


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory, trained_model: Path) -> Iterator[Service]:
    service = copied(tmp_path_factory.mktemp("e2e"), trained_model)
    service.add_staff(WORKER, Role.WORKER, "林小满", COMMUNITY)
    service.add_staff(TRAINER, Role.TRAINER, "何知远")
    service.add_staff(ADMIN, Role.ADMIN, "管小理")
    with running(service):
        yield service


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not phone.CHROMIUM.exists():
        pytest.skip(f"no browser at {phone.CHROMIUM}: set LINLI_CHROMIUM")
    with phone.chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def dark_stairs() -> Iterator[str]:
    """Reports of places of their own: the same problem at the same place would be offered to join."""
    return (f"{building}号楼{unit}单元的楼道灯不亮了" for unit in (1, 2) for building in range(4, 27))


@pytest.fixture
def problem(dark_stairs: Iterator[str]) -> str:
    return next(dark_stairs)


@pytest.fixture(scope="session")
def _names() -> Iterator[str]:
    """Words without digits, and none that says who somebody is: numbers and names are masked for the staff."""
    return ("".join(pair) for pair in permutations("甲乙丙丁戊己庚辛壬癸", 2))


@pytest.fixture
def wish(_names: Iterator[str]) -> str:
    """Words to a person by which this test's resident is found in a list."""
    return f"想当面说件事，暗号{next(_names)}"


@pytest.fixture
def pocket(browser: Browser) -> Iterator[BrowserContext]:
    """A phone that has never been here."""
    context = browser.new_context(viewport=phone.PHONE, locale="zh-CN")
    yield context
    context.close()


@pytest.fixture
def resident(service: Service, pocket: BrowserContext) -> Resident:
    return Resident.arriving(pocket, service.address)


@pytest.fixture(scope="session")
def worker_context(service: Service, browser: Browser) -> Iterator[BrowserContext]:
    with signed_in(browser, service, WORKER) as context:
        yield context


@pytest.fixture(scope="session")
def office(service: Service, browser: Browser) -> Iterator[Office]:
    with closing(Office(service, browser)) as opened:
        yield opened


@pytest.fixture(scope="session")
def trainer_context(service: Service, browser: Browser) -> Iterator[BrowserContext]:
    with signed_in(browser, service, TRAINER) as context:
        yield context


@pytest.fixture
def worker(service: Service, worker_context: BrowserContext) -> Iterator[Staff]:
    staff = Staff(worker_context, service.address)
    yield staff
    staff.page.close()


@pytest.fixture
def trainer(service: Service, trainer_context: BrowserContext) -> Iterator[Staff]:
    staff = Staff(trainer_context, service.address)
    yield staff
    staff.page.close()
