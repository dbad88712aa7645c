"""Bad input: each gets a sentence at its field, and nothing that was typed is lost; with and without scripts."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, BrowserContext, Route

from tests.browser.conftest import PATIENCE, PHONE, serving
from tests.browser.leader import ALL_SENT, Leader, day, this_month, until
from tests.browser.pin import asks_each_time, enter_pin
from tests.builders import PASSWORD
from tests.support.server import Server

NewContext = Callable[..., BrowserContext]


KINDS = {"birth": "出生", "death": "死亡", "move_in": "流入", "move_out": "流出", "service": "服务"}


class Case(NamedTuple):
    """One form filled in wrongly: what is typed, at which field which sentence stands then."""

    typed: dict[str, str]
    field: str
    sentence: str


EVENTS = (
    Case({}, "kind", "请填写这一项。"),
    Case({"kind": "birth", "persons": ""}, "persons", "请填写这一项。"),
    Case({"kind": "birth", "persons": "0"}, "persons", "请填 1 到 99 之间的数。"),
    Case({"kind": "birth", "persons": "100"}, "persons", "请填 1 到 99 之间的数。"),
    Case({"kind": "death", "persons": "-1"}, "persons", "请填整数"),
    Case({"kind": "death", "persons": "1.5"}, "persons", "请填整数"),
    Case({"kind": "death", "persons": "两个"}, "persons", "请填整数"),
    Case({"kind": "birth", "persons": "1e1"}, "persons", "请填整数"),
    Case({"kind": "birth", "persons": "１００"}, "persons", "请填 1 到 99 之间的数。"),
    Case({"kind": "birth", "date": ""}, "date", "请填写这一项。"),
    Case({"kind": "birth", "date": "<-1>"}, "date", "日期不能晚于今天（<0>）。"),
    Case({"kind": "birth", "date": "<-3650>"}, "date", "日期不能晚于今天"),
    Case({"kind": "birth", "date": "<200>"}, "date", "这一天太早了"),
    Case({"kind": "birth", "date": "0001-01-01"}, "date", "这一天太早了"),
    Case({"kind": "move_in", "households": "100"}, "households", "请填 0 到 99 之间的数。"),
    Case({"kind": "move_in", "households": "一"}, "households", "请填整数"),
    Case({"kind": "move_out", "persons": "1", "households": "2"}, "households", "户数不能比人数多。"),
    Case({"kind": "move_in", "region": "33112"}, "region", "地区代码不对"),
    Case({"kind": "move_in", "region": "000000"}, "region", "地区代码不对"),
    Case({"kind": "move_out", "region": "庆元县"}, "region", "地区代码不对"),
    Case({"kind": "service"}, "service", "请选择提供了什么服务。"),
    Case({"kind": "birth", "note": "打 13800138000 找她"}, "note", "备注里不要写电话或身份证号。"),
    Case({"kind": "birth", "note": "证号３３２５０１１９９００１０１"}, "note", "备注里不要写电话或身份证号。"),
)
REPORTS = (
    Case({"values.visits_made": "三"}, "values.visits_made", "“已走访户数”请填整数"),
    Case({"values.visits_made": "-3"}, "values.visits_made", "“已走访户数”请填整数"),
    Case({"values.visits_planned": "123456"}, "values.visits_planned", "请填 0 到"),
    Case({"values.births": "7"}, "reason.births", "请写明原因。"),
    Case({"values.births": "7.5"}, "values.births", "请填整数"),
    Case({"values.closing_persons": "1"}, "reason.closing_persons", "请写明原因。"),
)


# login, path, button, what is typed, the field, the sentence
OTHERS = (
    ("", "/sign-in", "登录", Case({"login": "leader", "password": "不是这个"}, "password", "账号或密码不对")),
    ("", "/receipts", "查一查", Case({"q": ""}, "q", "请填回执号或核对码。")),
    ("", "/receipts", "查一查", Case({"q": "12-34"}, "q", "回执号是 16 位数字")),
    ("", "/receipts", "查一查", Case({"q": "0000 0000 0000 0000"}, "q", "没有这张回执")),
    ("leader", "/app/me", "改名", Case({"name": " "}, "name", "请填写")),
    (
        "leader",
        "/app/me",
        "改密码",
        Case({"current": "不是这个", "password": "三月的小雨"}, "current", "密码不对"),
    ),
    ("leader", "/app/me", "改密码", Case({"current": PASSWORD, "password": "短"}, "password", "密码至少 8 个字符。")),
    ("leader", "/app/me", "改密码", Case({"current": PASSWORD, "password": "password"}, "password", "太常见")),
    ("officer", "/app/people/invite/leader", "生成邀请", Case({"unit": "第三小组"}, "name", "请填写姓名。")),
    ("officer", "/app/people/invite/leader", "生成邀请", Case({"name": "林新"}, "unit", "请选择单位。")),
    ("officer", "/app/calendar", "给延期", Case({"unit": "第三小组", "reason": "停电"}, "due", "请选日期。")),
    ("officer", "/app/calendar", "给延期", Case({"due": "<-9>", "reason": "停电"}, "unit", "请选择单位。")),
    ("officer", "/app/calendar", "给延期", Case({"unit": "第三小组", "due": "<-9>"}, "reason", "请写明理由")),
)
AGO = re.compile(r"<(-?\d+)>")
WORKED_AT = ("values.visits_made", "values.visits_planned", "values.births", "values.closing_persons")
SECRET = {"password", "current"}  # never comes back
WITH_SCRIPT = pytest.mark.parametrize("scripts", [True, False], ids=["script", "no script"])


def name_of(value: object) -> str:
    """Return what a case is called: by its field."""
    return value.field if isinstance(value, Case) else str(value) if str(value).isascii() else ""


class People:
    """One person for all cases of a login: nothing of what they type is ever kept by the server."""

    def __init__(self, browser: Browser, server: Server) -> None:
        self.browser, self.server = browser, server
        self.there: dict[tuple[str, bool], Leader] = {}

    def sit_down(self, login: str, *, scripts: bool) -> Leader:
        """Return `login` at a browser with or without `scripts`."""
        if (login, scripts) not in self.there:
            context = self.browser.new_context(viewport=PHONE, java_script_enabled=scripts, locale="zh-CN")
            context.set_default_timeout(PATIENCE)
            self.there[login, scripts] = person = Leader(context.new_page(), self.server)
            if login:
                person.open("/sign-in?next=/app")
                person.fill(login=login, password=PASSWORD)
                person.press("登录")
                person.page.wait_for_url("**/app*/**" if login != "leader" else "**/app")
            if scripts and login == "leader":
                enter_pin(person.page)
                person.sync_line(ALL_SENT)
        return self.there[login, scripts]


def test_there_are_enough_cases():
    assert len(EVENTS) + len(REPORTS) + len(OTHERS) >= 40


@pytest.fixture(scope="module")
def own_server(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a server for this module, on which nobody reports a month."""
    yield from serving(demo_data, tmp_path_factory.mktemp("forms") / "data")


