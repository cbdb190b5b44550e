#!/usr/bin/env python3
"""One command to open the course, one to pass all its tests; both start from nothing.

    python3 course.py open                 make .venv, install, open JupyterLab on notebook 00
    python3 course.py test [--torch] ...   all tests, or those that pytest's arguments choose
    python3 course.py test --lowest        the same with the oldest releases that are promised
    python3 course.py test --colab         the notebooks with the releases that Google Colab has
    python3 course.py notebooks [--check]  run the notebooks and store (or compare) their outputs
    python3 course.py bench [name ...]     measure the figures in benchmarks/
    python3 course.py site [folder]        write the course as pages without a kernel: site/
    python3 course.py slides [lecture ...] write lectures as slides without a kernel: slides/
    python3 course.py handouts [notebooks] print notebooks as PDFs: handouts/
    python3 course.py exam --seed 7        draw an exam, with --answers its key, too: exam/
    python3 course.py beliefs FOLDER       put a class's answers to notebook 10 together

Standard library only, and readable by Pythons that are too old for the course, from 2.7 on: they
must get a sentence, not a SyntaxError. Works from any folder, on Debian, macOS and Windows.
"""
from __future__ import print_function

import argparse
import glob
import hashlib
import json
import os
import shutil
import subprocess
import sys

OLDEST_PYTHON = (3, 11)
if sys.version_info < OLDEST_PYTHON:
    sys.exit("course.py: The course needs Python {}.{} or newer; this is Python {}.{} ({}). "
             "Install a newer one and start the same command with it, for example: "
             "python3.12 course.py open"
             .format(*(OLDEST_PYTHON + sys.version_info[:2] + (sys.executable,))))

from pathlib import Path  # noqa: E402  (the old ones have none)

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
# what is installed in .venv, so that the next start installs only what has changed since
STAMP = VENV / "installed.json"
START = "00_start_here.ipynb"

RUNTIME, DEVELOPMENT, TORCH = "requirements.txt", "requirements-dev.txt", "requirements-torch.txt"
PEERS, SITE = "requirements-bench.txt", "requirements-site.txt"
LOWEST, COLAB = "requirements-lowest.txt", "requirements-colab.txt"
CLASS = "requirements-class.txt"
# the benchmarks that need it, in an environment of their own
OF_A_CLASS = "hub", "voila"

BROWSER_COMMANDS = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
    "microsoft-edge", "msedge",
)
BROWSER_APPS = {
    "darwin": (
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    ),
    "win32": (
        "{ProgramFiles}/Google/Chrome/Application/chrome.exe",
        "{ProgramFiles(x86)}/Google/Chrome/Application/chrome.exe",
        "{LocalAppData}/Google/Chrome/Application/chrome.exe",
        "{LocalAppData}/Chromium/Application/chrome.exe",
        "{ProgramFiles(x86)}/Microsoft/Edge/Application/msedge.exe",
        "{ProgramFiles}/Microsoft/Edge/Application/msedge.exe",
    ),
}
NO_BROWSER = (
    "The browser tests need Chromium, Chrome or Edge and found none. "
    "Install one, or set COURSE_BROWSER to the browser's executable."
)


class Trouble(Exception):
    """Something that the person at the keyboard can mend; its text says how."""


# ---------------------------------------------------------------- the system

def is_root():
    return hasattr(os, "geteuid") and os.geteuid() == 0


def is_debian():
    return sys.platform == "linux" and shutil.which("apt-get") is not None


def succeeds(*command, **options):
    """Whether a command ran and ended with 0."""
    try:
        return subprocess.call([str(c) for c in command], cwd=str(HERE), **options) == 0
    except OSError:
        return False


def apt_install(*packages):
    """Whether Debian installed the packages."""
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    return (succeeds("apt-get", "update", "-q", env=quiet)
            and succeeds("apt-get", "install", "-q", "-y", *packages, env=quiet))


# ---------------------------------------------------------------- the environment

def venv_python(venv=None):
    """The path of the Python inside the course's environment."""
    venv = VENV if venv is None else venv
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def identity():
    """What makes an environment unusable when it changes: the Python and the folder's place."""
    return {"python": "{}.{}".format(*sys.version_info), "folder": str(HERE)}


def digest(name):
    return hashlib.sha256((HERE / name).read_bytes()).hexdigest()


