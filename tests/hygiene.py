"""The rules for a stored notebook, each a function: (notebook) -> sentences of complaint.

They read files and run nothing. nbval compares what is stored; these rules see to it that what
is stored says something, to a reader of the file as to nbval.
"""
import json
import re

from tools.notebooks import METADATA

SIZE_CAP = 600_000
CODE_LINES = 15
# tags that make nbval look away, so each wants a reason in the cell's metadata
LOOK_AWAY = {"nbval-ignore-output", "nbval-skip", "raises-exception"}
NBVAL_COMMENT = re.compile(r"^\s*#\s*(NBVAL|PYTEST_VALIDATE)_\w+", re.MULTILINE)
ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}|/(?:home|root|tmp|Users)/|[A-Z]:\\\\Users|ipykernel_\d")
# the text/plain of an object that has nothing to say for itself
MUTE = re.compile(r"^\s*(<.*>)?\s*$", re.DOTALL)
IMAGE_LINK = re.compile(r"!\[\s*\]\(")
IMAGE_ELEMENT = re.compile(r"<img\b(?![^>]*\balt=\"[^\"]+\")", re.IGNORECASE)
SVG = re.compile(r"<svg\b")
# what is no prose: code, formulas, addresses, rows of dashes below a table's head
NO_PROSE = re.compile(r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$]*\$|\]\([^)]*\)", re.DOTALL)
HYPHEN_FOR_MINUS = re.compile(r"(?<![\w⟩>])-\s?[\d.]+")
SVG_SPEAKS = re.compile(r"<title\b|\baria-(?:label|labelledby|hidden)=")


def complaints(nb):
    """Every complaint of every rule about a notebook."""
    return [sentence for rule in RULES for sentence in rule(nb)]


def cells(nb, kind="code"):
    """(how to name it, cell) for every cell of a kind that is not empty."""
    return [(f"cell {i} ({c.get('id', 'no id')})", c) for i, c in enumerate(nb.cells, 1)
            if c.cell_type == kind and c.source.strip()]


def bundles(nb):
    """(how to name its cell, data) for every output with data."""
    return [(name, output.data) for name, cell in cells(nb)
            for output in cell.outputs if "data" in output]


def words_of(output):
    """The text of an output, without the bytes of its pictures."""
    data = {k: v for k, v in output.get("data", {}).items() if k not in ("image/png", "image/jpeg")}
    return json.dumps([data, output.get("text", ""), output.get("evalue", "")])


def tags(cell):
    return set(cell.metadata.get("tags", ()))


def has_the_kernel(nb):
    kept = {name: nb.metadata.get(name) for name in METADATA}
    if kept != METADATA:
        yield f"the notebook's kernel is not the course's, so JupyterLab would ask for one: {kept}"


def run_in_order(nb):
    counts = [cell.execution_count for _, cell in cells(nb)]
    if counts != list(range(1, len(counts) + 1)):
        yield f"execution counts are {counts}, not 1..{len(counts)}: run it from the top"


def no_error(nb):
    for name, cell in cells(nb):
        for output in cell.outputs:
            wanted = "raises-exception" in tags(cell)
            if output.output_type == "error" and not wanted:
                yield f"{name} stores an error: {output.ename}"
            if output.get("name") == "stderr":
                yield f"{name} stores stderr: {output.text[:60]!r}"


def no_address(nb):
    for name, cell in cells(nb):
        found = ADDRESS.search("\n".join(map(words_of, cell.outputs)))
        if found:
            yield f"{name} stores an address or path of one run: {found.group()}"


def no_trailing_semicolon(nb):
    for name, cell in cells(nb):
        if cell.source.rstrip().endswith(";"):
            yield f"{name} ends in ';', which hides an output that nbval then misses"


def no_widget_state(nb):
    if "widgets" in nb.metadata:
        yield "the notebook stores widget state"
    for name, data in bundles(nb):
        if any("widget" in kind for kind in data):
            yield f"{name} stores a widget view, which shows 'model not found' until it is run"


def pictures_speak(nb):
    for name, data in bundles(nb):
        if any(kind.startswith("image/") for kind in data) and MUTE.match(
                data.get("text/plain", "")):
            yield f"{name} stores a picture whose text/plain says nothing about it"
        drawn = data.get("text/html", "") + data.get("image/svg+xml", "")
        if SVG.search(drawn) and not SVG_SPEAKS.search(drawn):
            yield f"{name} stores an SVG with neither a title nor an aria-label"


def graphs_show_untrusted(nb):
    for name, data in bundles(nb):
        if "image/svg+xml" in data and "image/png" not in data:
            yield f"{name} stores an SVG without a PNG, which alone a notebook not trusted shows"


def pictures_tell_their_size(nb):
    for name, cell in cells(nb):
        for output in cell.outputs:
            for kind in output.get("data", {}):
                if kind.startswith("image/") and set(output.metadata.get(kind, {})) != {
                        "width", "height", "alt"}:
                    yield f"{name} stores an {kind} without its width, height and alt"


def images_have_alternatives(nb):
    pages = [(n, c.source) for n, c in cells(nb, "markdown")]
    pages += [(n, d.get("text/html", "") + d.get("text/markdown", "")) for n, d in bundles(nb)]
    for name, text in pages:
        if IMAGE_LINK.search(text) or IMAGE_ELEMENT.search(text):
            yield f"{name} shows an image without a text alternative"


def one_minus(nb):
    """Prose writes −1; what the library prints, -1, every program can read."""
    for name, text in [(n, c.source) for n, c in cells(nb, "markdown")]:
        for found in HYPHEN_FOR_MINUS.findall(NO_PROSE.sub("", text)):
            yield f"{name} writes {found!r} with a hyphen in its text, not with a minus (−)"


def not_too_big(nb):
    size = len(json.dumps(nb, indent=1, ensure_ascii=False).encode())
    if size > SIZE_CAP:
        yield f"the notebook has {size} bytes, more than {SIZE_CAP}"


def looking_away_has_a_reason(nb):
    for name, cell in cells(nb):
        away = tags(cell) & LOOK_AWAY
        if away and not str(cell.metadata.get("reason", "")).strip():
            yield f"{name} has the tag {sorted(away)[0]} and no reason in its metadata"
        if NBVAL_COMMENT.search(cell.source):
            yield f"{name} steers nbval by a comment; use a tag and give a reason"


def short_cells(nb):
    for name, cell in cells(nb):
        lines = len(cell.source.strip().splitlines())
        if lines > CODE_LINES:
            yield f"{name} has {lines} lines, more than {CODE_LINES}"


def no_prediction_in_text(nb):
    """`rl.predict` asks, so that the answer waits until the reader has committed."""
    for name, cell in cells(nb, "markdown"):
        if "**Predict" in cell.source:
            yield f"{name} asks for a prediction in its text, not by rl.predict"


RULES = (
    has_the_kernel, run_in_order, no_error, no_address, no_trailing_semicolon, no_widget_state,
    pictures_speak, graphs_show_untrusted, pictures_tell_their_size, images_have_alternatives,
    one_minus, not_too_big, looking_away_has_a_reason, short_cells, no_prediction_in_text,
)
