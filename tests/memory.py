"""How much memory a piece of work keeps when it is done again and again."""
import gc
import tracemalloc
import weakref

from live_controls import live_widgets


def grown(work, settle, more):
    """Bytes by which Python's memory grows during `work(more)`, after a first `work(settle)`."""
    tracemalloc.start()
    try:
        work(settle)
        gc.collect()
        settled = tracemalloc.get_traced_memory()[0]
        work(more)
        gc.collect()
        return tracemalloc.get_traced_memory()[0] - settled
    finally:
        tracemalloc.stop()


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
