"""A real JupyterLab in a real Chromium, for tests that do what a person would do.

    lab = Lab(folder)                        one server on loopback, with settings of its own
    with chromium() as browser:              one browser, of tools/browser.py
        nb = Notebook(browser, lab, "x.ipynb")
        nb.run_all()
        nb.demand_quiet()                    no error output, console error, outgoing request
        nb.use_every_control()               by mouse and by keyboard; the picture must change
            nb.close()
"""
import contextlib
import functools
import json
import os
import re
import secrets
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, urlsplit

import hands
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import TimeoutError, expect

import course
from tools.notebooks import WIDGET_VIEW, prepare, text_of

OUTPUT = course.HERE / "test-output"
LOOPBACK = {"127.0.0.1", "localhost"}
# how long what must come may take: no promise of speed, so that a busy machine fails nothing
START_SECONDS, RUN_SECONDS, ACT_SECONDS = 300, 600, 60
expect.set_options(timeout=ACT_SECONDS * 1000)


# ---------------------------------------------------------------- the server

class Lab:
    """A JupyterLab server on a random loopback port, showing `folder`; `stop()` ends it.

    idle   windows with this JupyterLab and no notebook: to load one takes ten seconds of a core
    """

    program, app, page = "jupyterlab", "LabApp", "lab/tree"

    def __init__(self, folder, settings):
        self.idle = []
        self.folder, self.token = Path(folder), secrets.token_hex(16)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = open(Path(settings) / "jupyterlab.log", "w+")  # noqa: SIM115 (until stop)
        self.process = subprocess.Popen(
            [sys.executable, "-m", self.program, *self._options()], cwd=self.folder,
            env=own_settings(Path(settings)), stdout=self._log, stderr=subprocess.STDOUT)
        self._wait()

    def _options(self):
        return ["--no-browser", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={self.port}",
                "--ServerApp.port_retries=0", f"--IdentityProvider.token={self.token}",
                f"--ServerApp.root_dir={self.folder}", f"--{self.app}.expose_app_in_browser=True",
                "--LabApp.extension_manager=readonly",
                *(["--allow-root"] if course.is_root() else [])]

    def _wait(self):
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            with contextlib.suppress(OSError):
                self.ask("status")
                return
            time.sleep(0.1)
        self._log.seek(0)
        said = self._log.read()[-3000:]
        self.stop()
        raise RuntimeError(f"{self.program} did not start within {START_SECONDS} s:\n{said}")

    def ask(self, what, method="GET"):
        """The answer of the server's own interface at /api/..., from JSON."""
        request = urllib.request.Request(f"{self.url}/api/{what}", method=method, headers={
            "Authorization": f"token {self.token}"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read() or "null")

    def end_kernels(self):
        """Ends every kernel."""
        for session in self.ask("sessions"):
            self.ask(f"sessions/{session['id']}", method="DELETE")

    def stop(self):
        """Ends the server and its kernels."""
        for window in self.idle:
            window.close()
        self.process.terminate()
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._log.close()


def own_settings(folder):
    """This environment with Jupyter's settings in a folder of their own.

    Every cell is drawn at once (else cells out of sight have no output to look at), and the
    question about news is off (it covers the page, and asks a host)."""
    names = ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")
    env = dict(os.environ, IPYTHONDIR=str(folder / "ipython"), JUPYTER_PLATFORM_DIRS="0",
               **{f"JUPYTER_{name}": str(folder / name.lower()) for name in names},
               **{f"JUPYTERLAB_{name}_DIR": str(folder / name.lower())
                  for name in ("SETTINGS", "WORKSPACES")})
    lab = folder / "config_dir" / "labconfig"
    lab.mkdir(parents=True, exist_ok=True)
    (lab / "page_config.json").write_text(json.dumps(
        {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}))
    (lab / "default_setting_overrides.json").write_text(json.dumps({
        "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
        "@jupyterlab/docmanager-extension:plugin": {"autosave": False}}))
    return env


# ---------------------------------------------------------------- a page

# anywidget gives a model two seconds, which a page on a busy machine may not get a turn in
PATIENT = """(() => {
  const { timeout } = AbortSignal;
  AbortSignal.timeout = (ms) => timeout.call(AbortSignal, 30 * ms);
})()"""


class Page:
    """A browser page that keeps what must not happen: `console_errors` and `outgoing`."""

    def __init__(self, browser, width=1280, height=900, device_scale_factor=1):
        self.console_errors, self.outgoing = [], []
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, device_scale_factor=device_scale_factor,
            service_workers="block", reduced_motion="reduce")
        self.context.route(leaves_this_machine, self._refuse)
        self.context.set_default_timeout(ACT_SECONDS * 1000)
        self.context.add_init_script(PATIENT)
        self.page = self.context.new_page()
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda e: self.console_errors.append(f"uncaught: {e}"))
        self.page.on("websocket", self._watch_socket)

    def _refuse(self, route):
        self.outgoing.append(route.request.url)
        route.abort()

    def _watch_socket(self, socket_):
        if leaves_this_machine(socket_.url):
            self.outgoing.append(socket_.url)

    def _listen(self, message):
        if message.type == "error":
            self.console_errors.append(message.text)

    @property
    def quiet(self):
        return not (self.console_errors or self.outgoing)

    def close(self):
        self.context.close()