def read_stamp():
    """What is installed: {file name: digest}; None when .venv must be made anew."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    usable = stamp.get("identity") == identity() and venv_python().exists()
    return stamp["files"] if usable else None


def write_stamp(files):
    STAMP.write_text(json.dumps({"identity": identity(), "files": files}, indent=1),
                     encoding="utf-8")


def require_folder():
    """Says what is wrong with the course's folder before a command fails in it."""
    if os.pathsep in str(HERE):
        raise Trouble(
            "The name of the folder {} has {!r} in it, which separates folders in PATH, so no "
            "environment can be made there. Move the course to a folder without it, then start "
            "the same command again.".format(HERE, os.pathsep))
    if glob.escape(str(HERE)) != str(HERE):
        raise Trouble(
            "The name of the folder {} has one of [ * ? in it, which JupyterLab takes for a "
            "pattern: it would not find its half of the live pictures. Give the folder a name "
            "without it, then start the same command again.".format(HERE))
    written = VENV if VENV.exists() else HERE
    if not os.access(str(written), os.W_OK):
        raise Trouble("The folder {} is read-only, but the environment is made in it. Copy the "
                      "course to a folder that you may write in, then start the same command "
                      "there.".format(written))


def make_venv():
    """Makes .venv with pip in it, by the first way that this system offers."""
    require_folder()
    # asked first, because a Debian without python3-venv answers venv with a page of advice
    if can_import("ensurepip, venv"):
        made = new_venv()
    elif can_import("pip, venv"):
        made = venv_with_this_pip()
    else:
        install_ensurepip()
        made = new_venv()
    if not made:
        raise Trouble("Python could not make the environment {} (its own words stand above). "
                      "Mend what they name, then start the same command again.".format(VENV))


def install_ensurepip():
    """Gets Debian's package of venv and ensurepip where that is allowed; else says how."""
    package = "python{}.{}-venv".format(*sys.version_info)
    if is_debian() and is_root() and apt_install(package) and can_import("ensurepip, venv"):
        return
    remedy = ("Run: sudo apt-get install {}".format(package) if is_debian()
              else "Install Python from python.org, which has it.")
    raise Trouble("This Python cannot make a virtual environment (venv or ensurepip is "
                  "missing). {} Then start the same command again.".format(remedy))


def new_venv(*options):
    # what this script made may be cleared; what a person made there is built upon
    clear = ["--clear"] if STAMP.exists() else []
    return succeeds(sys.executable, "-m", "venv", *(clear + list(options) + [VENV]))


def can_import(modules):
    return succeeds(sys.executable, "-c", "import " + modules, stderr=subprocess.DEVNULL)


def venv_with_this_pip():
    return (new_venv("--without-pip")
            and pip(sys.executable, "-m", "pip", "--python", venv_python(),
                    "install", "-q", "pip"))


def pip(*command):
    """Whether pip did it, in this environment wherever a person's settings have it install."""
    here = {name: v for name, v in os.environ.items() if name not in ("PIP_TARGET", "PIP_PREFIX")}
    return succeeds(*command, env=dict(here, PIP_USER="0"))


def set_up(*wanted):
    """Makes .venv hold the requirement files and the package; quick when it does."""
    installed = read_stamp()
    if installed is None:
        print("Making the environment in {} ...".format(VENV), flush=True)
        make_venv()
        installed = {}
        write_stamp(installed)
    # Colab's releases stand for those of the course
    lists = wanted if COLAB in wanted else (RUNTIME,) + wanted
    files = {name: digest(name) for name in lists + ("pyproject.toml",)}
    # requirements-dev.txt reads requirements.txt, so one list stands for both
    if any(installed.get(name) != files[name] for name in files):
        print("Installing what the course needs (minutes the first time) ...", flush=True)
        install(*lists)
        write_stamp(dict(installed, **files))


def use_environment(name):
    """Lets all that follows happen in another environment than .venv."""
    global VENV, STAMP
    VENV = HERE / name
    STAMP = VENV / "installed.json"


def install(*files):
    write_stamp({})  # an interrupted installation must not look finished
    lists = [word for name in files for word in ("-r", HERE / name)]
    if not pip(venv_python(), "-m", "pip", "install", "-qq", "-e", HERE, *lists):
        raise Trouble("pip could not install {} (its own words stand above). If they speak of a "
                      "connection, check that this machine is online; else mend what they name. "
                      "Then start the same command again.".format(" and ".join(files)))


# ---------------------------------------------------------------- JupyterLab

