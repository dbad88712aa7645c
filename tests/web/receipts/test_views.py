"""Receipts without an account: found by number or short code, true or not, and silent about values."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from sqlalchemy import update

from tests.builders import event
from webapp.core import clock
from webapp.core.canonical import short_code
from webapp.core.db import transaction
from webapp.orgs.service import rename
from webapp.receipts.models import Receipt
from webapp.receipts.rules import UNFOUND, Slip, is_genuine, with_check_digit


@pytest.fixture
def receipt(phone, world):
    [result] = phone("leader").push(event(world.units["group"], persons=7, note="三胞胎等"))
    return result["receipt"]


def said(soup):
    return " ".join(soup.find("main").get_text().split())


def test_a_receipt_says_who_when_and_what_kind(page, receipt):
    text = said(page.get(f"/receipts/{receipt['number']}"))
    assert "单位33112610120101" in text
    assert "单位331126 · 单位331126101 · 单位331126101201" in text
    assert "2026年11月" in text
    assert "记一笔" in text
    assert text.count("2026-11-21 12:00:00") == 2
    assert receipt["hash"] in text
    assert short_code(receipt["hash"]) in text
    assert "这张回执是真的" in text


def test_a_receipt_holds_no_values(page, receipt):
    response = page.client.get(f"/receipts/{receipt['number']}")
    body = response.text.split("<main", 1)[1].split("</main", 1)[0]
    assert "三胞胎" not in body
    assert "人员" not in body
    assert "7 人" not in body


def test_receipts_are_kept_out_of_indexes(page, receipt):
    for url in (f"/receipts/{receipt['number']}", "/receipts", "/receipts/1"):
        response = page.client.get(url)
        assert response.headers["X-Robots-Tag"] == "noindex"
        assert '<meta name="robots" content="noindex">' in response.text


def test_the_public_key_is_enough_to_check_a_receipt_elsewhere(page, receipt):
    response = page.client.get("/receipts/key.pem")
    assert "attachment" in response.headers["Content-Disposition"]
    key = load_pem_public_key(response.data)
    assert isinstance(key, Ed25519PublicKey)
    times = [clock.datetime.fromisoformat(receipt[name]) for name in ("declared_at", "received_at")]
    slip = Slip(receipt["number"], receipt["hash"], *times, receipt["signature"])
    assert is_genuine(key, slip)
    assert not is_genuine(key, slip._replace(hash="0" * 64))
    shown = page.get(f"/receipts/{receipt['number']}").find_all(class_="mono")
    assert receipt["signature"] in [p.get_text(strip=True) for p in shown]


@pytest.mark.parametrize("column", ["hash", "signature", "declared_at"])
def test_a_receipt_that_was_tampered_with_is_called_false(page, receipt, column, noon):
    values = {"hash": "f" * 64, "signature": "A" * 86, "declared_at": noon - timedelta(days=1)}
    with transaction() as session:
        session.execute(update(Receipt).values({column: values[column]}))
    assert "这张回执对不上签名" in said(page.get(f"/receipts/{receipt['number']}"))


def test_a_unit_is_named_as_it_was_then(page, receipt, world, noon):
    with clock.frozen(noon + timedelta(days=30)):
        with transaction():
            rename(world.units["group"], "改了名的组", clock.today(), actor_id=None)
        text = said(page.get(f"/receipts/{receipt['number']}"))
    assert "单位33112610120101" in text
    assert "改了名的组" not in text


def spaced(number):
    return " ".join(number[at : at + 4] for at in range(0, 16, 4))


def wide(number):
    return "".join(chr(ord(digit) - ord("0") + 0xFF10) for digit in number)


def dashed(number):
    return f"  {number[:8]}-{number[8:]}\t"


@pytest.mark.parametrize("write", [str, spaced, wide, dashed])
def test_a_number_is_found_however_it_is_typed(page, receipt, write):
    response = page.client.get("/receipts", query_string={"q": write(receipt["number"])})
    assert (response.status_code, response.headers.get("Location")) == (303, f"/receipts/{receipt['number']}")


@pytest.mark.parametrize("write", [str, str.lower, lambda c: c.replace("-", ""), lambda c: c.replace("-", " — ")])
def test_a_short_code_is_found_however_it_is_typed(page, receipt, write):
    response = page.client.get("/receipts", query_string={"q": write(short_code(receipt["hash"]))})
    assert (response.status_code, response.headers.get("Location")) == (303, f"/receipts/{receipt['number']}")


def test_a_number_with_blanks_leads_to_its_one_address(page, receipt):
    response = page.client.get(f"/receipts/{spaced(receipt['number'])}")
    assert (response.status_code, response.headers["Location"]) == (303, f"/receipts/{receipt['number']}")


def test_receipts_that_share_a_code_are_listed(page, phone, world):
    leader = phone("leader")
    results = leader.push(event(world.units["group"]), event(world.units["group"]))
    with transaction() as session:
        for number, result in enumerate(results):
            mine = Receipt.number == result["receipt"]["number"]
            session.execute(update(Receipt).where(mine).values(hash="ffffffff" + str(number) * 56))
    soup = page.get("/receipts?q=FFFF-FFFF")
    assert "有 2 张回执是这个核对码" in said(soup)
    links = {a["href"] for a in soup.find("main").find_all("a", class_="entry-line")}
    assert links == {f"/receipts/{result['receipt']['number']}" for result in results}


UNKNOWN = "没有这张回执。"
ODD = "回执号是 16 位数字"


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("typed", "status", "sentence"),
    [
        (with_check_digit("0" * 15), 404, UNKNOWN),
        ("1234567890123450", 404, UNKNOWN),
        ("ABCD-EF01", 404, UNKNOWN),
        ("", 422, "请填回执号或核对码。"),
        ("   ", 422, "请填回执号或核对码。"),
        ("12345", 422, ODD),
        ("ABCD-EFGH", 422, ODD),
        ("<script>", 422, ODD),
        ("七" * 40, 422, ODD),
        ("' OR 1=1 --", 422, ODD),
    ],
)
def test_what_is_not_found_says_so_at_the_field_and_keeps_what_was_typed(page, receipt, typed, status, sentence):
    soup = page.get("/receipts", status=status, query_string={"q": typed})
    assert sentence in soup.find(id="q-problem").get_text()
    assert soup.find("input", id="q")["value"] == typed


def test_a_near_miss_looks_like_any_other_miss(page, receipt):
    number = receipt["number"]
    near = with_check_digit(number[:14] + str((int(number[14]) + 1) % 10))
    wrong_digit = number[:15] + str((int(number[15]) + 1) % 10)
    pages = [page.get(f"/receipts/{one}", status=404) for one in (near, wrong_digit, "9" * 16, "x")]
    assert len({said(soup) for soup in pages}) == 1


def test_the_form_is_empty_to_begin_with(page, world):
    soup = page.get("/receipts")
    assert soup.find("input", id="q")["value"] == ""
    assert not soup.find(id="q-problem")


@pytest.mark.one_database
def test_trying_numbers_and_codes_ends_after_some_misses(page, receipt):
    for n in range(UNFOUND):
        page.get(f"/receipts?q={n:08x}" if n % 2 else f"/receipts/{with_check_digit(f'{n:015}')}", status=404)
    for way in (f"/receipts?q={receipt['number']}", f"/receipts/{receipt['number']}", "/receipts?q=00000000"):
        shut = page.client.get(way)
        assert (shut.status_code, shut.headers["Retry-After"]) == (429, "900")
    assert page.client.get("/receipts", environ_overrides={"REMOTE_ADDR": "192.0.2.7"}).status_code == 200
    with clock.frozen(clock.now() + timedelta(minutes=16)):
        page.get(f"/receipts/{receipt['number']}")
