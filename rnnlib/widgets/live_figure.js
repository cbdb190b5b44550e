// The page's half of LiveFigure: paint the newest picture on one canvas, say it in words, and
// tell the kernel three things: the theme, that the hand rests, that the table is open.

const REST_MS = 100; // without a new picture for so long, the hand rests
const RELEASED_MS = 40; // the same after the mouse was released: only its last value may still come
const LABEL_PX = 15; // CSS pixels, of the names of controls
const LAST_ROW = 41; // in a hall the smallest text is one such part of the screen's height
const BESIDE = 250; // a column that has room for controls, and the gap beside it
const GAP = 12;
const NARROWEST = 0.7; // a picture smaller than that is scrolled instead
const SQUEEZED = 0.88; // a picture is no smaller to give its controls more room
const ABOVE = 200; // what controls and sentence take above a picture
const SETTLE_MS = 50; // after which a picture has the room that it will have
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

function bitmapOf(png) {
  const file = new Blob([bytesOf(png)], { type: "image/png" });
  return createImageBitmap(file, { colorSpaceConversion: "none" });
}

// A picture that is kept, to lay ink on: { image, pixels, number }.
async function groundOf({ png, number }) {
  const bitmap = await bitmapOf(png);
  const { width, height } = bitmap;
  const pen = element("canvas", { width, height }).getContext("2d", { willReadFrequently: true });
  pen.drawImage(bitmap, 0, 0);
  const image = pen.getImageData(0, 0, width, height);
  bitmap.close();
  return { image, number, pixels: new Uint32Array(image.data.buffer.slice(0)) };
}

// The ground with the pixels of `ink` (encode.py says their order) in their places.
function inked({ image, pixels }, ink) {
  const bytes = bytesOf(ink);
  const runs = new Uint16Array(bytes.buffer, 4, new Uint32Array(bytes.buffer, 0, 1)[0]);
  const out = new Uint32Array(image.data.buffer);
  out.set(pixels);
  let own = 4 + 2 * runs.length;
  let at = 0;
  for (const run of runs) {
    const end = at + (run >>> 2);
    const back = [0, image.width, 1][run & 3]; // to a pixel that each is like
    if (back === 0) at = end;
    for (; at < end; at++) {
      out[at] = back ? out[at - back]
        : 0xff000000 | bytes[own++] | bytes[own++] << 8 | bytes[own++] << 16;
    }
  }
  return image;
}

// Paints what is due; of frames that come while one is decoded only the newest is painted. What is
// decoded, and ink on its ground, is shown at once; a new ground waits until nothing else is to do. `told(frame)` is
// called when one stands there. After `free` it paints no more and holds no pixels.
function painter(model, canvas, { due, wanted, told }) {
  const pen = canvas.getContext("2d");
  let ground = {};
  let asked = 0; // number of the ground that was decoded last, or tried
  let decoding = false;
  let shown = null;
  let standing = null; // what was shown and could be decoded
  let over = false;

  function put(image, frame) {
    // setting the size empties the canvas: only when it differs, and painted in the same task
    if (canvas.width !== image.width) canvas.width = image.width;
    if (canvas.height !== image.height) canvas.height = image.height;
    if (image instanceof ImageData) pen.putImageData(image, 0, 0);
    else pen.drawImage(image, 0, 0);
    canvas.dataset.ratio = frame.ratio;
    canvas.dataset.theme = frame.theme;
    canvas.dataset.of = JSON.stringify(frame.of ?? null);
    canvas.dataset.pictures = 1 + Number(canvas.dataset.pictures ?? 0);
    shown = standing = frame;
    told(frame);
  }

  async function paintPng(frame) {
    shown = frame; // also one that cannot be decoded: it is not tried again
    const bitmap = await bitmapOf(frame.png);
    if (!over && shown === frame) put(bitmap, frame);
    bitmap.close();
  }

  async function layGround(laid) {
    asked = laid.number;
    ground = await groundOf(laid);
    if (over) ground = {};
  }

  function decode(work) {
    decoding = true;
    work.finally(() => { decoding = false; paint(); });
  }

  function paint() {
    if (over) return;
    const frame = due(shown);
    const laid = model.get("ground");
    const isNew = frame.ratio && frame !== shown && wanted(frame);
    if (isNew && frame.bitmap) put(frame.bitmap, frame);
    else if (isNew && frame.ink && frame.ground === ground.number)
      put(inked(ground, frame.ink), frame);
    else if (decoding) return;
    else if (isNew && frame.png) decode(paintPng(frame));
    else if (laid.png && laid.number !== asked) decode(layGround(laid));
  }

  function free() {
    over = true;
    ground = {};
    canvas.width = canvas.height = 0;
  }

  return { paint, free, stands: () => standing };
}

