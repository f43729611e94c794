import pytest

from bot.core.elderly import ElderlySignal, read
from bot.store.files.catalogue_files import CatalogueFiles


@pytest.mark.parametrize(
    "line",
    [
        "我今年八十一了，认证弄不来",
        "我跟老伴两个人住，灯泡坏了换不了",
        "替隔壁王阿婆问一下送饭的事",
        "俺娘九十一了下不了楼",
        "独居，耳背，电话听不见",
        "让孙子帮我打的字，手机不会弄",
    ],
)
def test_somebody_elderly_is_noticed(files: CatalogueFiles, line: str) -> None:
    assert read(line, files.elderly).signal is ElderlySignal.YES


@pytest.mark.parametrize("line", ["我妈要办医保卡", "刷脸老是不过"])
def test_a_weak_sign_is_only_possible(files: CatalogueFiles, line: str) -> None:
    assert read(line, files.elderly).signal is ElderlySignal.POSSIBLE


@pytest.mark.parametrize(
    "line",
    [
        "我们这老小区都三十多年了",
        "老板把桌子摆到人行道上",
        "老人机在哪买",
        "房子六十多年了，墙皮掉",
        "物业费六十多块一个月",
        "楼下老鼠成群",
        "我奶奶的房子出租要登记吗",
    ],
)
def test_a_lookalike_is_no_sign_of_age(files: CatalogueFiles, line: str) -> None:
    assert read(line, files.elderly).signal is ElderlySignal.NO
