"""What `rnnlib` offers, name by name, as a page of the site: the docstrings as they are written."""
import inspect
import re
from functools import cached_property
from html import escape
from types import SimpleNamespace

import rnnlib as rl

TITLE = "The library, name by name"
LINK = f'<p><a href="library.html">{TITLE}</a>: what each takes and gives.</p>'
MEMBERS = property, cached_property, classmethod, staticmethod


def names():
    """{public name: what it is}, each thing once, with what a room or a class holds after it."""
    top = {name: getattr(rl, name) for name in sorted(rl.__all__, key=str.lower)}
    found = {}
    for name, thing in top.items():
        for full, part in [(name, thing), *_of_a_room(name, thing)]:
            if full == name or part not in top.values():
                found |= {full: part, **_of_a_class(full, part)}
    return found


def _of_a_room(name, room):
    """(name, part) of the functions and classes that a room offers: its list, or its own alone."""
    listed = getattr(room, "__all__", None)
    for inner, part in vars(room).items() if inspect.ismodule(room) else ():
        own = inspect.isfunction(part) or inspect.isclass(part)
        if own and part.__module__.startswith(room.__name__) and (
                inner in listed if listed else not inner.startswith("_")):
            yield f"{name}.{inner}", part


def _of_a_class(name, kind):
    """{name: method or property} of a class, of its own alone."""
    return {f"{name}.{inner}": part for inner, part in vars(kind).items()
            if not inner.startswith("_") and part.__doc__
            and (inspect.isfunction(part) or isinstance(part, MEMBERS))
            } if inspect.isclass(kind) else {}


def page():
    """The page: `title` and `html`; nothing on it lives."""
    told = names()
    rooms = ", ".join(f'<a href="#{name}">{name}</a>' for name in told if "." not in name)
    entries = "\n".join(_entry(name, thing) for name, thing in told.items())
    return SimpleNamespace(title=TITLE, states={}, recordings={}, html=(
        f"<h1>{TITLE}</h1>\n<p>After <code>import rnnlib as rl</code>; in a notebook "
        f"<code>help(rl.Network)</code> says the same.</p>\n<p>{rooms}</p>\n{entries}"))


def _entry(name, thing):
    level = min(2 + name.count("."), 4)
    return (f'<h{level} id="{name}"><code>rl.{name}{escape(_signature(thing))}</code></h{level}>\n'
            f'<pre class="doc">{escape(inspect.getdoc(thing))}</pre>')


def _signature(thing):
    """What it is called with; nothing of what is not called."""
    try:
        told = str(inspect.signature(getattr(thing, "__func__", thing)))
        return re.sub(r"<built-in method (\w+) of .*? at 0x\w+>", r"\1", told)
    except (TypeError, ValueError):
        return ""