// What ipywidgets leaves out of the panel around the picture: names, and what is wrong, for the ear.
function tendPanel(panel, caption, signal) {
  const give = (node, attributes) => {
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  };
  const nameSlider = (handle) => {
    const row = handle.closest(".widget-inline-hbox, .jupyter-widgets");
    const label = row.querySelector(".widget-label")?.textContent.trim() ?? "";
    const number = row.querySelector(".widget-readout");
    give(handle, { "aria-label": label, "aria-valuetext": number?.textContent.trim() ?? "" });
    if (number?.isContentEditable)
      give(number, { role: "textbox", "aria-label": `${label} as a number` });
  };
  const describeField = (complaint) => {
    complaint.id ||= `rnnlib-complaint-${Math.random().toString(36).slice(2)}`;
    give(complaint, { role: "status" });
    const field = complaint.parentElement?.querySelector("input");
    if (field) give(field, { // a panel may be closed part by part
      "aria-describedby": complaint.id, "aria-invalid": complaint.textContent.trim() !== "" });
  };
  const tend = () => {
    panel.querySelectorAll(".noUi-handle").forEach(nameSlider);
    panel.querySelectorAll(".rnnlib-complaint").forEach(describeField);
  };
  give(panel, { role: "group", "aria-label": caption });
  // a value, a complaint or a control has changed, by whomever
  const watch = new MutationObserver(tend);
  watch.observe(panel, { childList: true, characterData: true, subtree: true });
  signal.addEventListener("abort", () => watch.disconnect());
  tend();
}

// How a panel and its picture use their room: controls beside the picture where that is wide,
// above it where it is narrow; in a page that is low all of it a little smaller, on the whole
// screen as large as the last row wants it.
function arranger(panel, canvas, reading, model) {
  let asked = null; // for which area of the screen the kernel draws
  let before = ""; // for which room it was fitted
  let scale = 1;

  function fit() {
    const full = fills(panel);
    const [width, height] = model.get("size");
    const room = full ? innerWidth : panel.parentElement?.clientWidth ?? innerWidth;
    const high = full ? innerHeight : seenHeight(panel);
    const now = [full, room, high, width, height, panel.querySelectorAll(".widget-label").length];
    // in a notebook that is not seen now, or as it was: its own height may change what is observed
    if (!room || !high || String(now) === before) return;
    before = String(now);
    reading.style.minHeight = "";
    const text = full ? Math.max(1, innerHeight / LAST_ROW / LABEL_PX) : 1;
    const column = Math.max(BESIDE * text, 0.24 * full * room);
    // in a low page a picture makes room for the column
    const aside = Math.min(1, Math.max(leastZoom(), high / height), (room - column - GAP) / width);
    const beside = full ? room > 1.2 * innerHeight
      : aside === 1 || (high < height + ABOVE && aside >= 0.85);
    panel.classList.toggle("rnnlib-beside", beside);
    panel.classList.toggle("rnnlib-narrow", room < width);
    zoom(text);
    const area = full && beside ? [room - column - 3 * GAP, innerHeight - 2 * GAP] : null;
    if (String(area) !== String(asked)) {
      // the kernel draws the picture for its room, its text as large as the last row wants it
      model.send({ kind: "fill", area, text: innerHeight / LAST_ROW });
      asked = area;
    }
    show(area ? Math.min(area[0] / width, area[1] / height) : full ? room / width
      : beside ? aside : Math.min(1, Math.max(NARROWEST, room / width)));
    // many controls are smaller, before one of them is off the screen
    const tooHigh = () => (full ? panel.scrollHeight > innerHeight
      : beside && reading.getBoundingClientRect().bottom - panel.getBoundingClientRect().top > high);
    for (let less = text; less > 0.8 && tooHigh(); less -= full ? 0.1 : 0.04) {
      zoom(less);
      if (!full) show(Math.min(aside, Math.max(less, SQUEEZED)));
    }
  }

  function show(share) {
    const [width, height] = model.get("size");
    scale = share;
    canvas.style.width = `${width * scale}px`;
    canvas.style.height = `${height * scale}px`;
  }

  function zoom(factor) {
    panel.style.setProperty("--rnnlib-zoom", factor);
  }

  return { fit, sharp: () => Math.ceil(devicePixelRatio * scale) };
}

// What a presenter's keys do in a panel that fills the screen: digits choose what is offered.
function presented(panel) {
  return (key) => {
    if (key === "focus") panel.querySelector(".noUi-handle, button")?.focus();
    return pressed(panel.querySelectorAll(".rnnlib-offers button"), key);
  };
}

