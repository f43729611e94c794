"""Cutting one message into the separate requests it holds; a request with its story stays whole."""

import re
from itertools import pairwise

_LEAST = 4
_FEWEST, _MOST = 2, 6
_LONGEST = 2000

# What people ask about. A part that names a subject of its own, and no part before it, may stand alone.
_SUBJECTS: tuple[tuple[str, str], ...] = (
    ("light", r"灯|照明"),
    ("lift", r"(?<!加装)(?<!装)电梯(?!口|间|里的?灯)"),
    ("lift_retrofit", r"(?:加装?|装)(?:个|部)?电梯"),
    ("rubbish", r"垃圾|清运|保洁|扫地|没人扫|卫生(?!间|院|站|所|局)|脏乱"),
    ("water", r"停水|没水|水压|水管|自来水|水质|漏水|渗水|跑水"),
    ("sewer", r"下水|堵(?:了|住|塞)(?!车)|污水|化粪池|返水|马桶|地漏|井盖"),
    ("power", r"停电|没电|跳闸|电压|电线|充电桩|电表"),
    ("gas", r"燃气|煤气|天然气"),
    ("heating", r"暖气|供暖|供热"),
    ("parking", r"停车|车位|乱停|占道|堵车|僵尸车|挡(?:着|住)?路"),
    ("bikes", r"电动车|电瓶车|共享单车|飞线"),
    ("noise", r"噪音|噪声|吵|扰民|广场舞|音响|施工|装修"),
    ("dog", r"狗|遛狗|犬|猫"),
    ("clutter", r"堆(?:满|放|了|着|的)?|杂物|鞋柜"),
    ("door", r"门禁|单元门|大门|道闸|对讲|门锁|锁坏"),
    ("green", r"绿化|草坪|树|花坛|绿地"),
    ("road", r"路面|坑|道路|地砖|路灯杆|台阶|扶手"),
    ("roof", r"屋顶|楼顶|外墙|墙皮|瓷砖"),
    ("fees", r"物业费|停车费|公摊|维修(?:基|资)金|收费"),
    ("committee", r"业委会|业主大会|换物业"),
    ("residence", r"居住证|户口|落户|暂住证|身份证|证明|准生证|结婚证"),
    ("social", r"社保|养老金|退休金|失业金|认证|养老保险|公积金"),
    ("medical", r"医保|报销|慢病|体检|疫苗|药费"),
    ("benefit", r"低保|津贴|补贴|救助|残疾证|优抚|高龄|廉租|公租房"),
    ("school", r"入学|上学|学区|幼儿园|托管|学校"),
    ("meals", r"食堂|助餐|老年餐|送餐|饭桌"),
    ("pests", r"老鼠|蟑螂|白蚁|蚊子|虫"),
    ("smoke", r"油烟|烧烤|异味|臭味|恶臭"),
    ("camera", r"监控|摄像头|小偷|偷"),
    ("express", r"快递|驿站|快递柜"),
    ("fitness", r"健身|器材|滑梯|篮球|凉亭|长椅"),
    ("fire_safety", r"灭火器|消防"),
    ("activity", r"活动室|志愿|培训班|合唱|讲座"),
    ("visit", r"上门|来家里|来一趟|看看我妈|看看我爸|理发|陪诊|跑腿"),
)
_SUBJECT_PATTERNS = tuple((name, re.compile(pattern)) for name, pattern in _SUBJECTS)

_STRONG = (
    r"另外|此外|除此之外|除了这个|再一个|再一件|再有一个|再就是|再者|再有|还有(?:一|个|件|就是|一个|一件)?(?:事"
    r"|问题|事情|点)?|第[二三四五](?:个|件|点)?|其次"
    r"|对了|顺便|顺带|还想|也想|还要(?:问|咨询|反映|投诉)|还得|还要|哦对|同时|再说|再问|再反映|再帮|再麻烦|麻烦再"
    r"|另一个|另一件|最后"
)
_MARKER = re.compile(rf"(?:^|(?<=[，,。.！!？?；;\n、 …]))\s*(?:{_STRONG})[，,：:、 ]*")
_NUMBERED = re.compile(
    r"(?:^|(?<=[\s，,。；;：:！!？?]))(?:[（(]?(?P<count>[1-6一二三四五六])[)）.、．]\s?(?!\d)|第?"
    r"(?P<nth>[一二三四五六])[，,、是：:个件])|(?P<circle>[①②③④⑤⑥])\s?"
)
_COUNTS = {sign: place for signs in ("123456", "一二三四五六", "①②③④⑤⑥") for place, sign in enumerate(signs, 1)}
_SENTENCE = re.compile(r"[；;\n]+|[。！!？?]+(?=.)")
_ALSO = re.compile(r"[，,。；;！!？?\s]+(?=[^，,。；;！!？?\s]{1,10}也[^，,。；;！!？?]{1,14})")

