"""What accuses people, and what only sounds like it; every sentence is written for this test."""

import pytest

from bot.core.complaints import blames, is_complaint, without_blame

NAMES = ("王小禾", "赵春生", "李青禾", "周敏", "陈桂芳", "乔云", "邓凯", "唐亮")
ACCUSING = """
3号楼1单元楼道堆满纸箱，跟王小禾说了她态度特别差
物业乔云来了就骂人，还收了我红包
我要投诉李青禾，她态度恶劣还骂我
就是你们陈桂芳主任骂的我，还收红包
我要投诉，你们社区工作人员态度恶劣，骂人
网格员王小禾特别差，我要投诉她
保安骂我妈老不死的
门卫态度很恶劣不让我进门
王小禾不管，楼道还是堆着
陈主任收红包才给盖章
书记吃拿卡要
物业推诿了三个月
客服在电话里骂我
物业不管还骂人
网格员威胁我说再说就报复
赵春生上班时间打牌
周敏挂我电话
小王凶得很，跟他说楼道堆物他就不耐烦
灯坏了报了三次乔云都不理
物业的维修师傅态度太差了
我要举报你们主任贪污
我被保安推搡了
态度恶劣的保安必须换掉
你们骂人还有理了
路灯不亮。王师傅爱答不理
社工歧视外地人
那个姓赵的要了我两百块的好处费
邓凯来修水管，修完了还要红包
居委会的人推来推去
垃圾没人清，保洁张口就骂
管家敷衍我们
物业经理威胁业主
王小禾打人
李青禾瞧不起人
桂芳主任作风粗暴
唐亮把我拉黑了
楼上漏水找了赵春生，他根本不管
网格员喝了酒来上班
物业前台的人翻白眼
我妈去办证，窗口人员刁难她
电梯坏了，物业客服态度恶劣，还挂我电话
王小禾泄露我的电话给别人
门岗的保安冲我吼，让我滚
社区主任摆架子，我说什么都爱理不理
""".strip().splitlines()
HARMLESS = """
物业不来修灯
保安亭灯坏了
谢谢王小禾态度特别好
楼道堆满纸箱，王小禾来看过了
物业费太贵了
物业门口有人骂人
楼上天天骂人，物业管管
邻居骂保安，两个人打起来了
保安被醉汉打了
网格员没有骂人，是我听错了
王小禾帮我打了电话
王小禾不收红包，真是好干部
物业不管，楼道灯三个月不亮
门卫室没人
隔壁态度恶劣，请网格员来调解
请主任来评评理，他家儿子打人
对门收了我的红包不还钱
保安说楼上有人打人
我态度不好，跟王小禾道个歉
感谢物业师傅态度好手艺也好
孩子班主任骂人
快递客服态度差
怎么投诉物业
我要投诉噪音
投诉楼上装修
网格员叫什么名字
王小禾电话多少
乔云师傅来修水管了，还没修好
物业管理太差，垃圾遍地
主任在吗
书记什么时候有空
停车位被占，物业推了两次还没处理
狗凶得很，保安管不住
业主威胁物业经理
小区保安太少
物业群里说停水
你们管不管，楼上天天骂人
我找了周敏，她说明天来
垃圾桶太臭，保洁没来
客服电话打不通
路灯坏了，跟网格员说了还没修
陈主任，您好，我家水管漏水
小学门口乱停车
赵春生辛苦了
楼下老王骂人，吵得睡不着
墙皮脱落，已严重威胁业主的生命安全，物业一直没来
开发商和物业互相推诿，漏水没人修
""".strip().splitlines()


def test_there_are_enough_sentences_to_tell() -> None:
    assert min(len(ACCUSING), len(HARMLESS)) >= 40
    assert len({*ACCUSING, *HARMLESS}) == len(ACCUSING) + len(HARMLESS)


@pytest.mark.parametrize("text", ACCUSING)
def test_who_is_accused_by_name_or_function_is_noticed(text: str) -> None:
    assert blames(text, NAMES)


@pytest.mark.parametrize("text", HARMLESS)
def test_slow_repairs_thanks_and_quarrels_of_neighbours_accuse_nobody(text: str) -> None:
    assert not blames(text, NAMES)
    assert without_blame(text, NAMES) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("3号楼1单元楼道堆满纸箱，跟王小禾说了她态度特别差", "3号楼1单元楼道堆满纸箱"),
        ("灯坏了报了三次乔云都不理", "灯坏了报了三次"),
        ("电梯坏了，物业客服态度恶劣，还挂我电话。快来修", "电梯坏了。快来修"),
        ("路灯不亮。王师傅爱答不理", "路灯不亮。"),
        ("我要投诉李青禾，她态度恶劣还骂我", ""),
        ("物业乔云来了就骂人，还收了我红包", ""),
    ],
)
def test_the_matter_stays_and_the_accusation_goes(text: str, left: str) -> None:
    assert without_blame(text, NAMES) == left


def test_a_name_that_is_nobodys_here_is_no_staff() -> None:
    assert not blames("王小禾不管", ())


def test_any_complaint_is_no_verdict_on_a_matter() -> None:
    assert is_complaint("我要投诉")
    assert not is_complaint("师傅态度真好")