function render({ model: whole, el }) {
  const stop = new AbortController();
  const model = withKernel(whole, el, stop.signal);
  const [width, height] = model.get("size");
  const canvas = element("canvas", { width, height });
  canvas.setAttribute("role", "img");
  const reading = element("p", { className: "rnnlib-reading" });
  reading.setAttribute("aria-live", "polite");
  const details = element("details", {}, element("summary", { textContent: "Numbers as a table" }),
    element("div", { className: "rnnlib-scroll", tabIndex: 0, role: "group",
      ariaLabel: "Tables" }));
  el.classList.add("rnnlib-figure");
  // above the picture, where it is seen together with the controls
  const picture = element("div", { className: "rnnlib-scroll rnnlib-picture" }, canvas);
  el.append(reading, picture, details);
  let room = { fit: () => {}, sharp: () => Math.ceil(devicePixelRatio) };
  canvas.style.cssText = `width: ${width}px; height: ${height}px`;

  // -- what the picture says
  let rest;
  const began = performance.now();
  const ofTheme = (frame) =>
    frame.theme === (isDark() ? "dark" : "light") || performance.now() - began > THEME_MS;
  const ahead = lookAhead(model, () => paint(), stop.signal);
  const { paint, free, stands } = painter(model, canvas,
    { due: ahead.due, wanted: ofTheme, told: onPicture });
  const words = new WeakMap(); // of the kernel's frames: they appear together with their picture
  const say = (texts) => {
    canvas.setAttribute("aria-label", texts.label);
    // both texts come together and call this twice; a text that is set is laid out anew
    const said = withMinus(texts.reading);
    if (reading.textContent !== said) reading.textContent = said;
  };
  const onTexts = () => {
    const frame = model.get("frame");
    words.set(frame, { label: model.get("label"), reading: model.get("reading") });
    if ([null, frame].includes(stands())) say(words.get(frame));
  };
  const busy = () => {
    reading.setAttribute("aria-busy", true); // read it out once the hand rests, not at every picture
    restSoon();
  };
  const onFrame = () => {
    onTexts();
    paint();
    busy();
  };
  function onPicture(frame) {
    say(words.get(frame) ?? frame); // what came ahead has its own
    busy();
  }
  let released = false;
  const restSoon = () => {
    clearTimeout(rest);
    rest = setTimeout(() => {
      reading.setAttribute("aria-busy", false);
      reading.style.minHeight = getComputedStyle(reading).height; // a shorter one moves no picture
      const ratio = room.sharp();
      if (model.get("frame").ratio < Math.max(ratio, 2) || details.open)
        model.send({ kind: "rest", ratio });
      ahead.rested();
    }, released ? RELEASED_MS : REST_MS);
  };
  const hands = { signal: stop.signal, capture: true };
  addEventListener("pointerup", () => {
    released = true;
    if (reading.ariaBusy === "true") restSoon();
  }, hands);
  addEventListener("resize", restSoon, hands); // a page that is zoomed wants a sharper picture
  for (const begin of ["pointerdown", "keydown"])
    addEventListener(begin, () => { released = false; }, hands);
  const onTables = () => {
    details.lastChild.replaceChildren(...model.get("tables").map(tableOf));
  };
  const listeners = {
    "change:frame": onFrame, "change:size": () => room.fit(),
    "change:label change:reading": onTexts, "change:tables": onTables,
  };
  for (const [events, listener] of Object.entries(listeners)) model.on(events, listener);
  details.addEventListener("toggle", () => model.send({ kind: "table", open: details.open }),
    { signal: stop.signal });

  // -- what the page says
  const stopTheme = followTheme(() => {
    const theme = isDark() ? "dark" : "light";
    el.dataset.theme = theme;
    if (model.get("theme") !== theme) {
      model.set("theme", theme);
      model.save_changes();
    }
  });
  onTables();
  onFrame();
  setTimeout(paint, THEME_MS + 10);
  keepKeys(".rnnlib-panel, .rnnlib-figure", stop.signal);
  const settle = () => {
    if (stop.signal.aborted) return;
    if (!el.isConnected) { // a page at work puts it in its place later, or has taken it away
      setTimeout(settle, SETTLE_MS);
      return;
    }
    const root = el.closest(".rnnlib-panel") ?? el;
    room = arranger(root, canvas, reading, model);
    el.prepend(offerScreen(root, root.parentElement, room.fit, presented(root), stop.signal));
    root.addEventListener("keydown", hushed, { signal: stop.signal });
    room.fit();
    if (root !== el) tendPanel(root, model.get("caption"), stop.signal);
    ahead.begin(root);
  };
  setTimeout(settle, SETTLE_MS);

  return () => {
    stop.abort();
    stopTheme();
    clearTimeout(rest);
    for (const [events, listener] of Object.entries(listeners)) model.off(events, listener);
    // JupyterLab keeps the models of closed widgets, and through them what is left here
    free();
    el.replaceChildren();
  };
}

export default { render };
