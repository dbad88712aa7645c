"""Scripts are joined without a bundler, so they keep to a form that joining understands."""

import re
import shutil
import subprocess
from pathlib import Path

from tests.support.sources import CHINESE, ROOT, each, files, name_of, without_comments
from webapp.core.assets import BUNDLES, Assets
from webapp.core.joining import join_modules
from webapp.core.squeezing import squeeze

MODULES = files("static/js/**/*.js")
WORKER = files("sw/**/*.js")
SCRIPTS = (*MODULES, *WORKER)

IMPORT = re.compile(r'import (?:\{(?P<names>[^{}]*)\} from )?"\.{1,2}/[\w./-]+\.js";$', re.MULTILINE)
STORE = {"idb.js", "database.js", "store.js", "writing.js", "contents.js"}
FROM_IDB = re.compile(r'import \{([^}]*)\} from "[./]+/idb\.js"')
EXPORT = re.compile(r"^export (?:async function|function|const|class) ", re.MULTILINE)
TOP_LEVEL = re.compile(r"^(?:export )?(?:async )?(?:function\*?|const|let|var|class) (?P<name>[\w$]+)", re.MULTILINE)


# Prints of each folder `same`, or where its two scripts first differ, last commas apart.
TOKENS = """
const ts = require("typescript"), { readFileSync } = require("fs");
const tokens = (path) => {
  const file = ts.createSourceFile("a.js", readFileSync(path, "utf8"), ts.ScriptTarget.ES2021, false, ts.ScriptKind.JS);
  const found = [];
  const visit = (node) => {
    const parts = node.getChildren(file).filter((part) => !ts.isJSDoc(part));
    if (parts.length) parts.forEach(visit);
    else if (node.getText(file)) found.push(node.getText(file));
  };
  visit(file);
  return found.filter((token, i) => token !== "," || !")]}".includes(found[i + 1] || "?"));
};
for (const folder of process.argv.slice(1)) {
  const [written, sent] = [tokens(`${folder}/written.js`), tokens(`${folder}/sent.js`)];
  const i = written.findIndex((token, place) => token !== sent[place]);
  const near = (script) => script.slice(i - 5, i + 5).join(" ");
  console.log(i < 0 && written.length === sent.length ? "same" : `${near(written)} | ${near(sent)}`);
}
"""


@each(MODULES)
def test_imports_are_of_the_one_form(path: Path):
    script = without_comments(path.read_text())
    good = list(IMPORT.finditer(script))
    assert len(re.findall(r"\bimport\b", script)) == len(good), 'write: import { a, b } from "./x.js";'
    assert not [found[0] for found in good if re.search(r"\bas\b", found["names"] or "")]


@each(MODULES)
def test_exports_are_prefixes(path: Path):
    script = without_comments(path.read_text())
    assert len(re.findall(r"\bexport\b", script)) == len(EXPORT.findall(script))
    assert not re.search(r"^(?:const .*=\s*)?await\b", script, re.MULTILINE), "no await at top level"


@each(MODULES)
def test_imported_modules_exist(path: Path):
    found = re.findall(r'from "(\.[^"]+)";', without_comments(path.read_text()))
    assert not [name for name in found if not (path.parent / name).resolve().is_file()]


def test_top_level_names_are_unique():
    """Joined modules share one scope."""
    seen: dict[str, str] = {}
    twice = []
    for path in MODULES:
        for name in {found["name"] for found in TOP_LEVEL.finditer(without_comments(path.read_text()))}:
            twice += [f"{name}: {seen[name]}, {name_of(path)}"] if name in seen else []
            seen.setdefault(name, name_of(path))
    assert not twice


@each(SCRIPTS)
def test_sentences_come_from_the_page(path: Path):
    """A script asks for its sentences by key, so that the catalogs hold them all. Numerals are no sentence."""
    lines = re.sub("[零一二三四五六七八九十]", "", without_comments(path.read_text())).splitlines()
    assert not [f"{number}: {line.strip()}" for number, line in enumerate(lines, 1) if CHINESE.search(line)]


@each(SCRIPTS)
def test_only_the_clock_asks_the_time(path: Path):
    if path.name in {"clock.js", "turn.js"}:  # a turn is a lease between tabs of one phone, whatever its clock says
        return
    assert not re.search(r"Date\.now\(|new Date\(\)", without_comments(path.read_text()))


@each(SCRIPTS)
def test_markup_is_never_made_from_text(path: Path):
    """Names and notes are written by people: they go into the page as text."""
    script = without_comments(path.read_text())
    assert not re.search(r"\b(?:innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval)\b", script)


def test_one_module_touches_the_phone_database():
    """All records pass through store.js, which seals them; the others are its tools."""
    openers = [path.name for path in MODULES if re.search(r"\bindexedDB\b", without_comments(path.read_text()))]
    assert openers == ["idb.js"]
    foreign = [path for path in MODULES if path.name not in STORE]
    taken = {name_of(path): set(FROM_IDB.findall(path.read_text())) for path in foreign}
    assert not [path for path, names in taken.items() if names - {" StorageFull ", " StorageUnavailable "}]


def test_what_is_joined_is_a_script(tmp_path: Path):
    texts = {name: Assets().find(name).content.decode() for name in BUNDLES}
    node = shutil.which("node")
    assert node
    for name, text in {**texts, "sw.js": Assets().worker}.items():
        path = tmp_path / f"{name.replace('/', '-')}.mjs"
        path.write_text(text)
        done = subprocess.run([node, "--check", path], capture_output=True, text=True, check=False)
        assert not done.returncode, f"{name}: {done.stderr}"


def test_squeezing_changes_no_token(tmp_path: Path):
    """The compiler reads the same words in what people write and in what browsers get."""
    entries = {entry: ROOT / "static" / entry for entry in BUNDLES}
    entries |= {entry: ROOT / entry for entry in ("sw/main.js", "sw/reader.js")}
    folders = [tmp_path / str(number) for number in range(len(entries))]
    for folder, path in zip(folders, entries.values(), strict=True):
        folder.mkdir()
        written = join_modules(path)
        (folder / "written.js").write_text(written)
        (folder / "sent.js").write_text(squeeze(written))
    node = shutil.which("node")
    assert node
    command = [node, "-e", TOKENS, *folders]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr
    found = dict(zip(entries, done.stdout.splitlines(), strict=True))
    assert found == dict.fromkeys(entries, "same")
