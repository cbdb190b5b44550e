"""Work between the messages of a kernel: its laws in plain Python, and in a real kernel."""
import asyncio
import gc
import random
import threading
import time
import weakref
from queue import Empty

import pytest
from jupyter_client import KernelManager

from rnnlib.widgets import background
from rnnlib.widgets.background import Background

pytestmark = pytest.mark.kernel


class Steps:
    """Counts its steps; `fails` is raised at the step of that number."""

    def __init__(self, last=5, fails=None):
        self.made, self.last, self.fails, self.closed, self.threads = 0, last, fails, 0, set()

    def __next__(self):
        self.threads.add(threading.get_ident())
        if self.made == self.last:
            raise StopIteration
        self.made += 1
        if self.fails and self.made in self.fails:
            raise self.fails[self.made]
        return self.made

    def close(self):
        self.closed += 1


def work_on(steps, expected=()):
    """(work, what it told: pairs (state, steps made))."""
    told = []
    work = Background(steps, lambda: told.append((work.state, steps.made)), expected)
    return work, told


async def until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        await asyncio.sleep(0)


# -- without an event loop -------------------------------------------------------------------
def test_without_a_loop_it_waits_and_finish_runs_it():
    steps = Steps()
    work, told = work_on(steps)
    work.start()
    assert (work.state, steps.made, told) == ("waiting", 0, [])
    work.finish()
    assert (work.state, steps.made, steps.closed) == ("finished", 5, 1)
    assert told == [("running", 0), *(("running", k) for k in range(1, 6)), ("finished", 5)]


def test_after_the_end_nothing_does_anything():
    steps = Steps()
    work, told = work_on(steps)
    work.stop()
    assert (work.state, steps.closed) == ("stopped", 1)
    for action in (work.start, work.pause, work.resume, work.stop, work.halt, work.finish):
        action()
    assert (work.state, steps.made, steps.closed) == ("stopped", 0, 1)
    assert told == [("stopped", 0)]


@pytest.mark.parametrize("where", ["step", "told"])
def test_an_interrupt_of_finish_ends_it_as_a_stop_does(where):
    steps = Steps(fails={3: KeyboardInterrupt()} if where == "step" else None)

    def told():
        if where == "told" and steps.made == 3 and work.state == "running":
            raise KeyboardInterrupt

    work = Background(steps, told)
    work.finish()
    assert (work.state, work.interrupted, steps.made, steps.closed) == ("stopped", True, 3, 1)


def test_a_bug_is_kept_and_raised_by_finish():
    steps = Steps(fails={2: ZeroDivisionError("a bug")})
    work, told = work_on(steps, FloatingPointError)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError, match="a bug"):
            work.finish()
    assert (work.state, steps.closed, told[-1]) == ("failed", 1, ("failed", 2))


def test_an_expected_failure_is_kept_and_not_raised():
    work, _ = work_on(Steps(fails={2: FloatingPointError("too large")}), FloatingPointError)
    work.finish()
    assert work.state == "failed"
    assert str(work.error) == "too large"


def test_what_is_wished_within_a_step_is_done_after_it():
    steps = Steps()

    def told():
        if steps.made == 2 and not work.ended:
            work.stop()
            assert not steps.closed

    work = Background(steps, told)
    work.finish()
    assert (work.state, steps.made, steps.closed) == ("stopped", 2, 1)


# -- in an event loop ------------------------------------------------------------------------
def test_in_a_loop_it_runs_by_itself_in_the_loops_thread():
    async def main():
        steps = Steps()
        work, told = work_on(steps)
        work.start()
        assert steps.made == 0
        await until(lambda: work.ended)
        assert (work.state, steps.made) == ("finished", 5)
        assert steps.threads == {threading.get_ident()}
        assert told[0] == ("running", 0)

    asyncio.run(main())


@pytest.mark.parametrize("from_a_thread", [False, True])
def test_pause_resume_and_stop_act_within_one_step(from_a_thread):
    def do(action):
        if from_a_thread:
            thread = threading.Thread(target=action)
            thread.start()
            thread.join()
        else:
            action()

    async def main():
        steps = Steps(10**9)
        work, _ = work_on(steps)
        work.start()
        await until(lambda: steps.made > 3)
        made = steps.made
        do(work.pause)
        await until(lambda: work.state == "paused")
        assert steps.made <= made + 1
        made = steps.made
        for _ in range(100):
            await asyncio.sleep(0)
        assert steps.made == made
        do(work.resume)
        await until(lambda: steps.made > made + 3)
        made = steps.made
        do(work.stop)
        await until(lambda: work.ended)
        assert (work.state, steps.closed) == ("stopped", 1)
        assert steps.made <= made + 1
        assert steps.threads == {threading.get_ident()}

    asyncio.run(main())


