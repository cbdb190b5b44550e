// The page's half of live_charts.py: when did the picture of each technique change?
//
// "applied" is when the page has the new picture (text set, path set, image decoded and placed,
// canvas drawn on), "painted" is after the browser has painted the frame that shows it. Every
// technique is timed in both ways, from the moment of the key's event.

const PATIENCE_MS = 20000;
const seen = {}; // name -> { root, pictures, applied, painted, waiting, keyed }
const channel = () => new Promise((resolve) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = resolve;
  port2.postMessage(null);
});

// The promise, or an error in words after `ms`.
const within = (ms, promise, what) => Promise.race([promise, new Promise((_, reject) => {
  setTimeout(() => reject(new Error(`${what} within ${ms} ms`)), ms);
})]);

async function changed(name) {
  const chart = seen[name];
  const applied = performance.now();
  chart.applied = applied;
  const told = chart.keyed === null ? null : chart.waiting;
  const keyed = chart.keyed;
  if (told) chart.waiting = chart.keyed = null;
  await new Promise(requestAnimationFrame);
  await channel();
  if (chart.painted < applied) chart.pictures += 1; // several changes in one frame are one picture
  chart.painted = performance.now();
  if (told) told({ applied: applied - keyed, painted: chart.painted - keyed });
}

for (const act of ["drawImage", "putImageData"]) {
  const plain = CanvasRenderingContext2D.prototype[act];
  CanvasRenderingContext2D.prototype[act] = function (...args) {
    plain.apply(this, args);
    for (const name in seen)
      if (seen[name].kind === "canvas" && seen[name].root.contains(this.canvas)) changed(name);
  };
}

function watchImages(name, root) {
  // <img> -> its source
  const shown = new WeakMap([...root.querySelectorAll("img")].map((img) => [img, img.src]));
  return async () => {
    for (const img of root.querySelectorAll("img")) {
      if (!img.src || shown.get(img) === img.src) continue;
      shown.set(img, img.src);
      await img.decode().catch(() => {}); // replaced while it was decoded: the next one counts
      if (img.isConnected) changed(name);
    }
  };
}

function watch(name, kind, root) {
  seen[name] = { root, kind, pictures: 0, applied: 0, painted: 0, waiting: null, keyed: null };
  const handle = root.querySelector(".noUi-handle");
  handle.addEventListener("keydown", (event) => { seen[name].keyed ??= event.timeStamp; }, true);
  if (kind === "canvas") return;
  const look = kind === "img" ? watchImages(name, root) : () => changed(name);
  const node = { text: ".jp-OutputArea .widget-vbox > .widget-label", path: null, img: null }[kind];
  const part = node ? root.querySelector(node) : root;
  const observer = new MutationObserver(look);
  const lines = kind === "path" ? ["d"] : ["src"];
  observer.observe(part, { subtree: true, childList: kind !== "path", attributes: kind !== "text",
    characterData: kind === "text", attributeFilter: kind === "text" ? undefined : lines });
}

// The next picture after the next key: { applied, painted } in ms since the key.
function nextPicture(name) {
  seen[name].keyed = null;
  const arriving = new Promise((resolve) => { seen[name].waiting = resolve; });
  seen[name].arriving = within(PATIENCE_MS, arriving, `no picture of ${name} after a key`);
}

// Resolves when no picture has come for `quiet` ms (and a canvas with a sharpness is sharp).
async function settled(name, quiet = 200) {
  const chart = seen[name];
  const sharp = () => chart.root.querySelector("canvas[data-ratio]")?.dataset.ratio !== "1";
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const began = performance.now();
  let since = began;
  while (performance.now() - Math.max(chart.painted, since) < quiet) {
    if (performance.now() - began > PATIENCE_MS)
      throw new Error(`${name} did not settle: sharp ${sharp()}, kernel ${kernel.status}`);
    if (!sharp() || kernel.status !== "idle") since = performance.now();
    await new Promise(requestAnimationFrame);
  }
}

// ms from the coming release of the mouse to a picture of the screen's sharpness.
async function sharpAfterRelease(name) {
  const canvas = seen[name].root.querySelector("canvas");
  const released = await new Promise((resolve) => {
    addEventListener("pointerup", resolve, { once: true, capture: true });
  });
  while (Number(canvas.dataset.ratio) < devicePixelRatio) {
    if (performance.now() - released.timeStamp > PATIENCE_MS) throw new Error("never sharp");
    await new Promise(requestAnimationFrame);
  }
  await channel();
  return performance.now() - released.timeStamp;
}

// From now on looks at every frame at a canvas' box and for emptiness; the answer stops and tells.
function watchBox(name) {
  const { root } = seen[name];
  const boxes = new Set();
  let frames = 0;
  let blank = 0;
  let on = true;
  const look = () => {
    if (!on) return;
    frames += 1;
    const canvas = root.querySelector("canvas");
    const { width, height } = canvas?.getBoundingClientRect() ?? { width: 0, height: 0 };
    boxes.add(`${Math.round(width)} x ${Math.round(height)}, `
      + `cell ${Math.round(root.getBoundingClientRect().height)}`);
    const corner = canvas?.getContext("2d").getImageData(0, 0, 1, 1).data;
    blank += corner?.[3] === 255 ? 0 : 1; // an emptied canvas is transparent
    requestAnimationFrame(look);
  };
  look();
  return () => { on = false; return { frames, blank, boxes: [...boxes] }; };
}

// Fires `events` key events on the slider, one every `every` ms, up and down its range.
async function manyEvents(name, events, every) {
  const handle = seen[name].root.querySelector(".noUi-handle");
  handle.focus();
  const at = (what) => Number(handle.getAttribute(`aria-value${what}`));
  let key = "ArrowRight";
  const began = performance.now();
  for (let fired = 0; fired < events; ) {
    const due = Math.min(events, Math.floor((performance.now() - began) / every));
    for (; fired < due; fired++) {
      if (at("now") >= at("max")) key = "ArrowLeft";
      if (at("now") <= at("min")) key = "ArrowRight";
      handle.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    }
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}

window.bench = { seen, watch, nextPicture, settled, sharpAfterRelease, watchBox, manyEvents };
