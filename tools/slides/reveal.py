"""reveal.js, which turns the slides: its built files out of a package of the Python index.

Not from npm, which a lecturer's machine need not have, and not kept in this repository: these are
300 kB that somebody else writes. pip gets them once; the decks then carry them.
"""
import base64
import hashlib
import json
import re
import shutil

from tools.notebooks import ROOT
from tools.site.live import pip

KEPT = ROOT / ".slides"
REQUIREMENTS = ROOT / "requirements-slides.txt"
STAMP = KEPT / "done.txt"
INSIDE = KEPT / "sphinx_revealjs" / "_static" / "revealjs"
# {its name beside the decks: its place in the package}
FILES = {"reveal.js": "dist/reveal.js", "reveal.css": "dist/reveal.css",
         "reveal-notes.js": "plugin/notes/notes.js", "reveal-LICENSE.txt": "LICENSE"}


def fetch():
    """Gets the package into .slides/, unless it is there."""
    wanted = REQUIREMENTS.read_text("utf-8")
    if STAMP.exists() and STAMP.read_text("utf-8") == wanted:
        return
    print("Getting reveal.js, 2 MB ...", flush=True)
    shutil.rmtree(KEPT, ignore_errors=True)
    KEPT.mkdir()
    pip("install", "--no-deps", "--target", KEPT, "-r", REQUIREMENTS, cwd=ROOT)
    STAMP.write_text(wanted, encoding="utf-8")


def written():
    """What a policy must say of the speaker's page, which reveal writes with a script in its text:
    the hash of that script."""
    notes = (INSIDE / FILES["reveal-notes.js"]).read_text("utf-8")
    page = re.search(r'document\.write\(("(?:[^"\\]|\\.)*")\)', notes)[1]
    page = json.loads(re.sub(r"\\(\\|x(..))", lambda sign: f"\\u00{sign[2] or '5c'}", page))
    (script,) = re.findall("<script>(.*?)</script>", page, re.DOTALL)
    return f" 'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def write(folder):
    """Puts reveal's files into a folder; gives their paths."""
    fetch()
    return [shutil.copyfile(INSIDE / place, folder / name) for name, place in FILES.items()]
