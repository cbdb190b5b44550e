"""An endless loop in a student's function ends in a sentence, and leaves nothing behind."""
import gc
import threading
import time

import numpy as np
import pytest

import rnnlib as rl
from rnnlib.exercises import trial
from rnnlib.exercises.limit import TimeUp, within


def runs_for_ever(*given):
    while True:
        pass


def swallows_exceptions(*given):
    while True:
        try:
            np.linalg.norm(np.ones(3))
        except Exception:
            continue


ENDLESS = (runs_for_ever, swallows_exceptions)


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(trial, "SECONDS", 0.1)


@pytest.fixture(autouse=True)
def no_thread_is_left():
    before = threading.active_count()
    yield
    assert threading.active_count() == before


@pytest.mark.parametrize("function", ENDLESS)
def test_a_function_that_never_ends_is_told_its_own_line(function):
    def spectral_radius(W):
        return function()
    feedback = rl.check("spectral_radius", spectral_radius)
    assert feedback.state == "wrong"
    assert feedback.text.startswith("With n = 1, `spectral_radius` still runs after 0.1 s "
                                    "in line ")
    assert feedback.text.endswith(": does a loop never end?")


def test_where_no_thread_can_be_started_nobody_watches(monkeypatch):
    def start(_):
        raise RuntimeError("can't start new thread")  # as a browser's Python says it
    monkeypatch.setattr(threading.Thread, "start", start)
    assert within(0.01, lambda: sum(range(3))) == 3
    with pytest.raises(ZeroDivisionError) as found:
        within(0.01, lambda: 1 / 0)
    assert found.value.__context__ is None


def test_one_problem_is_enough():
    asked = []
    rl.check("forward", lambda *given: asked.append(1) or runs_for_ever())
    assert asked == [1]


def test_in_a_thread_of_its_own_too():
    said = []
    page = threading.Thread(target=lambda: said.append(rl.check("loss", runs_for_ever)))
    page.start()
    page.join(20)
    assert "still runs" in said[0].text


def test_what_ends_in_time_is_passed_on():
    assert within(5, divmod, 7, 2) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        within(5, divmod, 7, 0)
    with pytest.raises(KeyboardInterrupt):
        within(5, lambda: (_ for _ in ()).throw(KeyboardInterrupt))


def test_nothing_is_raised_after_the_end():
    """Calls that last about as long as they may: TimeUp comes from within or not at all."""
    def busy(seconds):
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            pass
        return "done"
    came = {"done": 0, "TimeUp": 0}
    for seconds in np.linspace(0, 0.04, 100):
        try:
            came[within(0.01, busy, seconds)] += 1
        except TimeUp:
            came["TimeUp"] += 1
        for _ in range(1000):
            pass
    assert sum(came.values()) == 100
    assert min(came.values()) > 0


def test_the_watch_takes_no_time_of_a_right_answer():
    def many_steps():
        n = 0
        for k in range(200_000):
            n += k
    def seconds(run):
        start = time.thread_time()
        run()
        return time.thread_time() - start
    gc.collect()
    # in turns, since the machine's pace changes with what else it does
    pairs = [(seconds(many_steps), seconds(lambda: within(5, many_steps))) for _ in range(15)]
    alone, watched = map(min, zip(*pairs, strict=True))
    assert watched < 1.3 * alone + 0.002
