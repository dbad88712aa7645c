"""What becomes of Markdown: plain elements, plain links, nothing that acts, whatever was written."""

import json
import re
import time

import pytest
from html5lib import parseFragment
from hypothesis import given
from hypothesis import strategies as st

from tests.support.sources import ROOT
from webapp.core.markdown import ATTRIBUTES, LINK, TAGS, clean, lines_of, render, text_of

HOSTILE = json.loads((ROOT / "tests/vectors/hostile_markdown.json").read_text("utf-8"))["cases"]
SECONDS = 2


def elements(html):
    """Yield name and attributes of each element, as a browser would read `html`."""
    for element in parseFragment(html, namespaceHTMLElements=False).iter():
        if isinstance(element.tag, str) and element.tag != "DOCUMENT_FRAGMENT":
            yield element.tag, dict(element.attrib)


def harm(html):
    """Return what is in `html` that should not be."""
    found = []
    for name, attributes in elements(html):
        allowed = ATTRIBUTES.get(name, set()) | ({"rel"} if name == "a" else set())
        found += [name] if name not in TAGS else []
        found += [f"{name} {attribute}" for attribute in attributes if attribute not in allowed]
        href = attributes.get("href")
        found += [href] if href is not None and not LINK.fullmatch(href) else []
    return found + re.findall("[\u202a-\u202e\u2066-\u2069\x00]", html)


def test_there_are_enough_of_them():
    assert len(HOSTILE) >= 100


@pytest.mark.parametrize("case", HOSTILE, ids=lambda case: case["name"])
def test_nothing_acts(case):
    started = time.process_time()
    html = render(case["markdown"])
    assert time.process_time() - started < SECONDS
    assert not harm(html)
    assert clean(html) == html


@given(st.text(alphabet=st.sampled_from("<>\"'&;:/\\()[]!*#`|-= \n\tajscriptonhef\x00\u202e"), max_size=80))
def test_nothing_acts_whatever_is_put_together(text):
    html = render(text)
    assert not harm(html)
    assert clean(html) == html


@given(st.text(alphabet=st.sampled_from("<>\"'&;:/ abscriptonhef=!-"), max_size=80))
def test_cleaning_takes_out_what_a_table_may_hold(html):
    assert not harm(clean(html))


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("# 一\n\n## 二\n\n##### 五", "<h2>一</h2>\n<h2>二</h2>\n<h4>五</h4>"),
        ("- 一\n- **二**", "<ul>\n<li>一</li>\n<li><strong>二</strong></li>\n</ul>"),
        ("3. 三", '<ol start="3">\n<li>三</li>\n</ol>'),
        ("[官网](https://gov.cn/a?b=1)", '<p><a href="https://gov.cn/a?b=1" rel="noopener noreferrer">官网</a></p>'),
        ("[打电话](tel:0578-6123456)", '<p><a href="tel:0578-6123456" rel="noopener noreferrer">打电话</a></p>'),
        ("[算一算](/claims/childcare)", '<p><a href="/claims/childcare" rel="noopener noreferrer">算一算</a></p>'),
        ("[坏的](javascript:alert(1))", "<p>[坏的](javascript:alert(1))</p>"),
        ("用<b>标签</b>", "<p>用&lt;b&gt;标签&lt;/b&gt;</p>"),
        ("每年 [[amount:childcare]]。", "<p>每年 [[amount:childcare]]。</p>"),
        ("|甲|\n|-|", "<table>\n<thead>\n<tr>\n<th>甲</th>\n</tr>\n</thead>\n</table>"),
    ],
)  # fmt: skip
def test_what_people_write_stays(markdown, html):
    assert render(markdown).strip() == html


def test_an_amount_never_stands_inside_a_tag():
    html = render("[x](https://a.example/[[amount:childcare]]) [y](/[[amount:childcare]])")
    assert not re.search(r"<[^>]*\[\[", html)


def test_a_link_does_not_become_another_when_unseen_characters_go():
    assert clean('<a href="/&#x202e;/evil.example">x</a>') == '<a rel="noopener noreferrer">x</a>'


def test_what_a_text_says_without_its_marks():
    assert text_of(render("## 怎么**办**\n\n每年 [[amount:childcare]]，A &amp; B。")) == "怎么办 每年 ，A & B。"


def test_what_it_says_line_by_line():
    text = "## 怎么办\n\n先看[补贴](/policies/x)，\n再**办**。\n\n- 一\n- 二\n\n| 谁 | 多少 |\n|---|---|\n| 甲 | 3 |\n"
    assert lines_of(text) == ["怎么办", "先看补贴， 再办。", "一", "二", "谁 多少", "甲 3"]
