"""Text is shown as text: what a reader passes or types makes no element, attribute or script."""
import ast
import json
import re
from xml.etree import ElementTree

import ipywidgets
import pytest
from bs4 import BeautifulSoup
from live_controls import live_widgets

import rnnlib as rl
from benchmarks import fuzz
from rnnlib.beliefs.classroom import collected
from rnnlib.beliefs.result import Result
from rnnlib.exercises.feedback import wrong
from rnnlib.graph.view import GraphView
from rnnlib.widgets.choices import Choices
from rnnlib.widgets.controls import TextField, WholeNumber
from rnnlib.widgets.recording import short
from tools.notebooks import ROOT
from tools.site import graphs

HOSTILE = {
    "element": "<img src=x onerror=hacked=1>", "script": "</script><script>hacked=1</script>",
    "title": "</title></svg></text><a href='javascript:hacked=1'>",
    "cdata": "]]><b onclick=hacked>",
    "comment": "--><!-- hacked --><b>", "double quotes": '" onload="hacked=1',
    "template": "${hacked=1}`",
    "single quotes": "' onload='hacked=1", "entity": "&lt;hacked&gt;&#60;b&#62;",
    "marks": "`<hacked>` ^{<b>} **<i>** `^{`}", "turned": "\u202e\u2066hacked\u200b\u200f",
    "control": "\x00\x08\x1b[31mhacked\r\x9f\ufffe", "half a letter": "hacked \ud83d"}
# arguments of public functions that hold texts of the reader's own, as they are or as keys
TEXTS = "labels", "forecasts", "losses", "baselines"
# what of a widget's traits the page takes for markup
MARKUP = {ipywidgets.HTML: ("value",), Choices: ("title", "question", "options", "answer"),
          GraphView: ("scene",)}
MARKS = {(tag,) for tag in ("code", "strong", "em", "sup")}
# the lines of the page's scripts that take text for markup: of markup that MARKUP asks about, of
# constants, of recorded pictures
TAKEN = {"stage.js": 2, "view.js": 1, "screen.js": 1, "choices.js": 5, "recorded.js": 1}


@pytest.fixture(params=HOSTILE)
def text(request):
    return HOSTILE[request.param]


def harmless(text):
    """A text as long as this one that is nothing but letters."""
    return re.sub(r"\S", "x", text)


def pieces(value):
    """All texts that are markup, in nested lists and dicts."""
    if isinstance(value, str):
        return [value] if "<" in value else []
    parts = value.values() if isinstance(value, dict) else value
    return [one for part in parts for one in pieces(part)] if isinstance(
        value, (dict, list, tuple)) else []


def markup_of(thing):
    """What of a thing that a cell shows is markup: of its output, of its widgets, recorded."""
    found = [thing._repr_html_()] if hasattr(thing, "_repr_html_") else []
    if hasattr(thing, "_repr_mimebundle_"):
        data, _ = thing._repr_mimebundle_()
        found += [data[kind] for kind in ("text/html", "image/svg+xml") if kind in data]
    found += [one for widget in live_widgets() for kind, traits in MARKUP.items() for name in traits
              if isinstance(widget, kind) for one in pieces(getattr(widget, name))]
    if hasattr(thing, "live"):
        thing.live.refresh()
        found.append(short(thing.live.film.svg()))
    return found


def shape(markup):
    """Its kinds of elements, each with the names of its attributes, as a browser finds them."""
    if markup.startswith("<svg"):
        ElementTree.fromstring(markup)
    return {(one.name, *one.attrs) for one in BeautifulSoup(markup, "html.parser").find_all(True)}


def demand_text(make, text):
    """What is made with a text has the elements of the same with letters in its place."""
    shapes = []
    for words in (text, harmless(text)):
        try:
            shapes.append([*map(shape, markup_of(make(words)))])
        finally:
            ipywidgets.Widget.close_all()
    assert shapes[0] == shapes[1]
    return shapes[0]


