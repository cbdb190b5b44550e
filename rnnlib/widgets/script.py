"""The page's scripts and styles on their way there."""
import re


def script(folder, *parts):
    """The text of a folder's scripts, one after the other, without their comments and most of
    their breaks: what helps whoever reads the files need not travel with every picture.

    Text and not a path: for a path anywidget ties every instance to a file watcher for good.
    """
    whole = "\n".join((folder / f"{part}.js").read_text(encoding="utf-8") for part in parts)
    bare = re.sub(r"^ *//.*\n| // .*$|^ +", "", whole, flags=re.MULTILINE)
    return re.sub(r"(?<=[{(,;])\n+|\n+(?=[})])", "", bare)


def style_sheet(file):
    """The same of a style sheet, none of whose texts has a bracket or a semicolon."""
    bare = re.sub(r"/\*.*?\*/", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"\s*([{};])\s*", r"\1", bare)
