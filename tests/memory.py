"""How much memory a piece of work keeps when it is done again and again."""
import gc
import tracemalloc


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
