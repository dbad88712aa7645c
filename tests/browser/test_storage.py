"""A phone whose disk is full says so, and keeps the form as it is."""

from playwright.sync_api import Page, expect

from tests.browser import books
from tests.browser.leader import ALL_SENT, Leader, day, on_the_phone
from tests.support.server import Server

SMALL, LARGE = 3_000_000, 300_000_000
PHOTOS = """async () => {
    const opening = indexedDB.open("photos", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("photos", {autoIncrement: true});
    const photos = await new Promise(done => { opening.onsuccess = () => done(opening.result); });
    const keep = size => new Promise(done => {
        const photo = new Uint8Array(size);
        for (let at = 0; at < size; at += 65536) crypto.getRandomValues(photo.subarray(at, at + 65536));
        const writing = photos.transaction("photos", "readwrite");
        writing.objectStore("photos").add(photo);
        writing.oncomplete = () => done(true);
        writing.onabort = () => done(false);
    });
    let kept = 0;
    for (const size of [262144, 16384, 1024, 64, 1]) while (await keep(size)) kept += 1;
    photos.close();
    return kept;
}"""
FULL = "手机存满了，这一笔还没有存上。请先删掉一些照片或文件，再点保存；填的内容还在这里。"


class Disk:
    """The part of a phone's disk that a browser gives to the app. It has to be there before the app is opened."""

    def __init__(self, leader: Leader) -> None:
        self.leader = leader
        self.door = leader.context.new_cdp_session(leader.page)
        self._give(SMALL)

    def fill(self) -> None:
        """Fill it to the last byte."""
        assert self.leader.page.evaluate(PHOTOS) > 0

    def make_room(self) -> None:
        """Let there be room again."""
        self._give(LARGE)

    def _give(self, size: int) -> None:
        self.door.send("Storage.overrideQuotaForOrigin", {"origin": self.leader.url, "quotaSize": size})


def test_a_full_disk_keeps_the_entry_on_the_screen(tab: Page, server: Server):
    leader = Leader(tab, server)
    disk = Disk(leader)
    leader.sign_in()
    leader.go_offline()
    leader.press("记一笔")
    leader.has_started()
    leader.choose("流入")
    disk.fill()
    typed = {"persons": "3", "households": "2", "date": day(1), "note": "存满了"}
    leader.fill(**typed)
    leader.press("保存")
    leader.sees(FULL)
    leader.holds(kind="move_in", **typed)
    leader.press("保存")
    leader.sees(FULL)
    expect(tab.get_by_role("alert")).to_be_focused()
    disk.make_room()
    leader.press("保存")
    leader.sees("已存本机")
    leader.sync_line(on_the_phone(1))
    leader.go_online()
    leader.sync_line(ALL_SENT)
    (row,) = books.noted(server, "存满了")
    assert [str(row[name]) for name in ("persons", "households", "date")] == ["3", "2", day(1)]


def test_a_full_disk_keeps_the_report_on_the_screen(tab: Page, server: Server):
    leader = Leader(tab, server)
    disk = Disk(leader)
    leader.sign_in()
    leader.go_offline()
    leader.press("核对并上报")
    leader.has_started()
    disk.fill()
    leader.fill(**{"values.supplies_restocked": "7"})
    leader.press("确认上报")
    leader.sees(FULL)
    leader.holds(**{"values.supplies_restocked": "7"})
    disk.make_room()
    leader.press("确认上报")
    leader.sees("月报凭条")
    leader.go_online()
    leader.state("已上报")
    (version,) = books.report_of(server, "leader")
    assert '"supplies_restocked": 7' in version["values"]
    expect(tab.get_by_text(FULL)).to_have_count(0)