_ASKS = re.compile(
    r"想?问|咨询|请教|怎么办|咋办|啷个办|怎么(?:弄|申请|领|交|缴|查|报|办|认证|走)|如何"
    r"|多少钱|在哪|去哪|哪里|能不能|可不可以|吗[?？]?$|什么时候|几点"
)
_SOME_PREDICATE = re.compile(
    r"坏|没|不|堵|漏|停|吵|脏|臭|乱|满|断|掉|破|裂|丢|偷|咬|占|挡|想|要|怎么|能|可以|希望|建议|请|麻烦|帮|办|申请"
    r"|查|问|多|少|太|难|慢|贵|收|装|修|换|黑|闪|卡|响|晃|倒|溢|冒"
)
# A part that only adds to what was said: how to reach the writer, where, since when, hurry, thanks, who suffers.
_DETAIL = re.compile(
    r"^(?:我?(?:的)?(?:电话|手机|联系|号码|地址|名字)|我?(?:是|住|姓|叫|家在|家住)|地址|位置|就?在|请(?:尽快|赶紧"
    r"|赶快|马上|你们|抓紧|及时)|麻烦(?:尽快|赶紧|你们|快)|希望(?:尽快|赶紧|早日|能?尽|你们|有关|相关|领导|社区能?"
    r"(?:尽快|管))"
    r"|尽快|赶紧|谢谢|感谢|辛苦|拜托|已经|之前|上次|以前|昨天|前天|都|这(?:个|件|种|样|事|已经|都|灯|电梯|水)|那"
    r"(?:个|件|样)|因为|所以|导致|结果|搞得|弄得|害得|影响|晚上|白天|每天|天天|一到"
    r"|老人|孩子|小孩|大人|大家|邻居|我们|居民|物业|居委会|没人|也没|也不|也没人|一直|到现在|很|太|特别|真|万一"
    r"|要是|如果|不然|否则|何况|而且)"
)
_TRIMMED = "，,。；;、！!：: \n\t"


def _subjects(text: str) -> set[str]:
    return {name for name, pattern in _SUBJECT_PATTERNS if pattern.search(text)}


def _pieces(text: str, cuts: list[int]) -> list[str]:
    edges = [0, *sorted(set(cuts)), len(text)]
    return [piece for begin, end in pairwise(edges) if (piece := text[begin:end].strip(_TRIMMED))]


def _numbered(text: str) -> list[str]:
    """Cut at 1. 2. 3. where the count begins with one and goes on by one; words before it introduce the list."""
    marks = list(_NUMBERED.finditer(text))
    counts = [_COUNTS[mark["count"] or mark["circle"] or mark["nth"]] for mark in marks]
    if len(counts) < _FEWEST or counts != list(range(1, len(counts) + 1)):
        return []
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    pieces = [text[mark.end() : end].strip(_TRIMMED) for mark, end in zip(marks, ends, strict=True)]
    return pieces if all(len(piece) >= _LEAST for piece in pieces) else []


def _bare(piece: str) -> str:
    return _MARKER.sub("", piece, count=1).strip(_TRIMMED)


def _stands_alone(piece: str, before: set[str], *, marked: bool) -> bool:
    """Whether a part is a request of its own and not more about the one before it."""
    bare = _bare(piece)
    if len(bare) < _LEAST or not _SOME_PREDICATE.search(bare):
        return False
    own = _subjects(bare) - before
    if own:
        return marked or not _DETAIL.match(bare)
    return marked and not _subjects(bare) and bool(_ASKS.search(bare)) and not _DETAIL.match(bare)


def _joined(pieces: list[str], *, marked: bool) -> list[str]:
    """Give every part that does not stand alone back to the part before it."""
    kept: list[str] = []
    seen: set[str] = set()
    for piece in pieces:
        is_marked = marked and bool(_MARKER.match(piece))
        if kept and not ((is_marked or not marked) and seen and _stands_alone(piece, seen, marked=is_marked)):
            kept[-1] = f"{kept[-1]}，{piece}"
        else:
            kept.append(piece)
        seen |= _subjects(piece)
    return kept


def _at_markers(text: str) -> list[str]:
    return _joined(_pieces(text, [mark.start() for mark in _MARKER.finditer(text)]), marked=True)


def _at_sentences(text: str) -> list[str]:
    cuts = [mark.end() for mark in _SENTENCE.finditer(text)] + [mark.end() for mark in _ALSO.finditer(text)]
    return _joined(_pieces(text, cuts), marked=False)


def split(text: str) -> tuple[str, ...]:
    """Return the separate requests in order, at most six; a message that is one request comes back whole."""
    whole = text.strip()
    if len(whole) > _LONGEST or len(whole) < _FEWEST * _LEAST:
        return (whole,) if whole else ()
    parts = _numbered(whole)
    if not parts:
        parts = [part for marked in _at_markers(whole) for part in _at_sentences(marked)]
    if not _FEWEST <= len(parts) <= _MOST:
        return (whole,)
    return tuple(_bare(part) for part in parts)
