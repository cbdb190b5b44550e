"""How much memory a piece of work keeps when it is done again and again."""
import gc
import sys
import tracemalloc
import weakref
from statistics import median_low

from live_controls import live_widgets

# its name since Python 3.13, and before
CLEAR_CACHES = getattr(sys, "_clear_internal_caches", None) or sys._clear_type_cache


def grown(work, settle, more, rounds=4):
    """Bytes by which Python's memory grows for `more` times of work, after work(settle).

    What leaks grows in every round; a cache that is filled or an object that is renewed by
    chance grows in one. So the round in the middle (of the two, the smaller) counts, times
    their number. Python's own cache of methods is emptied before each look: it keeps up to 4096
    names, and matplotlib and traitlets make new strings of them at every call.
    """
    growth = []
    tracemalloc.start()
    try:
        work(settle)
        for _ in range(rounds):
            before = _held()
            work(more // rounds)
            growth.append(_held() - before)
    finally:
        tracemalloc.stop()
    return rounds * median_low(growth)


def kept_closed(make):
    """Bytes that a thing keeps which `make()` has made, once it is closed: a notebook's Out keeps
    every thing that a cell has shown."""
    kept = []

    def more(times):
        for _ in range(times):
            kept.append(make())
            kept[-1]._repr_mimebundle_()
            kept[-1].close()

    return grown(more, 1, 2, rounds=2) / 2


def _held():
    """Bytes that are traced once all rubbish is gone, and the names that Python has looked up."""
    CLEAR_CACHES()
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def left_behind(panel, times=4):
    """(widgets, panels and figures) still there after panels were made, used and closed.

    `panel()` makes a panel and uses it; one that it has closed has let its figure go.
    """
    seen = []

    def one():
        made = panel()
        seen.extend(map(weakref.ref, [made, *(film.figure for film in [made.live.film] if film)]))
        made.close()

    one()
    before = len(live_widgets())
    for _ in range(times):
        one()
    gc.collect()
    return len(live_widgets()) - before, sum(ref() is not None for ref in seen)
