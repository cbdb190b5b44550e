"""The lists' marks in the notebooks' cells, in the notebooks' standard form: `slideshow`.

The first cell of a slide is a "slide", a further one a "fragment"; what no lecture shows is
skipped.
"""
from tools.notebooks import all_notebooks, read, text_of
from tools.slides import lectures


def wanted(number):
    """{cell's id: its mark} of a notebook."""
    marks = {}
    for lecture in lectures.all_lectures().values():
        for slide in lecture.slides:
            if slide.notebook == number:
                for one in slide.cells:
                    mark = "slide" if one == slide.cells[0] else "fragment"
                    marks[one] = "slide" if "slide" in (mark, marks.get(one)) else mark
    return marks


def marked(path):
    """A notebook with its marks."""
    nb, marks = read(path), wanted(path.stem[:2])
    for cell in nb.cells:
        cell.metadata["slideshow"] = {"slide_type": marks.get(cell.id, "skip")}
    return nb


def write():
    """Writes the marks into all notebooks; gives the names of those that changed."""
    changed = []
    for path in all_notebooks():
        text = text_of(marked(path))
        if text != path.read_text("utf-8"):
            path.write_text(text, encoding="utf-8", newline="\n")
            changed.append(path.name)
    return changed
