"""Every sentence is in every catalog, with the same places to fill."""

import re
from collections.abc import Iterator
from functools import cache

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.pofile import read_po

from tests.support.sources import CHINESE, ROOT, files, name_of

LOCALES = ("zh_Hant", "en")
KEYWORDS = {**DEFAULT_KEYWORDS, "N_": None, "lazy_gettext": None}
PLACE = re.compile(r"%\((\w+)\)[sd]|%%")

# Characters that are only ever simplified; 后 里 面 台 and other true ones of both scripts are not among them.
SIMPLIFIED = set(
    "这们个为报发说请写单长时间过还进运达远选语话认证设评议识词试误课调谁谢变对业务东严丢两乡书买产亲亿仅从优传伤体"
    "侧储关兴养军农决况冻净减几则创删别办动劳势华协卖卫压县参双吗听启员问团园围国图圆场块坏垫处备复够头夹夺奖妇学宁"
    "宝实审宽导寿将层属岁岛币师帐带帮应库废开异张弹归当录总户执扫扩护担拟择挂据损换摄数无旧显术机杂权条来极构标样档"
    "检楼槛欢残汇汉汤沟没济测满灭灯点烦热爱牵状独猪环现电画畅疗监盖盘码确碍离种称稳竖签简类紧红约级纪纯纸线练组细终"
    "经结给络统继续维综绿编缘缩网罗习职联节药营虽补装见观规视览觉触计订讨让训记讲许论访诉诊译该详诗诚询谈谱贝负责败"
    "账货质贴费资赶踪车转轮软载较辆输辖边迁适连迟递邮郑采钟钱铁错锁键门闭闻阅阶际陆险随隐难页项顺须预领频题额风饭馆"
    "驻验鸡齐龄"
)


AS_THEY_ARE = {"简体中文", "繁體中文"}  # each language is named in itself


@cache
def template_catalog() -> dict[str, str]:
    """Return all sentences of the program as msgid -> where it stands."""
    found: dict[str, str] = {}
    for method, paths in (("python", files("webapp/**/*.py")), ("jinja2", files("templates/**/*.*"))):
        for path in paths:
            for line, message, _, _ in extract_from_file(
                method, str(path), KEYWORDS, options={"silent": "false", "extensions": "jinja2.ext.do"}
            ):
                msgid = message[0] if isinstance(message, tuple) else message
                found.setdefault(msgid, f"{name_of(path)}:{line}")
    return found


@cache
def catalog(locale: str) -> Catalog:
    """Return the catalog of `locale`."""
    with (ROOT / "translations" / locale / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=locale)


def messages(locale: str) -> Iterator[Message]:
    """Yield the messages of `locale` without the header."""
    return (message for message in catalog(locale) if message.id)


def texts(value: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """Return the forms of a message: one, or singular and plural."""
    return (value,) if isinstance(value, str) else tuple(value)


@pytest.mark.parametrize("locale", LOCALES)
def test_catalogs_can_be_compiled(locale: str):
    """What is marked as fuzzy at its head, as a catalog without a head is when it is updated, gets left out."""
    assert not catalog(locale).fuzzy


@pytest.mark.parametrize("locale", LOCALES)
def test_every_sentence_is_translated(locale: str):
    done = {texts(m.id)[0] for m in messages(locale) if all(texts(m.string)) and not m.fuzzy}
    missing = [f"{where} {msgid}" for msgid, where in template_catalog().items() if msgid not in done]
    assert not missing, f"{len(missing)} sentences: run `make messages` and translate"


@pytest.mark.parametrize("locale", LOCALES)
def test_no_sentence_is_left_over(locale: str):
    left = [m.id for m in messages(locale) if texts(m.id)[0] not in template_catalog()]
    assert not left, "run `make messages`"


@pytest.mark.parametrize("locale", LOCALES)
def test_places_to_fill_are_the_same(locale: str):
    wrong = [
        (m.id, text)
        for m in messages(locale)
        for text in texts(m.string)
        if set(PLACE.findall(texts(m.id)[0])) != set(PLACE.findall(text)) or has_stray_percent(text, m)
    ]
    assert not wrong


def has_stray_percent(text: str, message: Message) -> bool:
    """Return whether formatting `text` would fail over a lone percent sign."""
    return bool(PLACE.search(texts(message.id)[0])) and "%" in PLACE.sub("", text)


def test_sentences_are_written_in_simplified_chinese():
    odd = [f"{where} {msgid}" for msgid, where in template_catalog().items() if not CHINESE.search(msgid)]
    assert not [entry for entry in odd if re.search(r"[A-Za-z]{3,} [A-Za-z]{3,}", entry.split(" ", 1)[1])]


def simplified_in(text: str) -> set[str]:
    """Return the characters of `text` that belong to simplified Chinese only."""
    return set() if text in AS_THEY_ARE else set(text) & SIMPLIFIED


def test_traditional_chinese_has_no_simplified_characters():
    wrong = [(text, found) for m in messages("zh_Hant") for text in texts(m.string) if (found := simplified_in(text))]
    assert not wrong


def test_english_has_no_chinese():
    assert not [
        text for m in messages("en") for text in texts(m.string) if CHINESE.search(text) and text not in AS_THEY_ARE
    ]
