"""What a lecturer sees of a notebook: a projector of 1920 x 1080 at 150 %, that is 1280 x 720 CSS
pixels, in the simple interface with the side bars' panels closed."""
import contextlib

import harness

PROJECTOR = {"width": 1280, "height": 720, "deviceScaleFactor": 1.5, "mobile": False}
# Of each panel, graph and stepper, by the cell's number: by how many pixels it is higher than the
# notebook's window, from its controls to its picture and sentence, of a stepper at each step to its
# equation; and by how many its picture is wider than its place.
UNSEEN = """() => {
  const found = {}, cells = [...document.querySelectorAll('.jp-Notebook-cell')];
  const look = (root, parts, place) => {
    const boxes = [...root.querySelectorAll(parts)].map(
      (node) => node.getBoundingClientRect()).filter((box) => box.height);
    const high = Math.max(...boxes.map((box) => box.bottom)) - Math.min(...boxes.map(
      (box) => box.top)) - root.closest('.jp-WindowedPanel-outer').clientHeight;
    const cell = cells.indexOf(root.closest('.jp-Notebook-cell'));
    found[cell] = [high, place.scrollWidth - place.clientWidth - 1].map(
      (more, k) => Math.max(found[cell]?.[k] ?? 0, Math.ceil(more)));
  };
  for (const root of document.querySelectorAll('.rnnlib-panel'))
    look(root, ':scope > .widget-box, .rnnlib-reading, canvas',
      root.querySelector('.rnnlib-picture'));
  for (const root of document.querySelectorAll('.rg')) {
    const slider = root.querySelector('.steps input'), place = root.querySelector('.stage');
    if (!slider) look(root, ':scope > .bar, .stage, .about', place);
    for (let k = 0, at = slider?.value; k <= slider?.max; k++) {
      slider.value = k < slider.max ? k : at;
      slider.dispatchEvent(new Event('input', { bubbles: true }));
      look(root, ':scope > .bar:first-child, .say, .stage, .equation > math', place);
      for (const line of root.querySelectorAll('.equation')) look(root, '.say', line);
    }
  }
  return found;
}"""
FOLD = """async (fold) => {
  const { commands, shell } = window.jupyterapp;
  const mode = `${fold ? "single" : "multiple"}-document`;
  await commands.execute("application:set-mode", { mode });
  if (fold) { shell.collapseLeft(); shell.collapseRight(); } else shell.expandLeft();
}"""


@contextlib.contextmanager
def on_projector(notebook):
    """The notebook as it is seen on a projector."""
    page, before = notebook.page, notebook.page.viewport_size
    screen = page.context.new_cdp_session(page)
    page.evaluate(FOLD, True)
    screen.send("Emulation.setDeviceMetricsOverride", PROJECTOR)
    try:
        yield
    finally:
        screen.detach()
        page.set_viewport_size(before)
        page.evaluate(FOLD, False)


def demand_seen(notebook):
    """Demands that every panel, graph and stepper of a notebook is seen as a whole, {cell: [pixels
    too high, pixels too wide]}: the page takes its new size, and then its pictures their room, a
    little later."""
    with on_projector(notebook):
        harness.demand(lambda: notebook.page.evaluate(UNSEEN),
                       lambda found: not any(map(any, found.values())))
