"""Catalogs: all there before the first reader comes, or no start."""

import shutil
from pathlib import Path

import pytest
from babel.support import Translations
from flask import Flask
from flask_babel import Babel, gettext

from tests.support.sources import ROOT
from webapp import looks


def app_with(catalogs: Path) -> Flask:
    """Return an app that speaks what lies in the folder `catalogs`."""
    app = Flask(__name__)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(catalogs)
    Babel(app, locale_selector=looks.locale)
    return app


@pytest.mark.parametrize("missing", ["zh_Hant", "en"])
def test_a_missing_catalog_stops_the_start(tmp_path: Path, missing: str):
    shutil.copytree(ROOT / "translations", tmp_path / "translations", ignore=shutil.ignore_patterns(missing))
    with pytest.raises(ValueError, match=f"catalog for {missing}"):
        looks.load_catalogs(app_with(tmp_path / "translations"))


def test_nothing_is_read_after_the_start(monkeypatch: pytest.MonkeyPatch):
    app = app_with(ROOT / "translations")
    looks.load_catalogs(app)
    monkeypatch.setattr(Translations, "load", None)
    for language, word in (("en", "Sign in"), ("zh-Hant", "登入"), ("zh-Hans", "登录")):
        with app.test_request_context(headers={"Cookie": f"lang={language}"}):
            assert gettext("登录") == word
