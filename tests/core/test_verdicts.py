"""The resident's word on the outcome: what counts, what does not, and what only counts right after the question."""

import pytest

from bot.core.complaints import is_complaint
from bot.core.verdicts import Asked, Verdict, says_hurry, says_unsolved, verdict_in, wants_steps

COMPLAINTS = ("回访的时候说没修好，还填满意", "没修好就来投诉你们", "根本没修，就是糊弄", "你们态度太差")
OTHERS = ("3号楼2单元楼道灯坏了", "没有居住证怎么办", "我没办身份证能办吗", "谢谢", "好的", "收到", "0", "我没带户口本")


@pytest.mark.parametrize("asked", [None, *Asked])
@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("修好了", Verdict.SOLVED),
        ("解决了", Verdict.SOLVED),
        ("修好了谢谢", Verdict.SOLVED),
        ("已经修好了，谢谢师傅", Verdict.SOLVED),
        ("修好了，师傅态度很好", Verdict.SOLVED),
        ("还是没修好", Verdict.NOT_SOLVED),
        ("没解决！", Verdict.NOT_SOLVED),
        ("根本没解决", Verdict.NOT_SOLVED),
        ("又坏了", Verdict.NOT_SOLVED),
        ("还是老样子", Verdict.NOT_SOLVED),
        ("怎么还没修好啊", Verdict.NOT_SOLVED),
        ("解决了一部分", Verdict.NOT_SOLVED),
        ("满意", Verdict.SATISFIED),
        ("很满意，谢谢", Verdict.SATISFIED),
        ("修好了，很满意", Verdict.SATISFIED),
        ("基本满意", Verdict.FAIR),
        ("不满意", Verdict.UNSATISFIED),
        ("不太满意", Verdict.UNSATISFIED),
    ],
)
def test_plain_words_are_a_verdict_at_any_time(said: str, verdict: Verdict, asked: Asked | None) -> None:
    assert verdict_in(said, asked) is verdict


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("没有", Verdict.NOT_SOLVED),
        ("还没呢", Verdict.NOT_SOLVED),
        ("灯还是不亮", Verdict.NOT_SOLVED),
        ("师傅来了一趟没修好就走了", Verdict.NOT_SOLVED),
        ("修好了，可是第二天又坏了", Verdict.NOT_SOLVED),
        ("不满意，没修好", Verdict.NOT_SOLVED),
        ("没人来", Verdict.NOT_SOLVED),
        ("是的", Verdict.SOLVED),
        ("好了，谢谢", Verdict.SOLVED),
        ("楼道灯亮了", Verdict.SOLVED),
    ],
)
def test_few_words_do_right_after_the_question_and_not_before(said: str, verdict: Verdict) -> None:
    assert verdict_in(said, Asked.SOLVED) is verdict
    assert verdict_in(said, None) is None


@pytest.mark.parametrize("said", ["还行", "一般般吧", "还可以"])
def test_lukewarm_words_are_a_rating_only_where_one_was_asked_for(said: str) -> None:
    assert verdict_in(said, Asked.SATISFIED) is Verdict.FAIR
    assert verdict_in(said, None) is None


@pytest.mark.parametrize("asked", [None, *Asked])
@pytest.mark.parametrize("said", [*COMPLAINTS, *OTHERS, "修好了没有", "修好了吗", "没修好吗", "", "满意" * 40])
def test_complaints_questions_and_other_matters_are_no_verdict(said: str, asked: Asked | None) -> None:
    assert verdict_in(said, asked) is None


@pytest.mark.parametrize("said", COMPLAINTS)
def test_a_complaint_is_known_as_one(said: str) -> None:
    assert is_complaint(said)
    assert not says_unsolved(said)


def test_praise_of_somebodys_manners_is_no_complaint() -> None:
    assert not is_complaint("师傅态度真好")


@pytest.mark.parametrize(
    "said",
    [
        "收到短信说修好了，其实没好",
        "怎么显示办结了根本没修",
        "显示处理完了，可是水还在漏",
        "修完一天又坏了，上次那单能接着弄不",
        "怎么就结案了，灯还是黑的呀",
    ],
)
def test_a_question_may_say_that_it_is_not_put_right(said: str) -> None:
    assert says_unsolved(said)


@pytest.mark.parametrize("said", ["我报的修好了没", "修好没有", "有没有解决", "处理得怎么样了", "有没有人来处理"])
def test_asking_whether_it_is_put_right_says_nothing_of_the_kind(said: str) -> None:
    assert not says_unsolved(said)


@pytest.mark.parametrize("said", ["催一下", "怎么还没修", "都半个月了", "等了一上午没人来", "快点行不行"])
def test_impatience_is_heard(said: str) -> None:
    assert says_hurry(said)


@pytest.mark.parametrize(
    "said", ["我上次报的怎么样了", "办到哪了", "不是催，就问问", "请问进展，不急", "上个月报的有结果吗"]
)
def test_a_calm_question_urges_nobody(said: str) -> None:
    assert not says_hurry(said)


def test_each_step_is_shown_to_whoever_asks_for_it() -> None:
    assert wants_steps("每一步都说说")
    assert wants_steps("办理过程是怎样的")
    assert not wants_steps("办到哪了")