@pytest.fixture(scope="module")
def people(browser: Browser, own_server: Server) -> Iterator[People]:
    """Give the people of this module."""
    found = People(browser, own_server)
    yield found
    for person in found.there.values():
        person.context.close()


def dated(case: Case) -> Case:
    """Return `case` with days in the place of `<3>`, three days ago: it was written down perhaps before midnight."""

    def on_its_day(text: str) -> str:
        return AGO.sub(lambda ago: day(int(ago[1])), text)

    return case._replace(
        sentence=on_its_day(case.sentence), typed={name: on_its_day(text) for name, text in case.typed.items()}
    )


def wrong(person: Leader, button: str, case: Case) -> None:
    """Send the form off, see what is wrong with it, and that all that was typed is still there."""
    case = dated(case)
    person.fill(**case.typed)
    person.press(button)
    person.sentence_at(case.field, case.sentence)
    typed = {name: text for name, text in case.typed.items() if name not in SECRET | {"unit"}}
    person.holds(**typed)


@WITH_SCRIPT
@pytest.mark.parametrize("case", EVENTS, ids=name_of)
def test_an_entry(people: People, case: Case, *, scripts: bool):
    leader = people.sit_down("leader", scripts=scripts)
    leader.open("/app/events/new")
    if scripts:
        leader.has_started()
    typed = dict(case.typed)
    kind = typed.pop("kind", "")
    if kind:
        leader.choose(KINDS[kind])
    moves = {"households": "1", "region": ""} if kind.startswith("move") else {}
    wrong(leader, "保存", case._replace(typed={"persons": "1", "date": day(), "note": "", **moves, **typed}))
    leader.holds(**{"kind": kind} if kind else {})