def test_a_stop_is_not_taken_back_by_what_is_pressed_next():
    async def main():
        work, _ = work_on(Steps(10**9))
        work.start()
        work.pause()
        thread = threading.Thread(target=lambda: (work.stop(), work.resume()))
        thread.start()
        thread.join()
        await until(lambda: work.ended)
        assert work.state == "stopped"

    asyncio.run(main())


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_pressed_in_whatever_order(seed):
    rng = random.Random(seed)

    def press(work):
        for _ in range(200):
            rng.choice([work.start, work.pause, work.resume])()
            if rng.random() < 0.05:
                time.sleep(0.001)

    async def main():
        steps = Steps(10**9)
        work, told = work_on(steps)
        hands = [threading.Thread(target=press, args=(work,)) for _ in range(3)]
        for hand in hands:
            hand.start()
        await until(lambda: not any(hand.is_alive() for hand in hands))
        work.resume()
        made = steps.made
        await until(lambda: steps.made > made)
        thread = threading.Thread(target=work.stop)
        thread.start()
        await until(lambda: work.ended)
        assert (work.state, steps.closed) == ("stopped", 1)
        assert steps.threads == {threading.get_ident()}
        assert told[-1] == ("stopped", steps.made)
        assert [made for _, made in told] == sorted(made for _, made in told)

    asyncio.run(main())


def test_two_works_take_turns():
    async def main():
        one, two = Steps(10**9), Steps(10**9)
        works = [work_on(steps)[0] for steps in (one, two)]
        for work in works:
            work.start()
        await until(lambda: one.made > 50)
        assert abs(one.made - two.made) <= 2
        for work in works:
            work.stop()

    asyncio.run(main())


def test_finish_takes_over_and_leaves_nothing_to_the_loop():
    async def main():
        steps = Steps(1000)
        work, told = work_on(steps)
        work.start()
        await until(lambda: steps.made > 3)
        work.finish()
        assert (work.state, steps.made, steps.closed) == ("finished", 1000, 1)
        before = len(told)
        for _ in range(50):
            await asyncio.sleep(0)
        assert len(told) == before

    asyncio.run(main())


def test_finish_in_another_thread_waits_for_the_loop():
    async def main():
        steps = Steps(200)
        work, _ = work_on(steps)
        thread = threading.Thread(target=work.finish)
        thread.start()
        await until(lambda: not thread.is_alive())
        assert (work.state, steps.made) == ("finished", 200)
        assert steps.threads == {threading.get_ident()}

    asyncio.run(main())


def test_a_cell_can_wait_for_the_end_while_the_loop_goes_on():
    async def main():
        steps = Steps(20)
        work, _ = work_on(steps)
        waiting = asyncio.create_task(work.over())
        await until(lambda: steps.made > 2)
        work.pause()
        await asyncio.sleep(0.05)
        assert not waiting.done()
        work.resume()
        await waiting
        assert (work.state, work.interrupted) == ("finished", False)

    asyncio.run(main())


def test_a_cell_that_waits_for_a_paused_work_has_it_go_on():
    async def main():
        steps = Steps(20)
        work, _ = work_on(steps)
        work.start()
        await until(lambda: steps.made > 2)
        work.pause()
        assert work.state == "paused"
        await asyncio.wait_for(work.over(), 10)
        assert (work.state, steps.made, work.awaited) == ("finished", 20, False)

    asyncio.run(main())


def test_a_work_made_where_no_loop_ran_takes_the_one_that_waits():
    # so IPython without a kernel runs a cell before one with `await`
    steps = Steps()
    work, _ = work_on(steps)
    work.start()
    asyncio.run(asyncio.wait_for(work.over(), 5))
    assert (work.state, steps.made) == ("finished", 5)


def test_what_only_the_loop_may_catch_ends_the_wait():
    async def main():
        work, _ = work_on(Steps(fails={2: asyncio.CancelledError()}))
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(work.over(), 5)
        assert work.state == "failed"

    asyncio.run(main())


def test_an_interrupt_of_the_cell_that_waits_ends_it():
    async def main():
        steps = Steps(10**9)
        work, _ = work_on(steps)
        waiting = asyncio.create_task(work.over())
        await until(lambda: steps.made > 2)
        waiting.cancel()
        await waiting
        assert (work.state, work.interrupted, steps.closed) == ("stopped", True, 1)

    asyncio.run(main())


