"""From a card to its door: camera, photo, number; without a network; and what is not one of our cards."""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.browser.conftest import serving
from tests.browser.doors import Card, Clerk
from tests.browser.leader import ALL_SENT, Leader, until
from tests.browser.scanner import give_photo, phone_of, press_keys, says, tracks
from tests.browser.test_round import Walker
from tests.support.camera import camera_flags, film, look_at
from tests.support.server import Server

FOREIGN = "HTTPS://ELSEWHERE.EXAMPLE/Q/ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NOT_OURS, NOT_HERE, UNREACHED = "这不是我们的户码", "您的片区没有这个码", "这部手机上没有这个码"
ADDRESS = re.compile("金桂苑3幢.*2单元.*501")


class Stage(NamedTuple):
    """A server with one door and its card, a browser whose camera sees what is written to `video`."""

    server: Server
    browser: Browser
    video: Path
    card: Card
    clerk: Clerk


@pytest.fixture(scope="module")
def stage(
    demo_data: Path, tmp_path_factory: pytest.TempPathFactory, playwright: Playwright, chromium_path: str
) -> Iterator[Stage]:
    """Give the stage for this module."""
    folder = tmp_path_factory.mktemp("scan")
    for server in serving(demo_data, folder / "data"):
        clerk = Clerk(playwright, server)
        card = clerk.card(clerk.move_in("501"))
        video = folder / "door.mjpeg"
        film(video)
        browser = playwright.chromium.launch(executable_path=chromium_path, args=camera_flags(video))
        yield Stage(server, browser, video, card, clerk)
        browser.close()


@pytest.fixture(scope="module")
def phone(stage: Stage) -> Iterator[Leader]:
    """Give the leader with the round on her phone; in the end nothing may have broken the policy."""
    context, said = phone_of(stage.browser), list[str]()
    person = Leader(context.new_page(), stage.server)
    person.page.on("console", lambda message: said.append(message.text))
    person.sign_in()
    person.has_the_round()
    yield person
    context.close()
    assert not [text for text in said if "CSP" in text or "Content Security Policy" in text]


@pytest.fixture
def leader(phone: Leader, stage: Stage) -> Iterator[Leader]:
    """Give the same leader before a bare wall, with a network."""
    film(stage.video)
    yield phone
    phone.go_online()
    phone.open()


def opens(page: Page, stage: Stage) -> None:
    """Wait until the address is shown, and then until the household's page is there."""
    expect(page.get_by_role("dialog")).to_contain_text(ADDRESS)
    page.wait_for_url(f"**/app/households/{stage.card.household}")


def test_a_card_opens_its_door_without_a_network(leader: Leader, stage: Stage, shot: Callable) -> None:
    film(stage.video, stage.card.text)
    leader.go_offline()
    leader.open("/app/scan")
    opens(leader.page, stage)
    expect(leader.page.locator("h1")).to_have_text(ADDRESS)


def test_the_address_stands_long_enough_to_call_it_off(leader: Leader, stage: Stage, shot: Callable) -> None:
    film(stage.video, stage.card.text)
    leader.open("/app/scan")
    dialog = leader.page.get_by_role("dialog")
    expect(dialog).to_contain_text(ADDRESS)
    shot(leader.page, "address")
    assert tracks(leader.page) == "closed", "the camera is let go of on a hit"
    dialog.get_by_role("button", name="不是这一户").click()
    expect(dialog).to_be_hidden()
    leader.page.wait_for_timeout(1500)
    assert leader.page.url.endswith("/app/scan")
    until(leader.page, lambda: tracks(leader.page), lambda state: state == "live")


def test_a_foreign_code_gets_one_quiet_sentence(leader: Leader, stage: Stage) -> None:
    film(stage.video, FOREIGN)
    leader.open("/app/scan")
    says(leader.page, NOT_OURS)
    leader.page.wait_for_timeout(1000)
    expect(leader.page.get_by_role("dialog")).to_be_hidden()
    assert tracks(leader.page) == "live"


def test_of_two_codes_in_view_the_one_of_ours_is_shown_by_its_address(leader: Leader, stage: Stage) -> None:
    film(stage.video, FOREIGN, stage.card.text, module=4)
    leader.open("/app/scan")
    opens(leader.page, stage)


def test_a_card_that_nobody_knows_any_more(leader: Leader, stage: Stage) -> None:
    film(stage.video, f"{stage.card.text[:-5]}AAAAA")
    leader.open("/app/scan")
    says(leader.page, NOT_HERE)
    leader.go_offline()
    leader.open("/app/scan")
    says(leader.page, UNREACHED)


