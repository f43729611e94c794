"""The address reader against the ways residents write where they are."""

import pytest

from bot.core.addresses import Address, SpanType, read

NAMES = ("桂香苑小区", "锦绣路88弄", "平安社区", "文昌路", "望江名城")


def parts(address: Address) -> str:
    """Say an address as estate/building/unit/floor/room, with - for what is missing."""
    found = (address.estate, address.building, address.unit, address.floor, address.room)
    return "/".join(part or "-" for part in found)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("3号楼2单元楼道灯坏了", "-/3/2/-/-"),
        ("七号楼左边那部电梯", "-/7/-/-/-"),
        ("桂香苑12栋B座1203", "桂香苑小区/12/B/-/1203"),
        ("5-1-302", "-/5/1/-/302"),
        ("12栋3-502楼上漏水", "-/12/3/-/502"),
        ("3-502又吵起来了", "-/3/-/-/502"),
        ("三座后门", "-/3/-/-/-"),
        ("十二座B梯坏了", "-/12/B/-/-"),
        ("江湾广场东座三楼漏水", "-/东/-/3/-"),
        ("14撞二单元停水", "-/14/2/-/-"),
        ("12号门201", "-/12/-/-/201"),
        ("锦绣路88弄6号301室", "锦绣路88弄/6/-/-/301"),
        ("88弄6号", "-/6/-/-/-"),
        ("7#楼", "-/7/-/-/-"),
        ("7＃2单元停水", "-/7/2/-/-"),
        ("2单元", "-/-/2/-/-"),
        ("我家302", "-/-/-/-/302"),
        ("楼上502天天吵", "-/-/-/-/502"),
        ("3楼2单元301", "-/3/2/-/301"),
        ("3号楼2门301", "-/3/2/-/301"),
        ("2门301漏水", "-/-/2/-/301"),
        ("三号楼二单元三零二", "-/3/2/-/302"),
        ("五杠一杠三零二", "-/5/1/-/302"),
        ("我在六栋六单元六零一", "-/6/6/-/601"),
        ("3动2单元602", "-/3/2/-/602"),
        ("三号搂二单员", "-/3/2/-/-"),
        ("2单元5楼501", "-/-/2/5/501"),
        ("八号楼二十三层", "-/8/-/23/-"),
        ("A栋大厅没灯", "-/A/-/-/-"),
        ("A3号楼", "-/A3/-/-/-"),
        ("甲3号楼", "-/甲3/-/-/-"),
        ("12a栋", "-/12A/-/-/-"),
        ("12栋A单元1801室", "-/12/A/-/1801"),
        ("东单元没水", "-/-/东/-/-"),
        ("负二层漏水", "-/-/-/-2/-"),
        ("地下一层车位", "-/-/-/-1/-"),
        ("顶楼漏水", "-/-/-/顶/-"),
        ("二十三号楼", "-/23/-/-/-"),
        ("第3栋", "-/3/-/-/-"),
        ("家住六号楼", "-/6/-/-/-"),
        ("给12345打过电话了，3栋", "-/3/-/-/-"),
        ("望江名城18栋楼停电", "望江名城/18/-/-/-"),
        ("桂香苑6号没水", "桂香苑小区/6/-/-/-"),
        ("三栋楼下垃圾成堆", "-/3/-/-/-"),
    ],
)
def test_numbered_pieces_are_read_in_all_their_shapes(message: str, expected: str) -> None:
    assert parts(read(message, NAMES)) == expected


@pytest.mark.parametrize(
    "message",
    [
        "坏了3天",
        "2号上午停水",
        "等了三个月",
        "8点就开始吵",
        "我妈83岁了",
        "从昨天12点到现在",
        "电话19900000001",
        "座机0990-5550123",
        "单号GE510104001-20260312-0007",
        "尾号0007到哪一步了",
        "物业费2块5一平",
        "5月12号停电",
        "12号晚上没水",
        "一栋楼都停电了",
        "整栋楼停水",
        "这一栋楼的人都知道",
        "五栋楼",
        "买了2栋房子",
        "2019年装修的",
        "花了300块",
        "房子120平米",
        "一层灰",
        "六层楼没电梯",
        "1号电梯坏了",
        "中午12点到2点",
        "24小时施工",
        "房龄30年",
        "来了两三个人",
        "欠了3万",
        "500-800元",
        "5-10天",
        "10086的人来了",
        "2号文件",
        "302房产证怎么办",
        "共有五栋楼",
        "楼道里堆满东西",
        "我们小区停车难",
        "老旧小区改造",
        "修路修了半年",
        "街道办事处电话多少",
        "7座车",
        "礼堂主座位不够",
        "每3个月交一次",
    ],
)
def test_amounts_dates_and_numbers_are_no_address(message: str) -> None:
    assert read(message, NAMES).text == ""