@WITH_SCRIPT
@pytest.mark.parametrize("case", REPORTS, ids=name_of)
def test_a_report(people: People, case: Case, *, scripts: bool):
    leader = people.sit_down("leader", scripts=scripts)
    leader.open(f"/app/report/{this_month()}")
    if scripts:
        leader.has_started()
        leader.fill(**dict.fromkeys(WORKED_AT, ""))  # the draft of the case before
    wrong(leader, "确认上报", case)


@pytest.mark.parametrize(("login", "path", "button", "case"), OTHERS, ids=name_of)
def test_any_other_form(people: People, login: str, path: str, button: str, case: Case):
    person = people.sit_down(login, scripts=True)
    person.open(path)
    wrong(person, button, case)


def test_what_is_typed_before_the_script_runs_stays(new_context: NewContext, own_server: Server):
    """A slow phone shows the form long before it runs the script."""
    context = new_context(service_workers="block")
    leader = Leader(context.new_page(), own_server)
    leader.sign_in()
    asks_each_time(leader.page)
    held: list[Route] = []
    context.route("**/static/js/*", lambda route: held.append(route))  # noqa: PLW0108 - a builtin has no signature
    leader.page.goto(f"{leader.url}/app/events/new", wait_until="commit")
    leader.choose("流入")
    leader.fill(persons="4", note="脚本还没来")
    until(leader.page, lambda: held, bool)
    for route in held:
        route.continue_()
    leader.has_started()
    leader.holds(kind="move_in", persons="4", note="脚本还没来", date=day())
    context.unroute_all()
    leader.open()
    leader.press("记一笔")
    leader.has_started()
    leader.holds(kind="move_in", persons="4", note="脚本还没来")


def test_drafts_survive_leaving_and_loading_anew(new_context: NewContext, own_server: Server):
    leader = Leader(new_context().new_page(), own_server)
    leader.sign_in()
    leader.press("记一笔")
    leader.has_started()
    leader.choose("流出")
    typed = {"persons": "3", "households": "1", "date": day(2), "note": "写到一半"}
    leader.fill(**typed)
    leader.rests()
    leader.press("首页")
    leader.sees("本月记的")
    leader.press("记一笔")
    leader.has_started()
    leader.holds(kind="move_out", **typed)
    leader.go_offline()
    leader.page.reload()
    leader.has_started()
    leader.holds(kind="move_out", **typed)
    leader.open(f"/app/report/{this_month()}")
    leader.has_started()
    leader.fill(**{"values.visits_made": "6", "values.births": "9", "reason.births": "补登记"})
    leader.rests()
    leader.open()
    leader.press("核对并上报")
    leader.has_started()
    leader.holds(**{"values.visits_made": "6", "values.births": "9", "reason.births": "补登记"})
    leader.page.reload()
    leader.has_started()
    leader.holds(**{"values.visits_made": "6", "values.births": "9", "reason.births": "补登记"})
