"""The course as pages: whole, linked, in nobody's debt, and small."""
import base64
import gzip
import json
import re
from functools import cache
from types import SimpleNamespace
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup

from rnnlib import style
from rnnlib.widgets.markup import plain
from tools.notebooks import ROOT, SVG, all_notebooks, code_cells, read
from tools.site import live
from tools.site.__main__ import main, texts
from tools.site.formulas import mathml
from tools.site.graphs import classic, has_graph
from tools.site.page import CHECKED, KEEPS_NO_LIST, PROGRESS, STANDS_STILL
from tools.site.questions import asked_by
from tools.site.text import address, code_style, html_of

NOTEBOOKS = {path.stem: path for path in all_notebooks()}
PAGES = ["index", "library", *NOTEBOOKS]
# with what all pages share
INDEX_BYTES, PAGE_BYTES_PACKED = 100_000, 300_000
SHARED = "site.css", "site.js"
FORMULA = re.compile(r"\$\$.+?\$\$|\$[^$]+\$", re.DOTALL)
WATCHED = "Loss of a training", "Finished."
# what of markdown is no word of the text: code, targets of links, elements, numbers of a list
# (where an answer begins it is not read as markdown, and the number stays)
NO_WORDS = re.compile(r"```.*?```|<code>.*?</code>|`[^`]*`|\]\([^)]*\)|</?\w[^>]*>"
                      r"|(?<!</summary>\n)^\d+\. ", re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def page(site):
    """A function: name of a page -> the page, parsed."""
    @cache
    def parsed(name):
        return BeautifulSoup((site / f"{name}.html").read_text("utf-8"), "html.parser")

    return parsed


def addresses_of(element):
    """What an element loads or where it leads."""
    return [element[name] for name in ("href", "src") if element.has_attr(name)]


def classes(soup, name):
    return soup.find_all(class_=name)


def same_text(soup):
    return re.sub(r"\s+", " ", soup.get_text()).strip()


# ---------------------------------------------------------------- one page

@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere_on_the_site(site, page, name):
    own = [link.partition("#")[0] for element in page(name).find_all(True)
           for link in addresses_of(element) if not re.match(r"https?:|data:|#", link)]
    assert own
    assert [link for link in own if not (site / link).is_file()] == []
    assert all("/" not in link or link.startswith("pictures/") for link in own)


@pytest.mark.parametrize("name", PAGES)
def test_a_link_to_a_heading_finds_it(page, name):
    marks = [link.partition("#")[::2] for element in page(name).find_all("a")
             for link in addresses_of(element) if re.match(r"\d\d_\w+\.html#", link)]
    assert [(there, mark) for there, mark in marks
            if page(there.removesuffix(".html")).find(id=unquote(mark)) is None] == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_loaded_from_another_host(page, name):
    soup = page(name)
    loading = soup.find_all(["img", "script", "link", "iframe", "source"])
    assert [source for element in loading for source in addresses_of(element)
            if re.match(r"\w+:|//", source) and not source.startswith("data:")] == []
    assert soup.find("base") is None


def test_what_all_pages_share_asks_nobody(site):
    assert not re.search(r"@import|url\(", (site / "site.css").read_text("utf-8"))
    script = (site / "site.js").read_text("utf-8")
    assert set(re.findall(r"https?://[^\"'\s]+", script)) <= {
        "http://www.w3.org/1998/Math/MathML", "http://www.w3.org/2000/svg"}
    assert not re.search(r"\b(fetch|XMLHttpRequest|import)\b", re.sub(r"//.*", "", script))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_first_that_it_runs_no_script_but_its_own(page, name):
    _, policy, *others = page(name).head.find_all(True)
    assert policy["http-equiv"] == "Content-Security-Policy"
    assert "'unsafe" not in re.search("script-src([^;]*)", policy["content"])[1]
    assert "default-src 'none'" in policy["content"]
    scripts = page(name).find_all("script")
    assert [one for one in scripts if one.get("src") not in (None, "site.js") or not (
        one.has_attr("src") or one["type"] == "application/json")] == []
    assert [one for one in page(name).find_all(True) if any(
        attribute.startswith("on") for attribute in one.attrs)] == []


@pytest.mark.parametrize("name", PAGES)
def test_a_screen_reader_finds_its_way(page, name):
    soup = page(name)
    assert soup.html["lang"] == "en"
    assert len(soup.find_all("main")) == len(soup.main.find_all("h1")) == 1
    assert soup.title.get_text().startswith(soup.h1.get_text())
    assert all(image.get("alt") for image in soup.find_all("img"))
    ways = [nav["aria-label"] for nav in soup.find_all("nav")]
    assert len(ways) == len(set(ways)) == (0 if name == "index" else 2)


@pytest.mark.parametrize("name", PAGES)
def test_no_formula_is_left_as_tex(page, name):
    for cell in classes(page(name), "text_cell") or [page(name).main]:
        assert "$" not in cell.get_text()
    assert all(element.get_text(strip=True) for element in page(name).find_all("math"))


def test_sizes(site):
    def packed(name):
        return len(gzip.compress((site / name).read_bytes()))

    sizes = {name: sum(map(packed, (f"{name}.html", *SHARED))) for name in NOTEBOOKS}
    print(sizes)
    assert max(sizes.values()) <= PAGE_BYTES_PACKED
    assert sum((site / name).stat().st_size for name in ("index.html", *SHARED)) <= INDEX_BYTES


# ---------------------------------------------------------------- a page and its notebook

@pytest.fixture(params=NOTEBOOKS)
def both(request, page):
    """A notebook and its page."""
    return read(NOTEBOOKS[request.param]), page(request.param)


def test_the_text_of_every_cell_is_there(both):
    nb, soup = both
    shown = classes(soup, "cell")
    assert len(shown) == len(nb.cells)
    for cell, element in zip(nb.cells, shown):
        if cell.cell_type == "code":
            (code,) = classes(element, "input_area")
            assert code.get_text().strip("\n") == cell.source
        else:
            assert words_of(element) == re.findall(r"\w+", NO_WORDS.sub(" ", FORMULA.sub(
                " ", cell.source)))


def words_of(element):
    """The words of a text cell on its page, without code and formulas."""
    copied = BeautifulSoup(str(element), "html.parser")
    for other in copied.find_all(["math", "code"]):
        other.replace_with(" ")
    return re.findall(r"\w+", copied.get_text(" "))


def test_every_formula_became_an_element(both):
    nb, soup = both
    formulas = [formula for cell in nb.cells if cell.cell_type == "markdown"
                for formula in FORMULA.findall(cell.source)]
    elements = soup.find_all("math")
    assert len(elements) == len(formulas)
    assert [element["display"] for element in elements] == [
        "block" if formula.startswith("$$") else "inline" for formula in formulas]


def test_every_output_is_there(site, both):
    nb, soup = both
    for (_, cell), element in zip(code_cells(nb), classes(soup, "code_cell")):
        for output in cell.outputs:
            kinds = output.get("data", {}).keys()
            if cell.source != PROGRESS and not {"image/png", "image/svg+xml"} & kinds:
                html = output.get("data", {}).get("text/html")
                text = output.get("text") or output.data["text/plain"]
                wanted = same_text(BeautifulSoup(html, "html.parser")) if html else " ".join(
                    text.split())
                assert wanted in same_text(element)


def test_a_chart_stands_with_its_words_and_says_where_it_moves(site, both):
    nb, soup = both
    stored = [output.data for _, cell in code_cells(nb) for output in cell.outputs
              if "image/png" in output.get("data", {}) and SVG not in output.data]
    figures = soup.find_all("figure")
    assert len(figures) == len(stored)
    for data, figure in zip(stored, figures):
        image = figure.img
        assert (site / image["src"]).stat().st_size > 10_000
        assert image["alt"] == data["text/plain"].splitlines()[0]
        assert 200 < int(image["height"]) <= int(image["width"]) <= 1000
        assert STANDS_STILL in str(figure.figcaption)
        assert image["alt"] == data["text/plain"] or figure.pre.get_text() == data["text/plain"]
        assert not figure.find_all(["button", "input", "select"])


def test_every_explorer_is_recorded(site, both):
    nb, soup = both
    for (_, cell), element in zip(code_cells(nb), classes(soup, "code_cell")):
        for figure in element.find_all("figure"):
            (words,) = [output.data["text/plain"] for output in cell.outputs
                        if "image/png" in output.get("data", {})]
            # a training that was watched is no function of its controls
            assert figure.has_attr("data-recording") != words.startswith(WATCHED)
            if place := figure.get("data-recording"):
                script = (site / "recordings" / f"{place}.js").read_text("ascii")
                name, packed = re.fullmatch(r'recording\("(.+)", "(.+)"\);\n', script).groups()
                told = json.loads(gzip.decompress(base64.b64decode(packed)))
                assert name == place
                assert words.startswith(told["caption"])
                assert {theme for state in told["states"] for theme in state["svg"]} == {
                    "light", "dark"}


def test_no_recording_is_left_over(site, page):
    used = {figure["data-recording"] for name in NOTEBOOKS
            for figure in page(name).find_all(attrs={"data-recording": True})}
    assert {path.stem for path in (site / "recordings").iterdir()} == used


def test_an_answer_is_checked_elsewhere_and_the_page_says_so(both):
    nb, soup = both
    tagged = [any(tag.startswith("check:") for tag in cell.metadata.get("tags", ()))
              for _, cell in code_cells(nb)]
    assert [CHECKED in str(element) for element in classes(soup, "code_cell")] == tagged


def test_hints_and_solution_are_folded_below_a_check(both):
    for element in classes(both[1], "code_cell"):
        if CHECKED in str(element):
            *hints, solution = element("details")
            assert [step.summary.text for step in hints] == [f"Hint {k} of 3" for k in (1, 2, 3)]
            assert solution.summary.text == "Solution"
            assert solution.code.text.count("def ") > 0
            assert not element(open=True)


def states_of(soup, kind):
    """{place: state} of what lives on a page, of one kind."""
    places = [place["data-state"] for place in classes(soup, kind)]
    states = json.loads(soup.find(id="states").string) if places else {}
    return {place: states[place] for place in places}


def test_every_prediction_is_asked_and_its_answer_waits_out_of_sight(both):
    nb, soup = both
    asked = [one for _, cell in code_cells(nb) for one in asked_by(cell)]
    states = states_of(soup, "question")
    assert [(one.title, plain(one.question)) for one in asked] == [
        (state["title"], BeautifulSoup(state["question"], "html.parser").get_text())
        for state in states.values()]
    assert all(state["state"] == "asked" and not state["answer"] and state["withheld"]["said"]
               for state in states.values())
    for place in classes(soup, "question"):
        assert [child.name for child in place.children] == ["noscript"]


def test_a_page_keeps_no_list_and_says_so(both):
    nb, soup = both
    lists = [cell.source == PROGRESS for _, cell in code_cells(nb)]
    cells = classes(soup, "code_cell")
    assert [KEEPS_NO_LIST in str(element) for element in cells] == lists
    assert not any(element.table for element, kept in zip(cells, lists) if kept)


def test_every_graph_has_its_state_as_the_notebook_stored_it(both):
    nb, soup = both
    stored = [output.data for _, cell in code_cells(nb) if has_graph(cell)
              for output in cell.outputs]
    states = states_of(soup, "graph")
    assert len(states) == len(stored)
    for data, state in zip(stored, states.values()):
        steps = state["scene"]["steps"].get(state["by"], [])
        assert data["text/plain"].startswith(state["scene"]["description"])
        assert not steps or any(f"Now: {step['say']}. " in data["text/plain"] for step in steps)


# ---------------------------------------------------------------- the parts

@pytest.mark.parametrize(("link", "wanted"), [
    ("03_way.ipynb", "03_way.html"), ("notebooks/03_way.ipynb#two", "03_way.html#two"),
    ("docs/picture.svg", "picture.svg"), ("#two", "#two"),
    ("https://host/03_way.ipynb", "https://host/03_way.ipynb")])
def test_a_link_leads_to_the_page(link, wanted):
    assert address(link) == wanted


def test_pages_lead_to_a_jupyterlab_in_the_browser_if_there_is_one(tmp_path):
    made = SimpleNamespace(title="One", html="", states={}, recordings={})
    opens = {"index": "00_one", "library": "00_one", "00_one": "00_one", "01_two": "01_two"}
    for lab in (False, True):
        for path, text in texts(tmp_path, {"00_one.html": made, "01_two.html": made}, lab).items():
            links = BeautifulSoup(text, "html.parser").aside.find_all("a")
            assert [link["href"] for link in links] == (
                [f"live/lab/index.html?path={opens[path.stem]}.ipynb"] if lab else [])


def test_without_npm_no_jupyterlab_is_begun(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(live, "STAMP", tmp_path / "none")
    monkeypatch.setenv("PATH", "")
    assert main([str(tmp_path), "--live"]) == 1
    assert capsys.readouterr().err == f"tools.site: {live.NO_NPM}\n"
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("link", ["../README.md", "tests/solutions", "rnnlib/network.py"])
def test_a_link_that_would_lead_nowhere_stops_the_building(link):
    with pytest.raises(ValueError, match=f"no page for {link}"):
        address(link)


def test_a_command_that_is_no_formula_stops_the_building():
    with pytest.raises(ValueError, match=r"\\nosuch in the formula"):
        mathml(r"a + \nosuch")


def test_stretched_signs_are_left_to_the_style():
    made = mathml(r"\underbrace{a + b}_{c} = \begin{pmatrix} d & e \end{pmatrix} (f)", "block")
    soup = BeautifulSoup(made, "html.parser")
    assert [element.get_text() for element in classes(soup, ["brace", "round"])] == ["a+b", "de"]
    assert soup.get_text() == "a+bc=de(f)"
    assert soup.math["display"] == "block"


def test_a_function_stands_off_its_argument_unless_a_parenthesis_does():
    soup = BeautifulSoup(mathml(r"\log x + \ln \frac{1}{2} + \tanh(y)"), "html.parser")
    assert [element.get_text() for element in classes(soup, "word")] == ["log", "ln"]


@pytest.mark.parametrize("module", ["import x\nimport y\nexport default {};", "const x = 1;"])
def test_a_script_that_must_stay_a_module_stops_the_building(module):
    with pytest.raises(ValueError, match="import nothing and export one"):
        classic(module)


def test_code_is_read_in_all_its_colours():
    for theme, part in zip(style.BACKGROUND, code_style().split("@media"), strict=True):
        # w: spaces
        found = re.findall(r"\.highlight \.(?!w )\w+ \{[^}]*?(?<!-)color: (#\w+)", part)
        assert len(found) > 10
        for colour in found:
            assert style.contrast(colour, style.BACKGROUND[theme]) >= 4.5, (theme, colour)


def test_rows_below_an_empty_head_have_names():
    table = BeautifulSoup(html_of("| | a |\n|-|-|\n| b | *c* |\n"), "html.parser").table
    assert [cell.name for cell in table.find_all(["th", "td"])] == ["td", "th", "th", "td"]
    assert table.find("th", scope="row").text == "b"
    plain_table = BeautifulSoup(html_of("| x | a |\n|-|-|\n| b | c |\n"), "html.parser").table
    assert [cell.name for cell in plain_table.find_all(["th", "td"])] == ["th", "th", "td", "td"]


def test_the_pages_letters_are_as_large_as_the_reader_has_set():
    css = (ROOT / "tools/site/site.css").read_text("utf8").partition("@media print")[0]
    sizes = re.findall(r"font(?:-size)?: ([^;}/]+)", css)
    assert len(sizes) > 10
    assert [size for size in sizes if not re.search(r"r?em\b|vh|inherit", size)] == []