def with_text(value, text):
    """A right value with the text in its first text's place."""
    if isinstance(value, dict):
        first, *others = value
        return {text: value[first], **{name: value[name] for name in others}}
    return [text, *value[1:]]


TAKERS = {(name, argument): (function, right) for name, (function, right) in fuzz.calls().items()
          for argument in TEXTS if argument in right and name in rl._ROOMS}


@pytest.mark.parametrize("taker", TAKERS, ids=" ".join)
def test_texts_that_are_passed_are_text(taker):
    (function, right), argument = TAKERS[taker], taker[1]
    assert demand_text(lambda words: function(
        **{**right, argument: with_text(right[argument], words)}), " ".join(HOSTILE.values()))


def test_an_answer_is_told_as_text_with_the_marks_of_the_course(text):
    assert shape(wrong(text)._repr_html_()) - MARKS == {("div", "role", "style")}


def test_a_question_is_text_with_the_marks_of_the_course(text, kept):
    opens = {"right": 0, "said": text, "why": text, "then": text}
    kept(Choices(text, [text], title=text, answered=lambda _: opens)).commit(0)
    assert {one for markup in markup_of(None) for one in shape(markup)} <= MARKS


def test_a_file_may_have_any_name(tmp_path, text, kept):
    name = re.sub("[/\0]|\ud83d", "", text)
    made = Result("0" * 8).text()
    (tmp_path / f"beliefs-{name}.json").write_text(made, "utf-8")
    panel = kept(rl.what_do_you_believe("before", folder=tmp_path))
    assert shape(panel.line.value) == {("p", "role")}
    assert "hacked" in BeautifulSoup(panel.line.value, "html.parser").get_text()
    (tmp_path / f"{name}.json").write_text("{}", "utf-8")
    assert not re.search("[\0-\x1f]", collected(tmp_path)[1][0])


def refused(text):
    if text:
        raise ValueError(f"not {text}")
    return text


@pytest.mark.parametrize("make", [lambda: WholeNumber("a", "b", 0, 9, 1),
                                  lambda: TextField("a", "b", refused, "")])
def test_what_is_typed_is_text(make, text, kept):
    field = kept(make())
    before = field.value
    field.field.value = text
    assert field.value == before
    assert field.complaint.value
    assert type(field.complaint) is ipywidgets.Label


def test_a_page_holds_states_that_end_nothing(text):
    made = graphs.as_script({text: [text]})
    assert "<" not in made
    assert json.loads(made) == {text: [text]}


# ---------------------------------------------------------------- what would make more of text

MADE_OF_TEXT = re.compile(r"\beval\(|new Function|insertAdjacentHTML|outerHTML =|document\.write|"
                          r"set(Timeout|Interval)\([\"'`]|XMLHttpRequest|\bfetch\(")


def test_scripts_take_little_text_for_markup_and_none_for_a_program():
    taken = {}
    for path in [*ROOT.glob("rnnlib/**/*.js"), *ROOT.glob("tools/**/*.js")]:
        script = path.read_text("utf-8")
        assert not MADE_OF_TEXT.search(script), path
        if count := len(re.findall("innerHTML", script)):
            taken[path.name] = count
    assert taken == TAKEN


def calls(path):
    """(name, {keyword: source}) of the calls of a file, and of its imports without the latter."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), {one.arg: ast.unparse(one.value) for one in node.keywords}
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from ((one.name, {}) for one in node.names)
            yield getattr(node, "module", None), {}


def test_no_program_of_ours_evaluates_text():
    """What runs text is a constant, in the kernel of a notebook (tools/site/kernel)."""
    evaluated = re.compile(r"(builtins\.)?(eval|exec|compile|__import__)|os\.(system|popen)|pickle|"
                           r"cPickle|dill|joblib|marshal|shelve|(np|numpy)\.load")
    bad = [(path.name, name) for part in ("rnnlib", "tools") for path in (ROOT / part).rglob("*.py")
           for name, keywords in calls(path) if evaluated.fullmatch(name or "")
           or keywords.get("allow_pickle", "False") != "False"
           or keywords.get("shell", "False") != "False"]
    assert bad == []
