"""Work that goes on between the messages of a kernel: an iterator, one step at a time.

A loop in a notebook's cell keeps the kernel to itself: a button that is pressed meanwhile is
heard after the loop, no other cell can be run. Here each step is a callback of the kernel's own
event loop, after which the loop attends to everything else, as it does when no cell runs.

Three things are not as they seem:

- What a button does may be called in another thread (JupyterLab 4.4 and later have the messages
  of widgets handled in a subshell). So a wish is only noted, and heeded by the thread of the
  loop, which alone touches the iterator.
- A kernel ignores interrupts outside of cells. So while work is under way, and only where
  nobody else listens, an interrupt stops it. A cell that runs gets its interrupts as always.
- A callback runs in the context of the cell that made it: what it writes goes to that cell's
  output, whichever cell runs next.
"""
import asyncio
import signal
import threading
import traceback
from contextvars import copy_context

# Turns of the event loop after each step. A message needs several from the socket to its
# handler: with 4 it waits for one step (with 0 for four), in ipykernel 6 and 7; a turn takes 3 µs.
TURNS = 12
# seconds between two looks of a cell that waits for the end
WAIT = 0.02
ENDED = ("stopped", "finished", "failed")
_DONE = object()
# works that run or pause in an event loop; whether interrupts were ignored before we listened
_under_way, _listening = set(), False