def picture(name, what):
    """A page or a part of it as a PNG in test-output/; gives its path."""
    OUTPUT.mkdir(exist_ok=True)
    path = OUTPUT / f"{name}.png"
    what.screenshot(path=path, animations="disabled")
    return path


def leaves_this_machine(url):
    """Whether a request for this address would go to another host."""
    parts = urlsplit(url)
    return parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in LOOPBACK


def demand(measure, right, seconds=ACT_SECONDS):
    """Waits until what is measured is right, and fails with the last of it: a page may still lay
    itself out, scroll, or wait for its kernel."""
    end = time.monotonic() + seconds
    while not right(found := measure()) and time.monotonic() < end:
        time.sleep(0.05)
    assert right(found), found


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and tells nobody."""

    def log_message(self, *_):
        """Says nothing."""


@contextlib.contextmanager
def serving(folder):
    """The address of a server that has nothing but the files of a folder."""
    handler = functools.partial(Quiet, directory=folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


# ---------------------------------------------------------------- a notebook

CURRENT = "window.jupyterapp?.shell.currentWidget"
KERNEL_CALLS = f"""() => {{
  const kernel = {CURRENT}.sessionContext.session.kernel;
  if (kernel.calls === undefined) {{
    kernel.calls = 0;
    kernel.statusChanged.connect((_, status) => {{ kernel.calls += status === 'busy'; }});
  }}
  return kernel.calls;
}}"""
CELLS = f"""() => {CURRENT}.content.widgets.map(w => ({{
  kind: w.model.type, source: w.model.sharedModel.getSource(),
  count: w.model.executionCount ?? null,
  outputs: w.model.outputs ? w.model.outputs.toJSON() : []}}))"""
ASK = f"""async code => {{
  const kernel = {CURRENT}.sessionContext.session.kernel;
  const future = kernel.requestExecute({{ code, store_history: false }});
  let said = '';
  future.onIOPub = message => {{ said += message.content.text ?? message.content.evalue ?? ''; }};
  await future.done;
  return said.trim();
}}"""
READY = f"""() => {CURRENT}?.content?.widgets
  && {CURRENT}.sessionContext?.session?.kernel?.status === 'idle'"""
OPEN = "path => { window.jupyterapp.commands.execute('docmanager:open', { path }); }"
OPENED = f"path => {CURRENT}?.context?.path === path && ({READY})()"
# Closes what is open; whether that leaves a window as good as new.
LEAVE = f"""() => {{
  const {{ context }} = {CURRENT};
  if (!context.sessionContext.session || document.querySelector('.jp-Dialog')) return false;
  context.model.dirty = false; // else it would ask
  {CURRENT}.close();
  return true;
}}"""
RUN_CELL = f"""async index => {{
  const {{ content }} = {CURRENT};
  content.activeCellIndex = index;
  await window.jupyterapp.commands.execute('notebook:run-cell');
}}"""
RUN = f"""async () => {{
  const panel = {CURRENT};
  await panel.content.model.ready;
  await window.jupyterapp.commands.execute('notebook:run-all-cells');
}}"""


@dataclass
class Cell:
    """A cell as JupyterLab has it: number from 0, kind, source, execution count, outputs."""

    index: int
    kind: str
    source: str
    count: int
    outputs: list

    @property
    def errors(self):
        return [f"{o['ename']}: {o['evalue']}" for o in self.outputs
                if o["output_type"] == "error"]


class Notebook:
    """A notebook open in JupyterLab, with a kernel of its own.

    It opens in an idle window of `lab` if there is one; with `anew`, or a size of its own, in a
    window that is loaded for it and closed with it.
    """

    def __init__(self, browser, lab, path, *, anew=False, **size):
        self.lab, self.name, self._own = lab, Path(path).stem, anew or bool(size)
        loaded = lab.idle.pop() if lab.idle and not self._own else None
        self.window = loaded or Page(browser, **size)
        self.page, self.context = self.window.page, self.window.context
        self.console_errors, self.outgoing = self.window.console_errors, self.window.outgoing
        if loaded:
            self.page.evaluate(OPEN, str(path))
        else:
            self.page.goto(f"{lab.url}/{lab.page}/{quote(str(path))}?reset&token={lab.token}",
                           timeout=START_SECONDS * 1000)
            self.page.add_style_tag(content=hands.CLEAR + hands.ALONE)
        try:
            self.page.wait_for_function(OPENED, arg=str(path), timeout=START_SECONDS * 1000)
        except TimeoutError as error:
            shot = picture("unopened", self.page)
            self.window.close()
            raise AssertionError(f"{path} did not open; see {shot}") from error
        if loaded:  # of closing the notebook before; its debugger complains late
            self.console_errors.clear()

    @classmethod
    def of(cls, browser, lab, name, *sources):
        """A new notebook of these code cells, open and run."""
        nb = new_notebook(cells=[new_code_cell(source) for source in sources])
        (lab.folder / f"{name}.ipynb").write_text(text_of(prepare(nb)), encoding="utf-8")
        notebook = cls(browser, lab, f"{name}.ipynb")
        notebook.run_all()
        return notebook

    # ---- running

    def run_all(self, seconds=RUN_SECONDS):
        """Runs all cells and waits until each has its count and every widget is drawn."""
        self.page.set_default_timeout(seconds * 1000)
        self.page.evaluate(RUN)
        self.page.wait_for_function(READY)
        self.page.wait_for_function("() => !document.body.innerText.includes('Loading widget')")
        unrun = [c.index for c in self.code_cells() if c.count is None]
        if unrun and not self.errors():
            raise AssertionError(f"cells {unrun} of {self.name} have not run")
        self.page.set_default_timeout(ACT_SECONDS * 1000)

    def run_cell(self, index):
        """Runs one cell as the reader does, and waits for its answer."""
        self.page.evaluate(RUN_CELL, index)

    def cells(self):
        """All cells as they are now."""
        return [Cell(i, **cell) for i, cell in enumerate(self.page.evaluate(CELLS))]

    def code_cells(self):
        return [c for c in self.cells() if c.kind == "code" and c.source.strip()]

    def errors(self):
        """What went wrong in cells: error outputs, stderr, widgets that could not be drawn."""
        found = [f"cell {c.index}: {e}" for c in self.cells() for e in c.errors]
        found += [f"cell {c.index}: stderr: {o['text']}" for c in self.cells()
                  for o in c.outputs if o.get("name") == "stderr"]
        broken = self.page.get_by_text(
            re.compile("Error displaying widget|model not found|Error creating widget"))
        return found + [f"widget: {text}" for text in broken.all_inner_texts()]

    def demand_quiet(self):
        """Fails on any error in a cell, console error or request that would leave the machine."""
        found = {"errors": self.errors(), "console errors": self.console_errors,
                 "outgoing requests": self.outgoing}
        assert not any(found.values()), f"{self.name}: {found}"

    def python(self, code):
        """What the kernel prints for this code, as a cell that is not there."""
        return self.page.evaluate(ASK, code)

    def demand_python(self, code, wanted):
        """Waits until Python prints what is wanted: while one message is under way, the front end
        keeps the next one back, and so a question asked at once may overtake it."""
        demand(lambda: self.python(code), lambda said: said == wanted)

    def held(self):
        """Bytes that the page holds without its rubbish: objects, nodes, arrays."""
        session = self.context.new_cdp_session(self.page)
        for _ in range(2):
            session.send("HeapProfiler.collectGarbage")
        usage = session.send("Runtime.getHeapUsage")
        session.detach()
        return sum(usage[kind] for kind in ("usedSize", "embedderHeapUsedSize",
                                            "backingStorageSize"))

    def stop_kernel(self):
        """Ends the kernel and keeps the page, as a reader of a page without a kernel has it."""
        self.page.evaluate(f"async () => {{ await {CURRENT}.sessionContext.shutdown(); }}")
        self.page.wait_for_function(f"() => !{CURRENT}.sessionContext.session?.kernel")

    def close(self):
        """Closes the notebook without saving and ends all kernels; nothing the second time."""
        if self.window is not None:
            self.leave()
            self.lab.end_kernels()

    def leave(self):
        """Closes the notebook without saving; its kernel goes on."""
        window, self.window = self.window, None
        if not self._own and window.quiet and self.page.evaluate(LEAVE):
            self.page.mouse.move(2, 2)
            self.lab.idle.append(window)
        else:
            window.close()

    # ---- looking

    def theme(self, name):
        """Switches to the "light" or "dark" theme."""
        wanted = f"JupyterLab {name.capitalize()}"
        self.page.evaluate("""theme => window.jupyterapp.commands.execute(
            'apputils:change-theme', {theme})""", wanted)
        self.page.wait_for_selector(f"body[data-jp-theme-name='{wanted}']", state="attached",
                                    timeout=START_SECONDS * 1000)  # it loads a style sheet

    def cell(self, index):
        """The place of a cell on the page."""
        return self.page.locator(".jp-Notebook-cell").nth(index)

    def output(self, index):
        """The place of all outputs of a cell on the page."""
        return self.cell(index).locator(".jp-Cell-outputArea").first

    def shot(self, index, name=None):
        """A cell with its output as a PNG in test-output/; gives its path."""
        return picture(name or f"{self.name}-{index:02d}", self.cell(index))

    # ---- using

    def use_every_control(self):
        """Moves every ipywidgets control, by mouse and by keyboard, and demands that the picture
        beside it changes; gives what was done, in words. Of a panel with the same controls as one
        before only the first is moved."""
        done, seen = [], set()
        for cell in self.code_cells():
            output = self.output(cell.index)
            shows = any(WIDGET_VIEW in shown.get("data", {}) for shown in cell.outputs)
            if names := shows and hands.names(output):
                self.page.evaluate(hands.TO_BE_ALONE, cell.index)
                done += [f"cell {cell.index}, {words}"
                         for words in hands.use_controls(self, output, names in seen)]
                seen.add(names)
        self.page.evaluate(hands.TO_BE_ALONE, None)
        return done

    def kernel_calls(self):
        """How often the kernel has been at work since the first call of this."""
        return self.page.evaluate(KERNEL_CALLS)
