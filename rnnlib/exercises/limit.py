"""A call that is given up after some seconds, in any thread and on any system."""
import ctypes
import threading

# `finally` or a bare `except:` in the called function may have swallowed the first one
_AGAIN_SECONDS = 1


class TimeUp(BaseException):
    """The call has gone on for too long. No Exception, so that `except Exception` lets it by."""


def within(seconds, function, *args):
    """What function(*args) returns; TimeUp, raised where the function is then, if it takes longer.

    Python raises it between two of its own steps: a single call into C is waited for, and a loop
    around a bare `except:` swallows it for ever, as it does the kernel's interrupt. A function that
    returns in time runs at full speed, since a second thread watches the clock for it. Where no
    thread can be started, as in a browser's Python, nobody watches.
    """
    try:
        watch = _Watch(seconds)
    except RuntimeError:
        watch = None
    if watch is None:
        return function(*args)
    try:
        try:
            watch.armed = True
            return function(*args)
        finally:
            watch.end()
    except TimeUp:
        watch.end()  # it may have come at the first step of the other `end`
        raise


class _Watch:
    """A thread that raises TimeUp in the thread that made it, until it is told to end.

    Bare locks and no Event: TimeUp may come at any step of the watched thread, and those of
    `threading` written in Python would stay locked.
    """

    def __init__(self, seconds):
        self._watched = threading.get_ident()
        self.armed = self._over = False
        self._lock, self._wake = threading.Lock(), threading.Lock()
        self._wake.acquire()
        self._thread = threading.Thread(target=self._wait, args=(seconds,), daemon=True)
        self._thread.start()

    def _wait(self, seconds):
        while not self._wake.acquire(timeout=seconds):
            with self._lock:
                if self.armed and not self._over:
                    _raise_in(self._watched, TimeUp)
            seconds = _AGAIN_SECONDS

    def end(self):
        """From here on nothing is raised any more, not even what was on its way."""
        taken_back = False
        while not taken_back:
            try:
                with self._lock:
                    self._over = True
                    _raise_in(self._watched, None)
                taken_back = True
            except TimeUp:
                pass  # it came in the middle of this
        if self._wake.locked():
            self._wake.release()
        self._thread.join()


def _raise_in(thread, exception):
    """Have a thread raise an exception at its next step; None takes back one still on its way."""
    raised = ctypes.py_object(exception) if exception else None
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), raised)
