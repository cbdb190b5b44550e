// The page's half of LiveFigure: paint the newest picture on one canvas, say it in words, and
// tell the kernel three things: the theme, that the hand rests, that the table is open.

const REST_MS = 100; // without a new picture for so long, the hand rests
const THEME_MS = 400; // how long to hold back a picture of the other theme (no kernel: show it)

function isDark() {
  const body = document.body.dataset;
  if (body.jpThemeLight) return body.jpThemeLight === "false";
  if (body.vscodeThemeKind) return !body.vscodeThemeKind.includes("light");
  const page = document.documentElement.getAttribute("theme");
  if (page) return page === "dark";
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

// Calls `tell` now and at every change of theme; the answer stops it.
function followTheme(tell) {
  const media = matchMedia("(prefers-color-scheme: dark)");
  const watch = new MutationObserver(tell);
  for (const node of [document.body, document.documentElement])
    watch.observe(node, { attributes: true });
  media.addEventListener("change", tell);
  tell();
  return () => {
    watch.disconnect();
    media.removeEventListener("change", tell);
  };
}

const element = (tag, attributes = {}, ...children) => {
  const node = Object.assign(document.createElement(tag), attributes);
  node.append(...children);
  return node;
};

function bitmapOf(png) {
  const bytes = Uint8Array.from(atob(png), (c) => c.charCodeAt(0));
  return createImageBitmap(new Blob([bytes], { type: "image/png" }));
}

// Paints model.frame; of frames that come while one is decoded only the newest is painted.
function painter(model, canvas, wanted) {
  let decoding = false;
  let shown = null;
  async function paint() {
    const frame = model.get("frame");
    if (decoding || !frame.png || frame === shown || !wanted(frame)) return;
    decoding = true;
    try {
      const bitmap = await bitmapOf(frame.png);
      // setting the size empties the canvas: only when it differs, and painted in the same task
      if (canvas.width !== bitmap.width) canvas.width = bitmap.width;
      if (canvas.height !== bitmap.height) canvas.height = bitmap.height;
      canvas.getContext("2d").drawImage(bitmap, 0, 0);
      bitmap.close();
      canvas.dataset.ratio = frame.ratio;
      canvas.dataset.theme = frame.theme;
      canvas.dataset.pictures = 1 + Number(canvas.dataset.pictures ?? 0);
    } finally {
      shown = frame;
      decoding = false;
    }
    paint();
  }
  return paint;
}

function tableOf({ caption, header, rows }) {
  const line = (cells, scope) =>
    element("tr", {}, ...cells.map((cell, i) =>
      scope || i === 0
        ? element("th", { scope: scope ?? "row", textContent: cell })
        : element("td", { textContent: cell })));
  return element("table", {},
    element("caption", { textContent: caption }),
    element("thead", {}, line(header, "col")),
    element("tbody", {}, ...rows.map((row) => line(row))));
}

// Names and keys for the sliders of the panel around the picture, which ipywidgets leaves out.
function tendPanel(el, stop) {
  const panel = el.closest(".rnnlib-panel");
  if (!panel) return;
  const name = () => {
    for (const handle of panel.querySelectorAll(".noUi-handle")) {
      const row = handle.closest(".widget-inline-hbox, .jupyter-widgets");
      const text = (part) => row.querySelector(part)?.textContent.trim();
      handle.setAttribute("aria-label", text(".widget-label") ?? "");
      handle.setAttribute("aria-valuetext", text(".widget-readout") ?? "");
    }
  };
  // arrow keys belong to the control that has the focus; some front ends would move on to the
  // next cell as well
  const keep = (event) => {
    if (/^(Arrow|Home|End|Page)/.test(event.key)) event.stopPropagation();
    if (/^(Arrow|Home|End|Page)/.test(event.key)) setTimeout(name);
  };
  panel.addEventListener("focusin", name, { signal: stop });
  panel.addEventListener("keydown", keep, { signal: stop });
  name();
}

function render({ model, el }) {
  const stop = new AbortController();
  const [width, height] = model.get("size");
  const canvas = element("canvas", { width, height });
  canvas.setAttribute("role", "img");
  canvas.style.cssText = `width: ${width}px; height: ${height}px`;
  const reading = element("p", { className: "rnnlib-reading" });
  reading.setAttribute("aria-live", "polite");
  const details = element("details", {}, element("summary", { textContent: "Numbers as a table" }),
    element("div", { className: "rnnlib-scroll", tabIndex: 0 }));
  el.classList.add("rnnlib-figure");
  el.append(element("div", { className: "rnnlib-scroll" }, canvas), reading, details);

  // -- what the picture says
  let rest;
  const began = performance.now();
  const ofTheme = (frame) =>
    frame.theme === (isDark() ? "dark" : "light") || performance.now() - began > THEME_MS;
  const paint = painter(model, canvas, ofTheme);
  const onFrame = () => {
    paint();
    reading.setAttribute("aria-busy", true); // read it out once the hand rests, not at every picture
    clearTimeout(rest);
    rest = setTimeout(() => {
      reading.setAttribute("aria-busy", false);
      const ratio = Math.ceil(devicePixelRatio);
      if (model.get("frame").ratio < Math.max(ratio, 2) || details.open)
        model.send({ kind: "rest", ratio });
    }, REST_MS);
  };
  const onTexts = () => {
    canvas.setAttribute("aria-label", model.get("label"));
    reading.textContent = model.get("reading");
  };
  const onTable = () => {
    const table = model.get("table");
    details.lastChild.replaceChildren(...(table.rows ? [tableOf(table)] : []));
  };
  const listeners = {
    "change:frame": onFrame, "change:label change:reading": onTexts, "change:table": onTable,
  };
  for (const [events, listener] of Object.entries(listeners)) model.on(events, listener);
  details.addEventListener("toggle", () => model.send({ kind: "table", open: details.open }));

  // -- what the page says
  const stopTheme = followTheme(() => {
    const theme = isDark() ? "dark" : "light";
    el.dataset.theme = theme;
    if (model.get("theme") !== theme) {
      model.set("theme", theme);
      model.save_changes();
    }
  });
  onTexts();
  onTable();
  onFrame();
  setTimeout(paint, THEME_MS + 10);
  setTimeout(() => tendPanel(el, stop.signal), 50);

  return () => {
    stop.abort();
    stopTheme();
    clearTimeout(rest);
    for (const [events, listener] of Object.entries(listeners)) model.off(events, listener);
  };
}

export default { render };
