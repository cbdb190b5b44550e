"""A class on one machine: a real JupyterHub whose students run notebook 04 and move a slider.

    python3 course.py bench hub
    .class/bin/python benchmarks/hub.py [--students N] [--seconds S] [--proxy FILE] [--json]

Every student has run all of 04, then sets a slider once a second and lets the sharp picture come,
as a hand that rests does. A picture has come when its message has; what the browser adds is not in
it (benchmarks/live_charts.py). The students come in one by one until the slowest twentieth waits
too long; they share the cores with the hub, and their own share is told. The hub is set up by
docs/class_hub.py, with as many users as there are students, without passwords, on loopback.

Memory is PSS: what processes share counts for each by its share. CPU is of the kernel alone where
nothing else is said. Exits with 1 if a figure is missed.
"""
import argparse
import asyncio
import os
import random
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

# first of all: it sets the threads before a kernel starts
from benchmarks.engine import Figure, told  # noqa: I001

import psutil
from tornado.httpclient import HTTPError

import course
from benchmarks._student import CORES, Student, ask, cpu, free_ports, megabytes
from tools import notebooks

ROOT = course.HERE
NOTEBOOK, CELL = "04_vanishing_and_exploding", "code-26"  # the cell whose slider is moved
KERNEL_MB, MOVING_MS, PICTURE_MS = 140, 25, 200
REST_SECONDS, EVERY_SECONDS = 0.1, 1.0  # live_figure.js: how soon the hand rests
START_SECONDS, STEP = 60, 3  # students who come in between two measurements
CONFIG = """
load_subconfig({class_hub!r})
c.JupyterHub.spawner_class, c.JupyterHub.authenticator_class = "simple", "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.bind_url = "http://127.0.0.1:{ports[0]}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{ports[1]}"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{ports[2]}"
c.ConfigurableHTTPProxy.command = {proxy!r}
c.SimpleLocalProcessSpawner.home_dir_template = "{folder}/{{username}}"
c.Spawner.environment.update({{"PYTHONPATH": {root!r}}})
c.Spawner.cmd = [{python!r}, "-m", "jupyterhub.singleuser"]
c.Spawner.args.extend({root_words!r})
c.JupyterHub.concurrent_spawn_limit = 0
c.JupyterHub.services = [{{"name": "bench", "api_token": {token!r}}}]
c.JupyterHub.load_roles = [{{"name": "bench", "services": ["bench"],
                            "scopes": ["admin:users", "admin:servers", "access:servers"]}}]
"""


# ---------------------------------------------------------------- the hub

