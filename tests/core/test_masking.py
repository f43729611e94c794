"""Hiding what identifies people, and reading the phone and name they give."""

import pytest

from bot.core import masking


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("打我电话19900000001", "打我电话199****0001"),
        ("199 0000 0001", "199****0001"),
        ("199-0000-0001", "199****0001"),
        ("幺九九零零零零零零零一", "199****0001"),
        ("座机0990-5550123", "座机099****0123"),
        ("身份证11010519491231002X", "身份证[身份证号]"),
        ("身份证 110105 19491231 002X", "身份证 [身份证号]"),
        ("卡号6222021234567890128", "卡号[银行卡尾号0128]"),
        ("车川A12345挡路", "车川A·**345挡路"),
        ("编号6222021234567890129", "编号6222021234567890129"),
        ("单号GE510104001-20260312-0007", "单号GE510104001-20260312-0007"),
        ("GE510104001-20260312-0007，电话19900000001", "GE510104001-20260312-0007，电话199****0001"),
        ("3号楼2单元302，坏了3天", "3号楼2单元302，坏了3天"),
        ("我叫罗小凤，灯坏了", "我叫罗**，灯坏了"),
        ("3号楼2单元501，我是王丽芬19900000002", "3号楼2单元501，我是王**199****0002"),
        ("联系人：刘洋 19900000001", "联系人：刘* 199****0001"),
        ("我姓王，叫丽芬", "我姓王，叫**"),
        ("我是业主，我姓王，叫他们来修", "我是业主，我姓王，叫他们来修"),
        ("我是高层住户，叫王师傅来一下", "我是高层住户，叫王师傅来一下"),
    ],
)
def test_redaction_hides_people_and_keeps_cases(text: str, shown: str) -> None:
    assert masking.redact(text) == shown


def test_a_name_that_is_known_is_hidden_however_it_is_said() -> None:
    assert masking.redact("罗小凤家又漏了", own=["罗小凤"]) == "罗**家又漏了"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("网格员王小禾特别差，我要投诉她", "网格员某某特别差，我要投诉她"),
        ("小禾骂人，陈主任也不管", "某某骂人，某主任也不管"),
        ("王家湾路灯坏了", "王家湾路灯坏了"),
    ],
)
def test_staff_are_not_named_to_those_who_need_only_the_sentence(text: str, shown: str) -> None:
    assert masking.hide_staff(text, ["王小禾", "陈桂芳"]) == shown


@pytest.mark.parametrize(
    ("name", "shown"), [("王芳", "王*"), ("李建国", "李**"), ("欧阳明月", "欧阳**"), ("王", "王*"), ("", "")]
)
def test_a_masked_name_keeps_the_surname(name: str, shown: str) -> None:
    assert masking.mask_name(name) == shown


@pytest.mark.parametrize(
    ("phone", "shown"), [("19900000001", "199****0001"), ("0990-5550123", "099****0123"), ("12345", "****45"), ("", "")]
)
def test_a_masked_phone_shows_beginning_and_end(phone: str, shown: str) -> None:
    assert masking.mask_phone(phone) == shown


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("我叫王芳，电话19900000001", "19900000001"),
        ("+86 199-0000-0001", "19900000001"),
        ("一九九零零零零零零零二", "19900000002"),
        ("0990 5550123", "0990-5550123"),
        ("电话5550123", "5550123"),
        ("11010519491231002X", None),
        ("GE510104001-20260312-0007", None),
        ("3号楼2单元", None),
    ],
)
def test_a_phone_is_found_however_it_is_written(text: str, phone: str | None) -> None:
    assert masking.find_phone(text) == phone


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我叫王芳，电话19900000001", "王芳"),
        ("王芳 19900000001", "王芳"),
        ("我姓欧阳", "欧阳"),
        ("免贵姓赵", "赵"),
        ("我是张阿姨", "张阿姨"),
        ("联系人：刘洋", "刘洋"),
        ("我叫王芳芳住3号楼", "王芳芳"),
        ("张伟", "张伟"),
        ("我是业主", None),
        ("高兴", None),
        ("谢谢", None),
        ("路灯坏了", None),
        ("万一着火", None),
        ("你好", None),
    ],
)
def test_a_name_is_found_only_where_one_is_given(text: str, name: str | None) -> None:
    assert masking.find_name(text) == name
