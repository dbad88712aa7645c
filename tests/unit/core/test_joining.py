"""Joining modules, and leaving out what only people read."""

from pathlib import Path

import pytest

from webapp.core.joining import join_modules, strip_comments, strip_styles


def write(folder: Path, **files: str) -> Path:
    """Write `files` as modules; return the one called `main`."""
    for name, text in files.items():
        (folder / f"{name}.js").write_text(text)
    return folder / "main.js"


def test_what_is_imported_comes_first_and_once(tmp_path: Path) -> None:
    main = write(
        tmp_path,
        main='import { a } from "./a.js";\nimport {\n  b,\n  c,\n} from "./b.js";\nrun(a, b, c);\n',
        a='import { c } from "./b.js";\nexport const a = c;\n',
        b="export function b() {}\nexport async function c() {}\n",
    )
    assert join_modules(main) == "function b() {}\nasync function c() {}\nconst a = c;\nrun(a, b, c);\n"


def test_a_circle_is_refused(tmp_path: Path) -> None:
    main = write(tmp_path, main='import { a } from "./a.js";\n', a='import { b } from "./main.js";\n')
    with pytest.raises(ValueError, match="circle"):
        join_modules(main)


def test_comments_go_and_addresses_stay() -> None:
    script = '/**\n * What it does.\n */\n// why\nconst a = "https://x.example/*y*/"; // stays\n\n  go();\n'
    assert strip_comments(script) == 'const a = "https://x.example/*y*/"; // stays\ngo();\n'
    assert strip_styles("/* a\n b */\nb {\n  c: d;\n}\n") == "b {\nc: d;\n}\n"