def test_a_bug_is_raised_in_the_cell_that_waits(capsys):
    async def main():
        work, _ = work_on(Steps(fails={2: ZeroDivisionError("a bug")}))
        with pytest.raises(ZeroDivisionError, match="a bug"):
            await work.over()

    asyncio.run(main())
    assert "a bug" in capsys.readouterr().err


def test_a_bug_in_the_background_is_printed(capsys):
    async def main():
        work, _ = work_on(Steps(fails={2: ZeroDivisionError("a bug")}), FloatingPointError)
        work.start()
        await until(lambda: work.ended)
        assert work.state == "failed"
        with pytest.raises(ZeroDivisionError):
            work.finish()

    asyncio.run(main())
    assert "ZeroDivisionError: a bug" in capsys.readouterr().err


def test_a_halted_work_is_let_go():
    async def main():
        steps = Steps(10**9)
        work, told = work_on(steps)
        work.start()
        await until(lambda: steps.made > 3)
        work.halt()
        made, kept = len(told), weakref.ref(work)
        for _ in range(50):
            await asyncio.sleep(0)
        assert (len(told), steps.closed) == (made, 0)
        assert not background._under_way
        return kept, steps

    kept, _ = asyncio.run(main())
    gc.collect()
    assert kept() is None


# -- in a real kernel ------------------------------------------------------------------------
MAKE = """
import signal, threading, time, sys
from rnnlib.widgets.background import Background
class Steps:
    made, closed = 0, 0
    def __next__(self):
        time.sleep(0.02)
        self.made += 1
        if self.made % 10 == 1:
            print("from the work")
        if self.made == getattr(self, "fails", None):
            raise ZeroDivisionError("a bug")
    def close(self):
        self.closed += 1
"""
START = "steps = Steps(); work = Background(steps, lambda: None); work.start()"


class Kernel:
    """A kernel of this environment, and what it says."""

    def __init__(self):
        self.manager = KernelManager()
        self.manager.start_kernel()
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=300)
        self.said = {}

    def send(self, code):
        """Sends a cell, without waiting for it; its id."""
        # else the kernel refuses what comes soon after a cell that was interrupted
        return self.client.execute(code, stop_on_error=False)

    def reply(self, cell, seconds=120):
        """The status of the cell, when it has run: "ok", or the name of an exception."""
        while (message := self.client.get_shell_msg(timeout=seconds)) is not None:
            if message["parent_header"]["msg_id"] == cell:
                content = message["content"]
                return content.get("ename", content["status"])

    def run(self, code):
        """Runs a cell; what it printed, and the seconds from sending it to the answer."""
        start = time.perf_counter()
        cell = self.send(code)
        status = self.reply(cell)
        seconds = time.perf_counter() - start
        assert status == "ok", (status, self.heard().get(cell))
        return self.heard(until_idle=cell).get(cell, "").strip(), seconds

    def heard(self, until_idle=None, seconds=60):
        """{cell: everything it printed so far}."""
        while True:
            try:
                message = self.client.get_iopub_msg(timeout=seconds if until_idle else 0.2)
            except Empty:
                return self.said
            kind, cell = message["msg_type"], message["parent_header"].get("msg_id")
            if kind == "stream":
                self.said[cell] = self.said.get(cell, "") + message["content"]["text"]
            if kind == "status" and message["content"]["execution_state"] == "idle" \
                    and cell == until_idle:
                return self.said

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module")
def kernel():
    kernel = Kernel()
    kernel.run(MAKE)
    yield kernel
    kernel.close()


@pytest.fixture
def working(kernel):
    """A kernel in which a work is under way; the id of the cell that began it."""
    cell = kernel.send(START)
    assert kernel.reply(cell) == "ok"
    yield cell
    assert kernel.run("work.stop(); print(steps.closed)")[0] == "1"


def wait_for(kernel, code, wanted, seconds=60):
    end = time.monotonic() + seconds
    while (found := kernel.run(f"print({code})")[0]) != wanted:
        assert time.monotonic() < end, found
        time.sleep(0.02)


@pytest.mark.usefixtures("working")
def test_other_cells_run_meanwhile_and_soon(kernel):
    waited = sorted(kernel.run("print(1)")[1] for _ in range(11))
    # one step takes 20 ms
    assert waited[5] < 0.15, waited
    first = int(kernel.run("print(steps.made)")[0])
    wait_for(kernel, f"steps.made > {first + 3}", "True")


def test_each_prints_in_its_own_cell(kernel, working):
    others = {cell for cell in kernel.said if cell != working}
    wait_for(kernel, "steps.made > 25", "True")
    assert kernel.run("print('from a cell')")[0] == "from a cell"
    said = kernel.heard()
    assert set(said[working].split("\n")) == {"from the work", ""}
    new = [text for cell, text in said.items() if cell != working and cell not in others]
    assert len(new) > 2
    assert not any("work" in text for text in new)