LAB_SETTINGS = {
    # it asks a host for news, and covers the first page with the question
    "labconfig/page_config": {
        "disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}},
    # else a notebook that was run, saved and opened again says "model not found" for each picture
    "labconfig/default_setting_overrides": {
        "@jupyter-widgets/jupyterlab-manager:plugin": {"saveState": True}},
    # exported as HTML such a notebook would ask a host for the widgets' program; it shows the
    # stored pictures instead, of a graph the PNG: its SVG would be cut off on paper
    "jupyter_config": {
        "HTMLExporter": {"preprocessors": ["nbconvert.preprocessors.ClearMetadataPreprocessor"]},
        "ClearMetadataPreprocessor": {"clear_cell_metadata": False, "preserve_nb_metadata_mask": [
            "kernelspec", "language_info", "title", "authors"]},
        "WidgetsDataTypeFilter": {"display_data_priority": [
            "text/html", "text/markdown", "image/png", "image/svg+xml", "image/jpeg", "text/latex",
            "text/plain"]}},
}
# jsonschema would build a grammar of addresses (rfc3987) with it for two seconds; nothing here
# needs one
SIGN = "import sys; sys.modules['rfc3987_syntax'] = None; from nbformat.sign import main; main()"


def settle_lab():
    """Makes the environment's JupyterLab what the course needs; a person's own settings of it
    have the last word."""
    folder = VENV / "etc" / "jupyter"
    (folder / "labconfig").mkdir(parents=True, exist_ok=True)
    for name, settings in LAB_SETTINGS.items():
        path, text = folder / (name + ".json"), json.dumps(settings)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def trust_notebooks():
    """Lets JupyterLab show the graphs stored in the course's own notebooks: it shows no SVG of a
    file that it does not trust, and a file that has changed is trusted no longer."""
    notebooks = sorted((HERE / "notebooks").glob("*.ipynb"))
    succeeds(venv_python(), "-c", SIGN, *notebooks, stdout=subprocess.DEVNULL)


# ---------------------------------------------------------------- the browser of the tests

def browser_places():
    """Everywhere a Chromium, Chrome or Edge may be, likeliest first."""
    for command in BROWSER_COMMANDS:
        yield shutil.which(command)
    for app in BROWSER_APPS.get(sys.platform, ()):
        try:
            yield app.format(**os.environ)
        except KeyError:  # this Windows has no such folder
            continue
    yield playwright_browser()


def playwright_browser():
    """Where playwright keeps a Chromium of its own; None without playwright."""
    ask = ("from playwright.sync_api import sync_playwright as start\n"
           "with start() as p: print(p.chromium.executable_path)")
    try:
        answer = subprocess.run([str(venv_python()), "-c", ask], stdout=subprocess.PIPE,
                                stderr=subprocess.DEVNULL, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return answer.stdout.strip()


def find_browser():
    """The executable of a Chromium, Chrome or Edge, or None. COURSE_BROWSER has the last word."""
    chosen = os.environ.get("COURSE_BROWSER")
    if chosen:
        return shutil.which(chosen)
    return next((p for p in browser_places() if p and Path(p).exists()), None)


def set_up_browser():
    """Gets a browser where there is none; the browser tests fail, not skip, when it cannot."""
    if find_browser():
        return
    print("Getting a browser for the tests ...", flush=True)
    if not (is_debian() and is_root() and apt_install("chromium")):
        succeeds(venv_python(), "-m", "playwright", "install", "chromium")
    if not find_browser():
        print(NO_BROWSER, file=sys.stderr, flush=True)


# ---------------------------------------------------------------- the commands

def run(*command, **options):
    """Runs a command of the environment in the course's folder; gives its exit code."""
    words = [str(word) for word in (venv_python(),) + command]
    return subprocess.call(words, cwd=str(HERE), **options)


def one_thread():
    """This environment with one thread for linear algebra: our matrices are small, and threads
    that fight for two cores make training ten times slower and timings wild."""
    limits = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    return dict(os.environ, **dict(home(), **dict.fromkeys(limits, "1")))


def home():
    """A home where the person's own cannot be written: Jupyter and matplotlib keep files there."""
    if os.access(os.path.expanduser("~"), os.W_OK):
        return {}
    own = VENV / "home"
    own.mkdir(parents=True, exist_ok=True)
    return dict.fromkeys(("HOME", "USERPROFILE"), str(own))


def meant(words):
    """Words of which those that are files from where the command was typed are named whole."""
    def whole(word):
        path, colons, test = word.partition("::")
        return os.path.abspath(path) + colons + test if os.path.exists(path) else word

    return words if Path.cwd() == HERE else [whole(word) for word in words]


def open_course(rest):
    set_up()
    settle_lab()  # at each start: the environment may be older than a setting
    trust_notebooks()
    words = ["-m", "jupyterlab", HERE / "notebooks" / START,
             "--ServerApp.root_dir={}".format(HERE)]
    if is_root():  # JupyterLab refuses root unless told
        words.append("--allow-root")
    return run(*(words + rest), env=one_thread())


def workers():
    """pytest's words for one worker a core, four at most; none where there is one core."""
    mine = getattr(os, "sched_getaffinity", None)
    cores = len(mine(0)) if mine else os.cpu_count() or 1
    return ["-n", str(min(cores, 4))] if cores > 1 else []


def run_tests(rest, torch, environment):
    if environment:
        use_environment(environment)
    if environment == ".colab":
        return run_notebooks(rest)
    set_up(DEVELOPMENT, *([TORCH] if torch else []) + ([LOWEST] if environment else []))
    rest = meant(rest)
    everything = all(word.startswith("-") for word in rest)
    if everything or any("browser" in word for word in rest):
        set_up_browser()
    return run("-m", "pytest", *(workers() if everything else []) + rest, env=one_thread())


def run_notebooks(rest):
    """Runs all notebooks on Colab's releases: its environment has nothing for the other tests."""
    set_up(COLAB)
    return run("-m", "pytest", *workers() + ["notebooks"] + rest, env=one_thread())


def notebooks(rest):
    set_up(DEVELOPMENT)
    return run("-m", "tools.notebooks", *meant(rest), env=one_thread())


def site(rest):
    set_up(SITE)
    return run("-m", "tools.site", *rest, env=one_thread())


def handouts(rest):
    set_up(DEVELOPMENT)
    set_up_browser()
    return run("-m", "tools.handouts", *rest, env=one_thread())


def beliefs(rest):
    set_up()
    # a folder is meant from where the command was typed
    return run("-m", "rnnlib.beliefs", *map(os.path.abspath, rest), env=one_thread())


def slides(rest):
    set_up(SITE)
    return run("-m", "tools.slides", *rest, env=one_thread())


def exam(rest):
    set_up(SITE)
    return run("-m", "tools.exam", *rest, env=one_thread())


def bench(rest):
    names = rest or sorted(path.stem for path in (HERE / "benchmarks").glob("[!_]*.py"))
    of_a_class = [name for name in names if name in OF_A_CLASS]
    others = [name for name in names if name not in OF_A_CLASS]
    codes = measured(others, TORCH, PEERS) if others else []
    if of_a_class:
        use_environment(".class")
        codes += measured(of_a_class, CLASS)
    return max(codes)


def measured(names, *wanted):
    """The exit codes of benchmarks; every one runs, also after one that missed its figure."""
    set_up(DEVELOPMENT, *wanted)
    set_up_browser()
    return [run("-m", "benchmarks." + name, env=one_thread()) for name in names]


def command_line():
    parser = argparse.ArgumentParser(
        prog="course.py", allow_abbrev=False, description=__doc__.splitlines()[0],
        epilog="Further words are passed on: to JupyterLab, pytest, tools.notebooks, tools.site, "
               "tools.slides.")
    commands = parser.add_subparsers(dest="command", metavar="command")
    commands.required = True
    commands.add_parser("open", help="open the course in JupyterLab")
    testing = commands.add_parser("test", allow_abbrev=False, help="run all tests")
    testing.add_argument("--torch", action="store_true", help="install PyTorch and compare with it")
    for name, words in (("lowest", "all tests on the oldest releases that are promised"),
                        ("colab", "the notebooks on the releases that Google Colab has")):
        testing.add_argument("--" + name, action="store_const", dest="environment",
                             const="." + name, help=words)
    commands.add_parser("notebooks", help="run the notebooks and store their outputs")
    commands.add_parser("bench", help="measure the figures in benchmarks/")
    commands.add_parser("site", help="write the course as pages without a kernel")
    commands.add_parser("slides", help="write lectures as slides without a kernel")
    commands.add_parser("handouts", help="print the notebooks as PDFs")
    commands.add_parser("exam", help="write an exam whose numbers a seed draws, and its key")
    commands.add_parser("beliefs", help="put a class's answers to notebook 10 together")
    return parser


def main(words=None):
    """Does what the command line asks; gives the exit code."""
    for stream in sys.stdout, sys.stderr:
        if hasattr(stream, "reconfigure"):  # a folder's name may have letters that it cannot show
            stream.reconfigure(errors="backslashreplace")
    options, rest = command_line().parse_known_args(words)
    try:
        if options.command == "test":
            return run_tests(rest, options.torch, options.environment)
        chosen = {"open": open_course, "notebooks": notebooks, "bench": bench, "site": site,
                  "slides": slides, "handouts": handouts, "exam": exam, "beliefs": beliefs}
        return chosen[options.command](rest)
    except Trouble as trouble:
        print("course.py: {}".format(trouble), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
