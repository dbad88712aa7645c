"""Keys alone are enough: signing in, noting an entry, deleting it, confirming the month, changing the looks."""

import re

from playwright.sync_api import Page, expect

from tests.browser import books
from tests.browser.leader import ALL_SENT, Leader
from tests.browser.pin import PIN
from tests.builders import PASSWORD
from tests.support.server import Server

FAR = 80  # steps of the Tab key after which a person gives up
FOCUSED = """() => {
    const node = document.activeElement;
    const label = node.labels?.[0]?.textContent || node.getAttribute("aria-label") || node.textContent || "";
    const outline = getComputedStyle(node);
    const face = node.nextElementSibling ? getComputedStyle(node.nextElementSibling) : outline;
    // A part that the browser puts into a field, such as the button of its calendar, is marked by the browser.
    const isPart = !node.matches(":focus");
    const isMarked = isPart || [outline, face].some(style => style.outlineStyle !== "none");
    const kind = node.localName;
    return {label: label.replace(/\\s+/g, " ").trim(), isMarked, kind};
}"""


class Keys(Leader):
    """A leader who has no pointer."""

    def to(self, name: str, *kinds: str) -> None:
        """Go with the Tab key to what is called `name`; wherever the focus is on the way, it can be seen."""
        for _ in range(FAR):
            self.page.keyboard.press("Tab")
            found = self.page.evaluate(FOCUSED)
            assert found["isMarked"] or found["kind"] == "body", f"the focus cannot be seen: {found['label']}"
            if found["label"].startswith(name) and found["kind"] in (kinds or ("a", "button", "input")):
                return
        raise AssertionError(f"no way to {name} by keyboard")

    def press(self, name: str) -> None:
        """Go to a button or link and press Enter."""
        self.to(name, "a", "button")
        self.page.keyboard.press("Enter")

    def type(self, label: str, text: str) -> None:
        """Go to a field by its label and type over what is in it."""
        self.to(label, "input", "textarea")
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)


def choose_pin(tab: Page) -> None:
    """Choose the phone's PIN: the first field has the focus, the second comes after it."""
    expect(tab.locator("#vault input:visible").first).to_be_focused()
    tab.keyboard.type(PIN)
    tab.keyboard.press("Tab")
    tab.keyboard.type(PIN)
    tab.keyboard.press("Enter")
    expect(tab.locator("#vault")).to_have_count(0)


def test_the_month_by_keyboard(tab: Page, server: Server):
    leader = Keys(tab, server)
    leader.open("/sign-in?next=/app")
    leader.type("账号", "leader")
    leader.type("密码", PASSWORD)
    tab.keyboard.press("Enter")
    choose_pin(tab)
    leader.sync_line(ALL_SENT)
    leader.press("跳到正文")
    leader.press("记一笔")
    tab.wait_for_url("**/app/events/new")
    leader.has_started()
    leader.to("出生")
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("ArrowDown")
    leader.holds(kind="move_in")
    leader.press("几个人 加一")
    leader.holds(persons="2")
    leader.type("备注", "只用键盘")
    leader.press("保存")
    leader.sees("已存本机")
    leader.sync_line(ALL_SENT)
    assert [(row["kind"], row["persons"]) for row in books.noted(server, "只用键盘")] == [("move_in", 2)]
    leader.press("流入")
    tab.wait_for_url("**/app/events/*")
    leader.has_started()
    leader.press("删除这一笔")
    expect(tab.get_by_role("dialog").get_by_role("button", name="不删")).to_be_focused()
    tab.keyboard.press("Escape")
    expect(tab.get_by_role("dialog")).to_have_count(0)
    leader.press("删除这一笔")
    leader.press("删除")
    leader.sees("已删除")
    leader.press("核对并上报")
    tab.wait_for_url("**/app/report/*")
    leader.has_started()
    leader.type("领取点补货份数", "4")
    leader.press("确认上报")
    leader.sees("月报凭条")
    leader.state("已上报")


def test_wrong_input_by_keyboard(tab: Page, server: Server):
    """The summary takes the focus; its link leads into the field that is wrong."""
    leader = Keys(tab, server)
    Leader.sign_in(leader)
    leader.open("/app/events/new")
    leader.has_started()
    leader.type("几个人", "0")
    leader.press("保存")
    expect(tab.get_by_role("alert")).to_be_focused()
    leader.press("请填 1 到 99 之间的数。")
    expect(tab.locator("[name=persons]")).to_be_focused()


def test_looks_by_keyboard(tab: Page, server: Server):
    leader = Keys(tab, server)
    leader.open("/sign-in")
    leader.press("长辈版")
    expect(tab.locator("html")).to_have_class("large")
    leader.press("English")
    expect(tab.locator("html")).to_have_attribute("lang", "en")
    expect(tab).to_have_title(re.compile("Sign in"))


def test_residents_by_keyboard(tab: Page, shared_server: Server):
    """What is folded opens, what is typed is searched for, and a page leads back."""
    resident = Keys(tab, shared_server)
    resident.open("/")
    resident.type("想办什么", "育儿补贴")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/search?q=*")
    resident.press("育儿补贴")
    tab.wait_for_url("**/policies/childcare-subsidy*")
    resident.to("看某一天的规定", "summary")
    tab.keyboard.press("Enter")
    expect(tab.locator("[name=on]")).to_be_visible()
    resident.press("跳到正文")
    resident.press("政策和服务")
    tab.wait_for_url("**/policies")