@pytest.mark.parametrize(
    "message",
    [
        "桂香苑小区3号楼1单元2号电梯坏了",
        "3号楼1单元2号电梯",
        "桂香苑小区3号楼1单元2号梯停了",
        "3号楼1单元4号充电桩没电",
    ],
)
def test_what_is_numbered_in_a_house_is_no_door(message: str) -> None:
    found = read(message, NAMES)
    assert (found.building, found.unit, found.room) == ("3", "1", None)


@pytest.mark.parametrize(
    ("message", "landmark"),
    [
        ("东门口", "东门口"),
        ("小区北门垃圾成堆", "小区北门"),
        ("老菜场旁边", "老菜场旁边"),
        ("快递柜旁边堆满纸箱", "快递柜旁边"),
        ("实验小学门口堵车", "实验小学门口"),
        ("地下车库灯坏了", "地下车库"),
        ("七号楼左边那部电梯", "左边那部"),
        ("靠河那边的路灯不亮", "靠河那边"),
        ("前面那栋楼太吵", "前面那栋"),
        ("2号楼1号电梯坏了", "1号电梯"),
        ("还是老地方", "老地方"),
        ("8号楼后门", "后门"),
        ("四号门", "四号门"),
        ("东大门没开", "东大门"),
        ("28号楼东侧的树", "东侧"),
        ("小区西北角的健身区", "小区西北角"),
        ("李家村三组路灯坏了", "三组"),
    ],
)
def test_landmarks_keep_the_residents_words(message: str, landmark: str) -> None:
    assert read(message).landmark == landmark


@pytest.mark.parametrize("message", ["我们楼的灯坏了", "我们单元没水", "家门口堆垃圾", "就我们这单元停电"])
def test_our_building_points_at_the_residents_home(message: str) -> None:
    address = read(message)
    assert address.is_home
    assert address.building is None


@pytest.mark.parametrize("message", ["大家门口都有垃圾", "3号楼2单元", "楼道灯坏了"])
def test_others_homes_and_plain_places_are_not_the_residents_home(message: str) -> None:
    assert not read(message).is_home


@pytest.mark.parametrize(
    ("message", "estate"),
    [
        ("桂香苑3号楼", "桂香苑"),
        ("我是金桂园小区的业主", "金桂园小区"),
        ("我住在阳光小区二期18栋", "阳光小区"),
        ("幸福里12号楼", "幸福里"),
        ("金色家园二区7号楼", "金色家园"),
        ("向阳花园3期12栋", "向阳花园"),
        ("滨江区碧水豪园12幢", "碧水豪园"),
        ("新城国际A座电梯坏了", "新城国际"),
        ("一下雨小区门口就成河", None),
        ("流动摊贩堵小区大门", None),
    ],
)
def test_estates_the_gazetteer_does_not_know_are_read_too(message: str, estate: str | None) -> None:
    assert read(message).estate == estate


def test_known_names_are_read_wherever_they_stand() -> None:
    assert read("没人清理桂香苑的垃圾", ["桂香苑小区"]).estate == "桂香苑小区"
    assert read("平安社区的活动室", NAMES).community == "平安社区"
    assert read("文昌路边的树倒了", NAMES).road == "文昌路"


@pytest.mark.parametrize(
    ("message", "road", "number"),
    [
        ("平安路夜间施工", "平安路", None),
        ("平安路路灯不亮", "平安路", None),
        ("在人民东路12号门口", "人民东路", "12号"),
        ("和平路12号饭店油烟大", "和平路", "12号"),
        ("长江东路一段", "长江东路一段", None),
        ("文昌街道幸福路8号院3号楼", "幸福路", "8号院"),
    ],
)
def test_roads_and_their_numbers(message: str, road: str, number: str | None) -> None:
    address = read(message)
    assert (address.road, address.road_number) == (road, number)


def test_a_full_postal_address_is_cut_into_its_levels() -> None:
    spans = read("江州市清河区长安镇文昌路88号").spans
    assert [(span.text, span.type) for span in spans] == [
        ("江州市", SpanType.AREA),
        ("清河区", SpanType.AREA),
        ("长安镇", SpanType.AREA),
        ("文昌路", SpanType.ROAD),
        ("88号", SpanType.ROAD_NUMBER),
    ]


def test_offsets_point_into_the_message_as_sent() -> None:
    message = "你好！７号楼　２单元 楼道灯不亮①"
    for span in read(message).spans:
        assert message[span.start : span.end] == span.text
    assert parts(read(message)) == "-/7/2/-/-"


@pytest.mark.parametrize(
    "message", ["", " ", "😀😀", "1-" * 3000, "一" * 5000, "'; DROP TABLE x--", "<b>3</b>", "\x00\x07"]
)
def test_strange_input_gives_no_address_and_no_error(message: str) -> None:
    assert read(message, NAMES).is_empty