class Hub:
    """A JupyterHub on loopback, everything it writes in `folder`."""

    def __init__(self, folder, proxy):
        self.token, ports = secrets.token_hex(16), free_ports(3)
        self.url = f"http://127.0.0.1:{ports[0]}"
        config = Path(folder) / "jupyterhub_config.py"
        config.write_text(CONFIG.format(
            class_hub=str(ROOT / "docs" / "class_hub.py"), ports=ports, proxy=proxy, folder=folder,
            root=str(ROOT), python=sys.executable, token=self.token,
            root_words=["--allow-root"] if course.is_root() else []))
        self._log = open(Path(folder) / "hub.log", "w+")  # noqa: SIM115 (until stop)
        self.process = psutil.Popen([sys.executable, "-m", "jupyterhub", "-f", config], cwd=folder,
                                    stdout=self._log, stderr=subprocess.STDOUT)

    async def started(self):
        """Wait until it answers."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            try:
                return await ask(f"{self.url}/hub/api/", self.token)
            except (OSError, HTTPError):  # the proxy answers before the hub
                await asyncio.sleep(0.2)
        self._log.seek(0)
        raise RuntimeError(f"the hub did not start:\n{self._log.read()[-3000:]}")

    async def student(self, name):
        """A student with a server and a kernel of their own."""
        user = f"{self.url}/hub/api/users/{name}"
        await ask(user, self.token, "POST")
        await ask(f"{user}/server", self.token, "POST")
        while not (await ask(user, self.token))["servers"].get("", {}).get("ready"):
            await asyncio.sleep(0.2)
        return await Student.begin(f"{self.url}/user/{name}/", self.token)

    def own(self):
        """The processes of the hub itself: it and the proxy."""
        return [self.process, *(child for child in self.process.children(recursive=True)
                                if "configurable-http-proxy" in " ".join(child.cmdline()))]

    def stop(self):
        """End it, with all servers and kernels."""
        if self.process.is_running():
            everybody = [self.process, *self.process.children(recursive=True)]
            self.process.terminate()
            for process in psutil.wait_procs(everybody, timeout=20)[1]:
                process.kill()
        self._log.close()


# ---------------------------------------------------------------- what students do

async def run_through(student, cells):
    """Run these cells; {cell id: explorer}."""
    found = {}
    for cell in cells:
        if explorer := await student.run(cell.id, cell.source):
            found[cell.id] = explorer
    return found


def to_and_fro(explorer):
    """Values of a slider one after another, without end: a walk of up to thirty steps and back."""
    values = explorer.values[-31:]
    way = [*values, *values[-2:0:-1]]
    begin = random.Random(explorer.slider).randrange(len(way))
    while True:
        yield from [*way[begin:], *way[:begin]]


async def moves(student, explorer, seconds):
    """The waiting times of a student who sets a slider once a second."""
    waited, end = [], time.monotonic() + seconds
    await asyncio.sleep(random.uniform(0, EVERY_SECONDS))
    for value in to_and_fro(explorer):
        if time.monotonic() > end:
            return waited
        if value == student.value:  # no picture would come
            continue
        due = time.monotonic() + EVERY_SECONDS
        waited.append(await student.move(explorer, value))
        await asyncio.sleep(REST_SECONDS)
        await student.rest(explorer)
        await asyncio.sleep(max(0, due - time.monotonic()))


# ---------------------------------------------------------------- figures

async def alone(student, explorer, presses):
    """One student's figures: memory, and what pictures cost."""
    kernel, server = megabytes(student.kernel), megabytes(student.server)
    yield Figure("one kernel alone after all of 04", f"{kernel:.0f} MB",
                 f"its single-user server {server:.0f} MB", kernel, "told", True)
    values = to_and_fro(explorer)
    await cost(student, [student.move(explorer, next(values)) for _ in range(60)])
    moving = await blocks(student, presses, lambda: [student.move(explorer, next(values))])
    yield Figure("a moving picture", *spoken(moving), min(moving), f"<= {MOVING_MS} ms",
                 min(moving) <= MOVING_MS)
    both = await blocks(student, presses, lambda: [student.move(explorer, next(values)),
                                                   student.rest(explorer)])
    yield Figure("a moving picture and the sharp one at rest", *spoken(both), min(both), "told",
                 True)


def spoken(blocks):
    """CPU-ms in words: the cheapest block, in which what else ran here counted least, and the
    middle one."""
    return (f"{min(blocks):.0f} CPU-ms",
            f"median {statistics.median(blocks):.0f}, load {os.getloadavg()[0]:.1f}")


