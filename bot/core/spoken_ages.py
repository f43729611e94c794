"""Ages the way people say them: 我八十三了, 快九十的人了, 五二年生人; never the age of a house."""

import re
from dataclasses import dataclass

from bot.core import numerals

ELDERLY_FROM = 60
_OLDEST = 115
_NUMBER = (
    rf"(?P<age>(?<![\d.:：/-])\d{{2,3}}|(?<![{numerals.CHINESE}])(?:一百零?[一二三四五六七八九十]?[一二三四五]?"
    r"|[六七八九][零〇○一二三四五六七八九]|[一二三四五六七八九]?十[一二三四五六七八九]?))"
)
_SELF = r"(?:我(?!们|国|家(?!里?人))|俺(?!们)|本人|咱)"
_KIN = (
    r"(?:妈妈?|爸爸?|娘|爹|大|母亲|父亲|老母亲?|老父亲?|爷爷?|奶奶?|姥姥|姥爷|外婆|外公|公公|婆婆|岳母|岳父|丈母娘"
    r"|老丈人|老伴儿?|老头子?|老太婆"
    r"|老太太?|老爷子|老人家?|大爷|大妈|大娘|阿婆|阿公|阿爷|阿姨|婆|叔叔|伯伯|大伯|伯父|舅舅|姑姑|姑妈|姨妈?|邻居"
    r"|她|他)"
)
_LEAD = (
    r"(?:[，,、 ]?(?:今年|都|也|已经|已|快|马上|就|将近?|要|奔|近|年近|年过|年逾|年满|过了?|满|有|是|虚岁|周岁|实岁"
    r"|上|到|够|才|虚|整|刚|刚满|刚过|差不多|差一岁|大概|足足|该|可是|可都))"
)
_VAGUE = r"(?:多|来|几|好几|出头|开外|挂零|左右|大几|好多)?"
_YEARS = r"(?:周?岁|岁数|高龄|高寿)"
_END = rf"(?:{_YEARS}|了(?!\d)|啦|咯|喽|哒|的人|的老|的高龄|的年纪|[，,。.！!？?；;\s]|$)"
_STATED = re.compile(rf"(?P<who>{_SELF}|{_KIN}|今年){_LEAD}{{0,3}}{_NUMBER}{_VAGUE}{_END}")
_WITH_YEARS = re.compile(rf"{_NUMBER}{_VAGUE}{_YEARS}(?![以之]?[上下前内]|及以|才能|就能|可以|能不能|能领|能办)")
_NEARLY = re.compile(
    rf"(?:快|奔|年近|年过|年逾|都){_NUMBER}{_VAGUE}(?:岁|了|的人|的老|啦|喽)(?![^，。,]{{0,2}}(?:块|元|天|年|户|次))"
)
_BORN = re.compile(
    r"(?:19[1-5]\d|196[0-4])年?(?:\d{1,2}月)?(?:生|出生|的人|生人)"
    r"|(?:[二三四五][零〇○一二三四五六七八九]|六[零〇○一二三四]|[2-5]\d|6[0-4])年(?:生|出生|生人|的人|的[，,。]|的$)"
)
_WORDS = re.compile(
    r"古稀|耄耋|花甲(?!之年退)|七老八十|[六七八九]十(?:好几|多|出头|开外|挂零|来)岁?的?(?:人|老)|年逾[六七八九]旬"
    r"|[六七八九]旬老?"
    r"|一大把年纪|这把年纪|那么大岁数|这么大年纪|这么大岁数|上了?(?:年纪|岁数)|岁数大|年纪大|年事已高|高龄老人|百岁"
)
_NOT_A_PERSON = re.compile(
    r"(?:房龄|楼龄|工龄|房子|楼房|楼(?![上下道里])|小区|电梯|管道|树|车|墙|店|学校|单价|价格|费|钱|温度|血压|高压"
    r"|低压|体重|分数|考)"
    r"[^，。,！!？?]{0,4}$"
)
_PERSON_AFTER = re.compile(r"了?的?(?:老人|老太|老头|老爷子|老奶奶|大爷|大妈|爷爷|奶奶|母亲|父亲|老母|老父|孤寡)")
_COUNTED = (_STATED, _WITH_YEARS, _NEARLY)
_NEAR = 8


@dataclass(frozen=True)
class SpokenAge:
    """An age of a person; `years` is None where only an old age is told in words."""

    words: str
    years: int | None
    is_others: bool

    @property
    def is_elderly(self) -> bool:
        """Sixty and over (Law on the protection of the elderly, art. 2)."""
        return self.years is None or self.years >= ELDERLY_FROM


def find_ages(text: str) -> tuple[SpokenAge, ...]:
    """Return the ages of people told in the text; `is_others` where they are not the writer's own."""
    ages = [age for pattern in _COUNTED for found in pattern.finditer(text) if (age := _counted(found, text))]
    if ages:
        return tuple(ages)
    told = (pattern.search(text) for pattern in (_WORDS, _BORN))
    return tuple(
        SpokenAge(_trimmed(found[0]), None, _is_others(found, text))
        for found in told
        if found and not _NOT_A_PERSON.search(text[: found.start()])
    )


def _counted(found: re.Match[str], text: str) -> SpokenAge | None:
    years = numerals.value(found["age"])
    if years is None or years > _OLDEST or _NOT_A_PERSON.search(text[: found.start()]):
        return None
    return SpokenAge(_trimmed(found[0]), years, _is_others(found, text))


def _is_others(found: re.Match[str], text: str) -> bool:
    who = found.groupdict().get("who") or ""
    if re.fullmatch(_SELF, who):
        return False
    before = text[max(0, found.start() - _NEAR) : found.start()] + who
    return bool(re.search(_KIN, before) or _PERSON_AFTER.match(text, found.end()))


def _trimmed(words: str) -> str:
    return words.strip("，,。.！!？?；; ")
