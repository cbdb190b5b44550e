// Where the kernel is far: pictures of what the hand may choose next (ahead.py says how they come)
// are shown at once, each for the values that it belongs to; the kernel's own answer confirms.

const FAR_MS = 100; // a round trip so long is felt
const TRIPS = 6; // so many are remembered, and the shortest counts: a kernel may be at work
const NEAR_MS = 5000; // how often a kernel that is near is asked how near it is
const DWELL_MS = 100; // the hand rests on a control
const SHARP = 8; // of the kernel's sharp pictures so many are kept, four times as large
const VISITS = 500; // values that the kernel has not answered yet, at most
const FOUND = "rnnlib-hand"; // says to the other pictures that the hand is at this one

// Says which picture is due. `changed()` is called when another one may be.
function lookAhead(model, changed, signal) {
  const kept = new Map(); // values of the controls, as text -> picture
  const trips = []; // ms
  let visited = []; // values, from the last that the kernel has shown
  let now = null; // () => the controls' values in the page, as text
  let hand = null; // number of the control that it is on
  let round = Date.now(); // counts how often all was dropped; another view begins elsewhere
  let asked = -NEAR_MS;
  let dwell;

  const of = (picture) => JSON.stringify(picture.of);
  const isSlow = () => Math.min(...trips) > FAR_MS;
  const isFar = () => trips.length > 1 && isSlow();
  const drop = () => {
    kept.forEach(undo);
    kept.clear();
    round += 1;
    keep();
  };

  // A way back to what the kernel shows now.
  function keep() {
    const frame = model.get("frame");
    const isOneMore = frame.ratio > 1
      && [...kept.values()].filter(({ ratio }) => ratio > 1).length >= SHARP;
    if (hand !== null && !isOneMore && !fits(kept.get(of(frame)), frame))
      kept.set(of(frame), { ...frame, label: model.get("label"), reading: model.get("reading") });
  }

  // Whether a picture can stand beside the kernel's frame: ink needs the ground it was made for.
  const fits = (picture, frame) => picture?.base === frame.base
    && picture.theme === model.get("theme")
    && (picture.png || picture.ground === model.get("ground").number);

  function undo(picture) {
    picture.bitmap?.close();
    picture.bitmap = picture.isNext = null;
  }

  // Decodes the pictures of the next value to each side, and no others.
  function decodeNext() {
    const [frame, at] = [model.get("frame"), JSON.parse(now())[hand]];
    const others = [...kept.values()].filter((p) => p.png && fits(p, frame) && p.of[hand] !== at);
    const beside = (side) => others.filter((p) => side * (p.of[hand] - at) > 0)
      .sort((a, b) => side * (a.of[hand] - b.of[hand]))[0];
    const next = [beside(-1), beside(1)];
    for (const picture of kept.values()) if (!next.includes(picture)) undo(picture);
    for (const picture of next) {
      if (!picture || picture.isNext) continue;
      picture.isNext = true;
      bitmapOf(picture.png).then((bitmap) => {
        if (picture.isNext && !picture.bitmap) picture.bitmap = bitmap;
        else bitmap.close();
      });
    }
  }

  // Of the kernel's frame, one that came ahead, and the one that is shown. An answer that comes
  // late replaces no picture of values that were chosen after its own.
  function due(shown) {
    const frame = model.get("frame");
    if (!now || of(frame) === now()) return frame;
    if (fits(kept.get(now()), frame)) return kept.get(now());
    const at = visited.lastIndexOf(of(frame));
    const isLate = at >= 0 && shown?.base === frame.base && visited.lastIndexOf(of(shown)) > at;
    return isLate ? shown : frame;
  }

  // An answer of the kernel that is still under way would end what it sends.
  const isConfirmed = () => !now || of(model.get("frame")) === now();

  function ask() {
    const far = isFar();
    const at = performance.now();
    if (!now || (far ? hand === null : !isSlow() && at - asked < NEAR_MS)) return;
    asked = at;
    model.send({ kind: "hand", hand, round, far, at });
  }

  function soon() {
    clearTimeout(dwell);
    dwell = setTimeout(ask, DWELL_MS);
  }

  function take(control) {
    if (control === hand || control < 0) return;
    hand = control;
    drop();
    document.dispatchEvent(new CustomEvent(FOUND, { detail: model }));
    soon();
  }

  function onMessage(message) {
    if (message.kind === "heard") {
      trips.push(performance.now() - message.at);
      trips.splice(0, trips.length - TRIPS);
      if (isSlow() && !message.far) ask();
    } else if (message.kind === "ahead" && message.round === round) {
      kept.set(of(message.picture), message.picture);
      if (of(message.picture) === now()) changed();
      decodeNext();
    }
  }

  // The kernel has answered: what it has shown is behind us.
  function onFrame() {
    const at = visited.lastIndexOf(of(model.get("frame")));
    if (at > 0) visited = visited.slice(at);
    keep();
  }

  function onValue(control) {
    if (control !== hand) drop();
    if (visited.at(-1) !== now()) visited.push(now());
    if (visited.length > VISITS) visited.shift();
    changed();
    if (hand !== null) decodeNext();
  }

  // Begins when all controls are there, which are in the same page as the picture.
  async function begin(root) {
    const told = model.get("controls");
    if (!told.length || !model.widget_manager?.get_model) return;
    const all = Promise.all(told.map(([id]) => model.widget_manager.get_model(id)));
    const found = await all.catch(() => null); // a saved page may have lost them
    if (!found || signal.aborted) return;
    now = () => JSON.stringify(found.map((control, i) => control.get(told[i][1])));
    visited = [now()];
    found.forEach((control, i) => {
      const listen = () => onValue(i);
      control.on(`change:${told[i][1]}`, listen);
      signal.addEventListener("abort", () => control.off(`change:${told[i][1]}`, listen));
    });
    const where = ({ target }) =>
      [...root.firstElementChild.children].findIndex((control) => control.contains(target));
    root.addEventListener("focusin", (event) => take(where(event)), { signal });
    root.addEventListener("pointerover", (event) => { if (!event.buttons) take(where(event)); },
      { signal });
    // what a button does is not among the values
    root.addEventListener("click", (event) => { if (event.target.closest("button")) drop(); },
      { signal, capture: true });
    document.addEventListener(FOUND, (event) => {
      if (event.detail === model) return;
      hand = null;
      drop();
    }, { signal });
    model.on("msg:custom", onMessage);
    model.on("change:frame", onFrame);
    ask();
  }

  signal.addEventListener("abort", () => {
    clearTimeout(dwell);
    model.off("msg:custom", onMessage);
    model.off("change:frame", onFrame);
    kept.forEach(undo);
    kept.clear();
  });

  return { begin, due, rested: () => { if (isConfirmed()) ask(); } };
}