async def blocks(student, presses, acts):
    """CPU-ms of the kernel for each press, in blocks of ten."""
    return [await cost(student, [act for _ in range(10) for act in acts()]) / 10
            for _ in range(-(-presses // 10))]


async def cost(student, acts):
    """CPU-ms of the kernel for these acts, one after another."""
    before = cpu(student.kernel)
    for act in acts:
        await act
    return (cpu(student.kernel) - before) * 1e3


async def lesson(hub, students, seconds):
    """All students move their sliders; their waiting times in ms, and the cores that kernels,
    servers, the hub with its proxy, and this program have used."""
    groups = {"kernels": [student.kernel for student in students],
              "servers": [student.server for student in students],
              "hub": hub.own(), "students": [psutil.Process()]}
    before = {name: sum(map(cpu, group)) for name, group in groups.items()}
    begun = time.monotonic()
    waited = await asyncio.gather(*(moves(student, student.explorer, seconds)
                                    for student in students))
    spent = time.monotonic() - begun
    used = {name: (sum(map(cpu, group)) - before[name]) / spent for name, group in groups.items()}
    return [1e3 * each for row in waited for each in row], used


async def growing(hub, students, come, options):
    """More and more students, until there are enough or too many; (number, median, p95)."""
    while True:
        waited, used = await lesson(hub, students, options.seconds)
        middle, slow = statistics.median(waited), statistics.quantiles(waited, n=20)[-1]
        print(f"{len(students):3} students: median {middle:4.0f} ms, p95 {slow:4.0f} ms of "
              f"{len(waited)} pictures; cores: "
              + ", ".join(f"{name} {share:.2f}" for name, share in used.items())
              + f"; load {os.getloadavg()[0]:.1f}", file=sys.stderr, flush=True)
        yield len(students), middle, slow
        if len(students) >= options.students or middle > options.until:
            return
        more = min(STEP, options.students - len(students))
        students += await asyncio.gather(*(come(len(students) + k) for k in range(more)))


async def figures(options):
    """All figures, one after another."""
    cells = [cell for _, cell in notebooks.code_cells(notebooks.read(
        ROOT / "notebooks" / f"{NOTEBOOK}.ipynb"))]

    async def come(number):
        student = await hub.student(f"student{number}")
        student.explorer = (await run_through(student, cells))[CELL]
        student.after = megabytes(student.kernel)
        return student

    with tempfile.TemporaryDirectory() as folder:
        hub = Hub(folder, options.proxy)
        try:
            await hub.started()
            students = [await come(0)]
            found = [figure async for figure in alone(students[0], students[0].explorer,
                                                      options.presses)]
            seen = [row async for row in growing(hub, students, come, options)]
            return [*found, *of_a_class(hub, students, seen)]
        finally:
            hub.stop()


def of_a_class(hub, students, seen):
    """What the class as a whole was measured for."""
    count, cores = len(students), f"{CORES} cores"
    after = sum(student.after for student in students) / count
    kernel = sum(megabytes(student.kernel) for student in students) / count
    server = sum(megabytes(student.server) for student in students) / count
    own = sum(map(megabytes, hub.own()))
    yield Figure(f"a kernel after all of 04, {count} students", f"{after:.0f} MB",
                 f"after its sliders {kernel:.0f} MB", after, f"<= {KERNEL_MB} MB",
                 after <= KERNEL_MB)
    yield Figure("a student", f"{kernel + server:.0f} MB",
                 f"of it the server {server:.0f}; hub and proxy {own:.0f} MB", kernel + server,
                 "told", True)
    for what, column in (("median", 1), ("95 of 100", 2)):
        carried = max((row[0] for row in seen if row[column] <= PICTURE_MS), default=0)
        yield Figure(f"students, {what} within {PICTURE_MS} ms", f"{carried} on {cores}",
                     f"of {count}", carried, "told", True)


def command_line():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--students", type=int, default=40, help="at most")
    parser.add_argument("--seconds", type=float, default=15, help="of every lesson")
    parser.add_argument("--until", type=float, default=1.5 * PICTURE_MS, help="median in ms")
    parser.add_argument("--presses", type=int, default=60, help="for what a picture costs")
    parser.add_argument("--proxy", default=str(Path(sys.executable).with_name(
        "configurable-http-proxy")), help="another configurable-http-proxy, such as node's")
    return parser


def main(words=None):
    """Measure, print; the exit status."""
    options = command_line().parse_args(words)
    return told(asyncio.run(figures(options)), options.json)


if __name__ == "__main__":
    sys.exit(main())