@pytest.mark.usefixtures("working")
def test_the_interrupt_stops_it_where_no_cell_runs(kernel):
    wait_for(kernel, "steps.made > 3", "True")
    kernel.manager.interrupt_kernel()
    wait_for(kernel, "work.state, work.interrupted, steps.closed", "stopped True 1")
    # the kernel keeps aside what listens while no cell runs: interrupts are ignored again
    wait_for(kernel, "get_ipython().kernel.saved_sigint_handler is signal.SIG_IGN", "True")
    kernel.manager.interrupt_kernel()
    assert kernel.run("print(2)")[0] == "2"


def test_a_stop_from_a_cell_lets_go_of_the_interrupt_too(kernel, working):
    wait_for(kernel, "get_ipython().kernel.saved_sigint_handler.__name__", "_on_interrupt")
    kernel.run("work.stop()")
    wait_for(kernel, "get_ipython().kernel.saved_sigint_handler is signal.SIG_IGN", "True")


@pytest.mark.usefixtures("working")
def test_what_a_subshell_wishes_is_done_in_the_thread_of_the_loop(kernel):
    # JupyterLab has the messages of widgets handled in a subshell, another thread
    if kernel.run("import ipykernel; print(ipykernel.version_info[0] >= 7)")[0] != "True":
        pytest.skip("this ipykernel has no subshells")
    session, client = kernel.client.session, kernel.client
    client.control_channel.send(session.msg("create_subshell_request"))
    subshell = client.get_control_msg(timeout=5)["content"]["subshell_id"]
    code = "where = threading.get_ident(); work.pause()"
    message = session.msg("execute_request", {"code": code, "silent": True, "store_history": False,
                                              "user_expressions": {}, "allow_stdin": False,
                                              "stop_on_error": True})
    message["header"]["subshell_id"] = subshell
    client.shell_channel.send(message)
    assert kernel.reply(message["header"]["msg_id"]) == "ok"
    wait_for(kernel, "work.state, where == threading.get_ident()", "paused False")
    made = kernel.run("print(steps.made)")[0]
    time.sleep(0.2)
    assert kernel.run("print(steps.made)")[0] == made


@pytest.mark.usefixtures("working")
def test_the_interrupt_of_a_cell_leaves_it_alone(kernel):
    wait_for(kernel, "steps.made > 3", "True")
    cell = kernel.send("time.sleep(20)")
    time.sleep(0.5)
    kernel.manager.interrupt_kernel()
    assert kernel.reply(cell) == "KeyboardInterrupt"
    made = int(kernel.run("print(steps.made)")[0])
    wait_for(kernel, f"work.state, steps.made > {made} + 3", "running True")


def test_the_interrupt_of_a_cell_that_awaits_leaves_it_alone(kernel, working):
    cell = kernel.send("import asyncio; await asyncio.sleep(20)")
    time.sleep(0.5)
    kernel.manager.interrupt_kernel()
    assert kernel.reply(cell) in ("CancelledError", "KeyboardInterrupt")
    wait_for(kernel, "work.state", "running")


def test_the_interrupt_of_finish_keeps_what_it_had(kernel):
    cell = kernel.send(START + "; work.finish(); print(work.state, work.interrupted)")
    time.sleep(0.5)
    kernel.manager.interrupt_kernel()
    assert kernel.reply(cell) == "ok"
    assert "stopped True" in kernel.heard(until_idle=cell)[cell]


@pytest.mark.usefixtures("working")
def test_the_interrupt_of_a_cell_that_waits_for_it_stops_it(kernel):
    cell = kernel.send("await work.over(); print(work.state, work.interrupted)")
    time.sleep(0.5)
    kernel.manager.interrupt_kernel()
    assert kernel.reply(cell) == "ok"
    assert "stopped True" in kernel.heard(until_idle=cell)[cell]


@pytest.mark.usefixtures("working")
def test_a_paused_work_is_stopped_by_the_interrupt(kernel):
    wait_for(kernel, "steps.made > 3", "True")
    assert kernel.run("work.pause(); print(work.state)")[0] == "paused"
    kernel.manager.interrupt_kernel()
    wait_for(kernel, "work.state", "stopped")


def test_a_bug_in_the_background_shows_in_its_own_cell(kernel):
    cell = kernel.send("steps = Steps(); steps.fails = 3; "
                       "work = Background(steps, lambda: None); work.start()")
    assert kernel.reply(cell) == "ok"
    wait_for(kernel, "work.state", "failed")
    assert "ZeroDivisionError: a bug" in kernel.heard()[cell]