def test_the_camera_is_let_go_of(leader: Leader, stage: Stage) -> None:
    leader.open("/app/scan")
    until(leader.page, lambda: tracks(leader.page), lambda state: state == "live")
    expect(leader.page.locator("[data-scan=torch]")).to_be_hidden()
    # Headless tabs are never hidden by themselves.
    leader.page.evaluate(
        """() => {
            Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    assert tracks(leader.page) == "closed"


def test_the_light_where_there_is_one_is_remembered(stage: Stage) -> None:
    leader = Leader(phone_of(stage.browser).new_page(), stage.server)
    leader.sign_in()
    leader.page.add_init_script(
        """(() => {
            MediaStreamTrack.prototype.getCapabilities = () => ({ torch: true });
            window.lit = [];
            MediaStreamTrack.prototype.applyConstraints = async ({ advanced: [{ torch }] }) => void lit.push(torch);
        })()"""
    )
    leader.open("/app/scan")
    torch = leader.page.locator("[data-scan=torch]")
    torch.click()
    expect(torch).to_have_attribute("aria-pressed", "true")
    leader.rests()
    leader.open("/app/scan")
    expect(torch).to_have_attribute("aria-pressed", "true")
    assert leader.page.evaluate("() => lit") == [True]
    leader.context.close()


def test_seven_digits_without_a_network(leader: Leader, stage: Stage) -> None:
    leader.go_offline()
    leader.open("/app/scan")
    wrong = stage.card.number[:-1] + str((int(stage.card.number[-1]) + 1) % 10)
    press_keys(leader.page, wrong)
    says(leader.page, "号码不对")
    field = leader.page.locator("[name=number]")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value(f"{wrong[:3]} {wrong[3:]}")
    leader.page.get_by_role("button", name="删一位").click()
    says(leader.page, "")
    press_keys(leader.page, stage.card.number[-1])
    opens(leader.page, stage)


def test_a_number_that_this_phone_has_not_heard_of_is_asked_of_the_server(leader: Leader, stage: Stage) -> None:
    leader.open("/app/scan")
    new = stage.clerk.card(stage.clerk.move_in("502", "李晓"))
    press_keys(leader.page, new.number)
    expect(leader.page.get_by_role("dialog")).to_contain_text("502")
    leader.page.wait_for_url(f"**/app/households/{new.household}")


@pytest.mark.parametrize("module", [3, 7])
def test_a_photo_of_a_card(leader: Leader, stage: Stage, module: int) -> None:
    leader.open("/app/scan")
    leader.has_started()
    photo = io.BytesIO()
    look_at([stage.card.text], 6, module).resize((1920, 1440)).save(photo, "JPEG")
    give_photo(leader.page, photo.getvalue())
    opens(leader.page, stage)


def test_a_photo_without_a_code(leader: Leader) -> None:
    leader.open("/app/scan")
    leader.has_started()
    wall = io.BytesIO()
    look_at([]).save(wall, "JPEG")
    for content in (b"no picture", wall.getvalue()):
        give_photo(leader.page, content)
        says(leader.page, "照片里没有读到码")


def test_a_camera_that_is_not_allowed_leaves_the_keys(browser: Browser, stage: Stage, shot: Callable) -> None:
    context = phone_of(browser)  # this browser has no camera, and its owner allows none
    context.add_init_script(
        """navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("no", "NotAllowedError"); };"""
    )
    person = Leader(context.new_page(), stage.server)
    person.sign_in()
    person.open("/app/scan")
    says(person.page, "相机没有打开")
    expect(person.page.locator("video")).to_be_hidden()
    shot(person.page, "denied")
    press_keys(person.page, stage.card.number)
    opens(person.page, stage)
    context.close()


def test_the_phones_own_camera_opens_the_same_door(leader: Leader, stage: Stage) -> None:
    leader.go_offline()
    leader.page.goto(stage.card.text.lower().replace(stage.card.token.lower(), stage.card.token))
    opens(leader.page, stage)
    leader.page.go_back()
    assert stage.card.token not in leader.page.url


def test_the_reader_of_codes_is_loaded_by_the_scan_page_only(leader: Leader, stage: Stage) -> None:
    asked: list[str] = []
    leader.page.on("request", lambda request: asked.append(re.sub(r"\.[0-9a-f]{12}\.", ".", request.url)))
    for path in ("/app", "/app/events/new", "/app/outbox", "/app/me", "/app/round"):
        leader.open(path)
        leader.has_started()
    assert not [url for url in asked if url.endswith(("vendor/qr.js", "css/scan.css"))]
    leader.open("/app/scan")
    leader.has_started()
    assert [url for url in asked if url.endswith("vendor/qr.js")]


def test_an_office_scans_with_the_server(stage: Stage, sign_in: Callable) -> None:
    film(stage.video, stage.card.text)
    context = phone_of(stage.browser)
    page = context.new_page()
    sign_in(page, stage.server, "officer")
    page.goto(f"{stage.server.url}/app/scan")
    expect(page.get_by_role("dialog")).to_contain_text("501")
    page.wait_for_url(f"**/app/households/{stage.card.household}")
    context.close()


def test_from_the_card_to_the_month(stage: Stage) -> None:
    """A scan without a network, a visit with a move-in, and what the month's report makes of it."""
    walker = Walker(phone_of(stage.browser).new_page(), stage.server)
    walker.sign_in()
    walker.open("/app/report")
    walker.page.wait_for_url("**/app/report/*")
    walker.has_started()
    report, people, made = walker.page.url, walker.measure("流入人数"), walker.measure("已走访户数")
    film(stage.video, stage.card.text)
    walker.go_offline()
    walker.press("扫码")
    opens(walker.page, stage)
    walker.press("记走访")
    walker.chip("已访")
    walker.unfold("人有变动")
    walker.press("流入 加一")
    walker.press("保存")
    walker.sees("已存本机")
    walker.go_online()
    walker.sync_line(ALL_SENT)
    walker.page.goto(report)
    walker.has_started()
    assert (walker.measure("流入人数"), walker.measure("已走访户数")) == (people + 1, made + 1)
    behind = walker.page.locator(".measure", has=walker.page.get_by_text("已走访户数", exact=True)).first
    behind.locator("summary").click()
    behind.get_by_role("link", name="501").click()
    walker.page.wait_for_url("**/app/visits/*")
    walker.sees("这次走访进了月报的哪些数")
    walker.context.close()
