"""A notebook's text and code as HTML: nbconvert's own, with formulas and links of the site."""
import posixpath
import re
from functools import cache

from jinja2 import pass_context
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments.formatters import HtmlFormatter

from tools.site.formulas import mathml

CODE_STYLE = {"light": "default", "dark": "github-dark"}


def address(link):
    """Where a link of the repository leads on the site; other hosts and marks stay."""
    path, mark, place = link.partition("#")
    if "://" in link or not path:
        return link
    name, end = posixpath.splitext(posixpath.basename(path))
    if end not in (".ipynb", ".svg"):
        raise ValueError(f"the site has no page for {link}: it can link to a notebook, to a "
                         "picture or to another host")
    return name + {".ipynb": ".html"}.get(end, end) + mark + place


def linked(html):
    """HTML whose links lead to the site's own pages."""
    return re.sub(r'(?<=href=")[^"]+', lambda found: address(found[0]), html)


class Renderer(IPythonRenderer):
    """Markdown to HTML with MathML for TeX and links that lead to the site's own pages."""

    def inline_math(self, body):
        return mathml(body)

    def block_math(self, body):
        # a span, since markdown puts it into a paragraph
        return f'<span class="formula wide">{mathml(body, "block")}</span>'

    def latex_environment(self, name, body):
        return self.block_math(f"\\begin{{{name}}}{body}\\end{{{name}}}")

    def heading(self, text, level, **_attributes):
        # the mark by which JupyterLab knows a heading
        mark = re.sub(r"<[^>]*>", "", text).replace(" ", "-")
        return f'<h{level} id="{mark}">{text}</h{level}>\n'

    def link(self, text, url, title=None):
        return super().link(text, address(url), title)

    def inline_html(self, html):
        return linked(html)

    def block_html(self, html):
        return linked(html) + "\n"

    def image(self, text, url, title=None):
        return super().image(text, address(url), title)


def html_of(markdown):
    """Markdown as HTML; a wide table scrolls in its own frame."""
    made = MarkdownWithMath(renderer=Renderer(escape=False, exclude_anchor_links=True))
    return re.sub("<table>.*?</table>", lambda found: frame("Table") + _headed(found[0]) + "</div>",
                  made.render(markdown), flags=re.S)


def _headed(table):
    """A table whose rows have names, too, where the head of their column is empty."""
    if "<th></th>" not in table:
        return table
    return re.sub(r"(<tr>\s*)<td>(.*?)</td>", r'\1<th scope="row">\2</th>', table).replace(
        "<th></th>", "<td></td>", 1)


def frame(name):
    """The beginning of a frame in which something wide scrolls, by keyboard too."""
    return f'<div class="wide" role="group" tabindex="0" aria-label="{name}">'


class Cells(HTMLExporter):
    """The cells of a notebook, without the page around them."""

    template_name = "basic"

    def __init__(self, **options):
        super().__init__(exclude_input_prompt=True, exclude_output_prompt=True, **options)

    @pass_context
    def markdown2html(self, context, source):
        return html_of(source)


@cache
def exporter():
    return Cells()  # one for all: it compiles its templates once


def cells(nb):
    """HTML of all cells."""
    return exporter().from_notebook_node(nb)[0]


def code_style():
    """The colours of code, light and dark."""
    light, dark = (HtmlFormatter(style=CODE_STYLE[theme]).get_style_defs(".highlight")
                   for theme in ("light", "dark"))
    return f"{light}\n@media screen and (prefers-color-scheme: dark) {{\n{dark}\n}}\n"