class Background:
    """An iterator whose steps are made while the kernel attends to other things.

        work = Background(steps, told=show)
        work.start(); work.pause(); work.resume(); work.stop()   # from any thread
        work.finish()                                            # all that is left, here and now
        await work.over()                                        # until it has ended

    steps     an iterator with a method `close()`, which is called when it is not run to its end
    told      called after every step and every change of `state`, by the thread of the steps
    expected  exceptions of a step that are no bugs: kept in `error`, and not raised

    state     "waiting", "running", "paused", or how it ended: "stopped", "finished", "failed"
    error     the exception of a failure. If it is not an expected one, its traceback is printed
              in the output of the cell that made this, and `finish` raises it.
    interrupted  whether the kernel's interrupt stopped it
    in_cell   whether `finish` is making the steps now, so that nothing else is heard
    awaited   whether a cell waits in `over` for the end

    Where no event loop runs, as in a script, nothing begins before `finish`.
    """

    def __init__(self, steps, told, expected=()):
        self._steps, self._told, self._expected = steps, told, expected
        self.state, self.error, self.interrupted, self.in_cell = "waiting", None, False, False
        self.awaited = False
        self._wish, self._at_work, self._scheduled = None, False, False
        self._lock = threading.Lock()  # of the wish
        self._thread, self._context = threading.get_ident(), copy_context()
        self._over = threading.Event()
        try:
            self._loop = asyncio.get_running_loop()
        except RuntimeError:
            self._loop = None

    ended = property(lambda self: self.state in ENDED, doc="Whether no step will follow.")

    # -- wishes, from any thread -------------------------------------------------------------
    def start(self):
        """Begin, if it has not begun."""
        if self._ahead() == "waiting" and self._loop:
            self._ask("running")

    def pause(self):
        """Make no further step for now."""
        if self._ahead() == "running":
            self._ask("paused")

    def resume(self):
        """Go on after a pause."""
        if self._ahead() == "paused":
            self._ask("running")

    def stop(self):
        """End it; the iterator is closed."""
        self._ask("stopped")

    def halt(self):
        """Make no further step and let go of everything; the iterator stays as it is."""
        if not self.ended:
            self.state = "stopped"
            self._told = _nothing
            self._leave()

    def finish(self):
        """Make all steps that are left, in the calling cell; an interrupt ends it as a stop."""
        if threading.get_ident() != self._thread and self._loop and not self.ended:
            self._ask("running")
            self._over.wait()
        elif not self.ended:
            self._run()
        self._raise_bug()

    async def over(self):
        """Wait for the end in a cell, while the loop goes on; an interrupt of the cell ends it.

        It begins if it has not begun, and goes on if it pauses: else the cell might wait for
        ever. A pause that is asked for meanwhile is waited through. What was made where no loop
        ran takes the one that waits.
        """
        if self._loop is None:
            self._loop, self._thread = asyncio.get_running_loop(), threading.get_ident()
        self.awaited = True
        self.start()
        self.resume()
        try:
            while not self.ended:
                await asyncio.sleep(WAIT)
        except asyncio.CancelledError:  # so the kernel interrupts a cell that awaits something
            self.interrupted = True
            self._ask("stopped")
        finally:
            self.awaited = False
        self._raise_bug()

    def _raise_bug(self):
        if self._is_bug():
            raise self.error

    def _is_bug(self):
        return self.error is not None and not isinstance(self.error, self._expected)

    def _ahead(self):
        """The state as it will be when what was wished for last has been heeded."""
        return self._wish or self.state

    def _ask(self, wish):
        with self._lock:
            if self._wish != "stopped":  # not taken back by what is pressed next
                self._wish = wish
        if self._loop is None or threading.get_ident() == self._thread:
            self._heed()
        else:
            self._loop.call_soon_threadsafe(self._heed, context=self._context)

    def _interrupt(self):
        """A wish from a signal's handler, which may stand anywhere in the loop's own code, and
        where the lock is held."""
        self.interrupted = True
        self._loop.call_soon_threadsafe(self._heed, context=self._context)

    # -- the thread of the loop --------------------------------------------------------------
    def _heed(self):
        """Do what was wished for, unless a step is being made: then it is done after that."""
        if self._at_work or self.ended:
            return
        with self._lock:
            wish, self._wish = self._wish, None
        if self.interrupted or wish == "stopped":
            self._end("stopped")
            return
        if wish in (None, self.state):
            return
        self.state = wish
        if wish == "running" and self._loop:
            _under_way.add(self)
            self._turn(0)
        self._told()

    def _turn(self, left=TURNS):
        """Have the next step made after so many turns of the loop."""
        if not self._scheduled:
            self._scheduled = True
            self._loop.call_soon(self._tick, left, context=self._context)

    def _tick(self, left):
        self._scheduled = False
        if self.state != "running":
            return
        if left:
            self._turn(left - 1)
            return
        _listen()
        self._step()
        if self.state == "running":
            self._turn()
        elif self._is_bug():
            traceback.print_exception(self.error)

    def _run(self):
        """All steps at once; a pause, from another thread, ends that."""
        self.in_cell = True
        try:
            with self._lock:
                self._wish = "stopped" if self._wish == "stopped" else None
            self.state = "running"
            self._told()
            self._heed()
            while self.state == "running":
                self._step()
        except KeyboardInterrupt:  # between two steps
            self._interrupted()
        except Exception as exception:  # what is told before the first step fails
            self._end("failed", exception)
        finally:
            self.in_cell = False

    def _interrupted(self):
        if not self.ended:
            self.interrupted = True
            self._end("stopped")

    def _step(self):
        self._at_work, ending, error = True, None, None
        try:
            if next(self._steps, _DONE) is _DONE:
                ending = "finished"
            else:
                self._told()
        except KeyboardInterrupt:
            ending, self.interrupted = "stopped", True
        except Exception as exception:
            ending, error = "failed", exception
        except BaseException as exception:  # the loop's; nobody may wait for ever after it
            self._at_work = False
            self._end("failed", exception)
            raise
        finally:
            self._at_work = False
        if ending:
            self._end(ending, error)
        else:
            self._heed()

    def _end(self, state, error=None):
        self.state, self.error = state, error
        try:
            self._steps.close()
        finally:
            self._leave()
            self._told()

    def _leave(self):
        _under_way.discard(self)
        self._over.set()
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(_let_go, self._loop)


def _nothing():
    """What is told of a work that was given up."""


# -- the kernel's interrupt ------------------------------------------------------------------
def _on_interrupt(_number, _frame):
    for work in list(_under_way):
        work._interrupt()


def _listen():
    """Hear of interrupts, where they are ignored: a kernel does so while no cell runs."""
    global _listening
    if (threading.current_thread() is threading.main_thread()
            and signal.getsignal(signal.SIGINT) is signal.SIG_IGN):
        signal.signal(signal.SIGINT, _on_interrupt)
        _listening = True


def _let_go(loop, delay=0.05):
    """Have interrupts ignored again. The kernel keeps our handler aside while a cell runs, and
    puts it back after that: then it is found later."""
    global _listening
    if _under_way or not _listening or threading.current_thread() is not threading.main_thread():
        return
    if signal.getsignal(signal.SIGINT) is _on_interrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _listening = False
    elif delay < 3600:
        loop.call_later(delay, _let_go, loop, 2 * delay)
