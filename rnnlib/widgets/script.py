"""The page's scripts on their way there."""
import re


def script(folder, *parts):
    """The text of a folder's scripts, one after the other, without their comments: what is said
    to whoever reads the files need not travel with every picture.

    Text and not a path: for a path anywidget ties every instance to a file watcher for good.
    """
    whole = "\n".join((folder / f"{part}.js").read_text(encoding="utf-8") for part in parts)
    return re.sub(r"^ *//.*\n| // .*$", "", whole, flags=re.MULTILINE)
