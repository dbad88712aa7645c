"""A phone on its scan page: what it says, what its camera does, its keys."""

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import PATIENCE, PHONE

VIOLATIONS = """document.addEventListener("securitypolicyviolation", (event) =>
    console.error("CSP", event.violatedDirective, event.blockedURI));"""


def phone_of(browser: Browser) -> BrowserContext:
    """Return a fresh phone that keeps what its console says about the content security policy."""
    context = browser.new_context(viewport=PHONE, locale="zh-CN", timezone_id="Asia/Shanghai")
    context.set_default_timeout(PATIENCE)
    context.add_init_script(VIOLATIONS)
    return context


def says(page: Page, sentence: str) -> None:
    """Wait until the page says `sentence`."""
    expect(page.locator("[data-slot=said]")).to_contain_text(sentence)


def tracks(page: Page) -> str:
    """Return the state of the camera."""
    script = "() => document.querySelector('video')?.srcObject?.getVideoTracks()[0].readyState || 'closed'"
    return str(page.evaluate(script))


def press_keys(page: Page, digits: str) -> None:
    """Touch the page's own keys."""
    for digit in digits:
        page.locator(f"[data-pad] [data-key='{digit}']").click()


def give_photo(page: Page, content: bytes) -> None:
    """Choose a photo."""
    page.set_input_files("[data-scan=photo]", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": content})
