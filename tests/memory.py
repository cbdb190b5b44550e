"""How much memory a piece of work keeps when it is done again and again."""
import gc
import tracemalloc
import weakref
from statistics import median_low

from live_controls import live_widgets


def grown(work, settle, more, rounds=4):
    """Bytes by which Python's memory grows for `more` times of work, after work(settle).

    What leaks grows in every round; a cache that is filled or an object that is renewed by
    chance grows in one. So the round in the middle (of the two, the smaller) counts, times
    their number.
    """
    growth = []
    tracemalloc.start()
    try:
        work(settle)
        gc.collect()
        for _ in range(rounds):
            before = tracemalloc.get_traced_memory()[0]
            work(more // rounds)
            gc.collect()
            growth.append(tracemalloc.get_traced_memory()[0] - before)
    finally:
        tracemalloc.stop()
    return rounds * median_low(growth)


def left_behind(panel, times=4):
    """(widgets, panels and figures) still there after panels were made, used and closed.

    `panel()` makes a panel and uses it.
    """
    seen = []

    def one():
        made = panel()
        seen.extend([weakref.ref(made), weakref.ref(made.live.film.figure)])
        made.close()

    one()
    before = len(live_widgets())
    for _ in range(times):
        one()
    gc.collect()
    return len(live_widgets()) - before, sum(ref() is not None for ref in seen)
