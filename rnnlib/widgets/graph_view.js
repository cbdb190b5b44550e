// The unrolled graph in the browser. Python sends the drawing and all steps once; this script
// only highlights, fills in numbers and reports clicks, so it goes on working without a kernel.
// Three things can be in focus, the first that there is: what the pointer is on, where the
// keyboard's cursor stands, what is pinned (the `selection`, shared with other pictures).

const MATHML = "http://www.w3.org/1998/Math/MathML";
const SVG = "http://www.w3.org/2000/svg";
const PLAY_MS = { slow: 1600, normal: 800, fast: 300 };
// keyword of aria-live areas and controls, in the words of the notebooks
const SPOKEN = { a: "a", y_hat: "ŷ", J: "J" };

const minus = (text) => text.replace(/-/g, "−");
const parse = (key) => { const [name, l, t] = key.split(","); return { name, l: +l, t: +t }; };

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function makeNS(space, tag, attributes = {}, ...children) {
  const node = document.createElementNS(space, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

// ---- equations: tokens (see equations.py) to MathML

const math = (tag, ...children) => makeNS(MATHML, tag, {}, ...children);

function scripted(base, sub, sup) {
  if (sub && sup) return math("msubsup", base, sub, sup);
  return sub ? math("msub", base, sub) : sup ? math("msup", base, sup) : base;
}

function bracketed(rows) {
  const table = math("mtable", ...rows.map((row) =>
    math("mtr", ...row.map((text) => math("mtd", math("mn", minus(text)))))));
  // brackets by CSS: a stretched "[" needs a mathematical font, which many machines lack
  const row = math("mrow", table);
  row.classList.add("brackets");
  return row;
}

function sumOfProducts(pairs) {
  const signed = (text) => math("mn", text.startsWith("-") ? `(${minus(text)})` : text);
  const parts = pairs.flatMap(([a, b], k) =>
    [...(k ? [math("mo", "+")] : []), signed(a), math("mo", "·"), signed(b)]);
  return math("mrow", math("mo", "("), ...parts, math("mo", ")"));
}

const TOKENS = {
  s: ([, base, sub, sup]) => scripted(math("mi", base), sub && math("mtext", sub),
    sup && math("mtext", sup)),
  n: ([, text]) => math("mn", minus(text)),
  v: ([, texts]) => bracketed(texts.map((text) => [text])),
  m: ([, rows]) => bracketed(rows),
  p: ([, pairs]) => sumOfProducts(pairs),
  f: ([, top, bottom]) => math("mfrac", math("mrow", ...top.map(token)),
    math("mrow", ...bottom.map(token))),
  g: ([, parts, , caption]) => {
    const row = math("mrow", ...parts.map(token));
    return caption ? math("munder", row, math("mtext", caption)) : row;
  },
};

function token(item) {
  if (typeof item === "string") {
    return math(/^[=+·⊙()−½]$/.test(item) ? "mo" : "mtext", item.replaceAll(" ", "\u00a0"));
  }
  const node = TOKENS[item[0]](item);
  const role = { s: item[4], n: item[2], v: item[2], m: item[2], p: item[2], f: item[3],
    g: item[2] }[item[0]];
  if (!role) return node;
  const row = math("mrow", node);
  row.classList.add(`t-${role}`);
  return row;
}

// in display style a fraction keeps its full size
const equation = (line) => makeNS(MATHML, "math", { displaystyle: "true" },
  math("mrow", ...line.map(token)));

// ---- the drawing: finds its parts, fills them in, lights them

class Stage {
  constructor(side, unrolled) {
    this.side = make("div", { class: "side" });
    this.scroll = make("div", { class: "scroll" });
    this.side.innerHTML = side; // markup of our own drawing
    this.scroll.innerHTML = unrolled;
    this.frame = make("div", { class: "frame" }, this.side, this.scroll);
    this.places = new Map();
    for (const g of this.scroll.querySelectorAll("g.P")) {
      this.places.set(g.dataset.k, { g, units: [...g.querySelectorAll("g.U")],
        cells: [...g.querySelectorAll("rect.c")], texts: [...g.querySelectorAll("text")] });
    }
    this.bundles = [...this.scroll.querySelectorAll("g.B")].map((g) => ({
      g, paths: [...g.children], weight: g.dataset.w, t: +g.dataset.t, source: g.dataset.s,
      target: g.dataset.d, columns: this.places.get(g.dataset.s).units.length }));
    this.headers = [...this.side.querySelectorAll("g.R"), ...this.scroll.querySelectorAll("g.C")];
    this.folded = [...this.side.querySelectorAll("g.M")];
    this.lit = [];
  }

  fill(key, j, text, scale) {
    const place = this.places.get(key);
    const unitLevel = place.units.length === place.cells.length;
    const cell = place.cells[j];
    const v = Number(text === "inf" || text === "-inf" ? text.replace("inf", "Infinity") : text);
    cell.classList.toggle("nonfinite", text !== "" && !Number.isFinite(v));
    const share = scale > 0 && Number.isFinite(v) ? Math.min(1, Math.abs(v) / scale) : 0;
    const role = v < 0 ? "negative" : "positive";
    cell.style.fill = text === "" ? "" :
      `color-mix(in srgb, var(--${role}) ${Math.round(60 * share)}%, var(--bg))`;
    if (unitLevel && place.texts.length) place.texts[j].textContent = minus(text);
  }

  norm(key, text) {
    const place = this.places.get(key);
    if (place.units.length !== place.cells.length || place.cells.length === 1) {
      if (place.texts.length) place.texts[0].textContent = minus(text ?? "");
    }
  }

  clear() {
    for (const [key, place] of this.places) {
      place.cells.forEach((_, j) => this.fill(key, j, "", 0));
      place.texts.forEach((text) => { text.textContent = ""; });
    }
  }

  mark(node, ...names) {
    node.classList.add(...names);
    this.lit.push([node, names]);
  }

  unlight() {
    for (const [node, names] of this.lit) node.classList.remove(...names);
    this.lit = [];
    this.frame.classList.remove("attend");
  }

  // axis "r": the connections into unit `index`; "c": those out of it; "*": all
  lightBundle(bundle, axis = "*", index = 0, role = "") {
    this.mark(bundle.g, "on", ...(role ? [role] : []));
    const all = axis === "*" || bundle.paths.length === 1;
    if (!all) this.mark(bundle.g, "some");
    bundle.paths.forEach((path, k) => {
      const hit = axis === "r" ? Math.floor(k / bundle.columns) : k % bundle.columns;
      if (all || hit === index) this.mark(path, "hot");
    });
    this.lightPlace(bundle.source, axis === "c" ? index : -1);
    this.lightPlace(bundle.target, axis === "r" ? index : -1);
  }

  lightPlace(key, unit = -1, name = "hot") {
    const units = this.places.get(key).units;
    const chosen = unit >= 0 && units.length > 1 ? [units[unit]] : units;
    for (const u of chosen) this.mark(u, name);
  }

  // lights a target: {node, unit}, {weight}, {layer} or {time}
  light(target) {
    if (target.node) {
      for (const bundle of this.bundles) {
        if (bundle.target === target.node) this.lightUnit(bundle, "r", target.unit);
        if (bundle.source === target.node) this.lightUnit(bundle, "c", target.unit);
      }
      this.lightPlace(target.node, target.unit);
      this.lightPlace(target.node, target.unit, "at");
    } else if (target.weight) {
      this.lightWeight(target.weight);
    } else {
      const { layer, time } = target;
      const inside = (key) => (time === undefined ? parse(key).l === layer
        : parse(key).t === time);
      for (const bundle of this.bundles) {
        if (time === undefined ? inside(bundle.target) : bundle.t === time) {
          this.lightBundle(bundle);
        }
      }
      for (const key of this.places.keys()) if (inside(key)) this.lightPlace(key);
      for (const header of this.headers) {
        const { l, t } = header.dataset;
        if ((time === undefined && +l === layer) || (t !== undefined && +t === time)) {
          this.mark(header, "on");
        }
      }
    }
    this.frame.classList.add("attend");
  }

  lightUnit(bundle, axis, unit) {
    this.lightBundle(bundle, unit < 0 ? "*" : axis, unit);
  }

  lightWeight(name) {
    for (const bundle of this.bundles) if (bundle.weight === name) this.lightBundle(bundle);
    for (const g of this.folded) if (g.dataset.w === name) this.mark(g, "on");
    const bias = /^b(?:\[(\d+)\]|_y)$/.exec(name);
    if (!bias) return;
    for (const key of this.places.keys()) {
      const { name: letter, l, t } = parse(key);
      if (bias[1] ? letter === "a" && l === +bias[1] && t > 0 : letter === "y_hat") {
        this.lightPlace(key);
      }
    }
  }

  // what an event's target is about
  targetOf(element) {
    const g = element.closest?.("g.P, g.R, g.C, g.M, g.F");
    if (!g) return null;
    const { k, l, t, w } = g.dataset;
    if (k !== undefined) {
      const u = element.closest("g.U");
      return { node: k, unit: this.unitIndex(k, u) };
    }
    if (w) return { weight: w };
    return t !== undefined ? { time: +t } : l !== undefined ? { layer: +l } : null;
  }

  unitIndex(key, u) {
    const units = this.places.get(key).units;
    return units.length > 1 ? units.indexOf(u) : -1;
  }

  reveal(key) {
    const box = this.places.get(key).g.getBBox();
    const room = this.scroll.clientWidth;
    const left = this.scroll.scrollLeft;
    if (box.x - 70 < left || box.x + box.width + 70 > left + room) {
      this.scroll.scrollLeft = box.x + box.width / 2 - room / 2;
    }
  }
}

// ---- words about what is in focus

function nodeName(key) {
  const { name, l, t } = parse(key);
  if (name === "a" && l === 0) return `x⟨${t}⟩`;
  return SPOKEN[name] + `⟨${t}⟩` + (name === "a" ? `[${l}]` : "");
}

function aboutNode(stage, target, text, quantity) {
  const ends = (way, other) => stage.bundles.filter((b) => b[way] === target.node).map((b) => {
    const lines = target.unit < 0 ? b.paths.length : way === "target" ? b.columns
      : b.paths.length / b.columns;
    const through = b.weight ? ` through ${b.weight}` : "";
    return `${nodeName(b[other])}${through} (${lines} connection${lines > 1 ? "s" : ""})`;
  });
  const fed = ends("target", "source"), feeds = ends("source", "target");
  const who = nodeName(target.node) + (target.unit >= 0 ? `, unit ${target.unit + 1}` : "");
  return `${text ? `${quantity}${who} = ${text}` : who}.` + (fed.length ? ` Fed by ${fed.join(" and ")}.` :
    " Nothing in the network feeds it.") + (feeds.length ? ` Feeds ${feeds.join(" and ")}.` : "");
}

function aboutWeight(name, shape, uses) {
  return `${name}, ${shape.join(" × ")}: one ${name.startsWith("b") ? "vector" : "matrix"}, ` +
    `used ${uses} time${uses > 1 ? "s" : ""}, the same numbers each time.`;
}

// ---- the whole view

class View {
  constructor(model, el) {
    this.model = model;
    this.scene = model.get("scene");
    this.stop = new AbortController();
    this.stage = new Stage(this.scene.side, this.scene.unrolled);
    this.hover = null;
    this.cursor = null;
    this.known = -1;
    this.root = make("div", { class: "rg", "data-lm-suppress-shortcuts": "true" });
    this.build();
    el.append(this.root);
    this.listen();
    this.showFrame();
  }

  get steps() { return this.scene.steps[this.model.get("by")] ?? []; }
  get stepping() { return Object.keys(this.scene.steps).length > 0; }
  get index() { return Math.min(Math.max(this.model.get("frame"), 0), this.steps.length - 1); }

  build() {
    const chips = Object.keys(this.scene.shapes).map((name) => {
      const chip = make("button", { class: `chip ${name.split("[")[0]}`, type: "button",
        "aria-pressed": "false", title: "show every use" }, name);
      chip.dataset.w = name;
      return chip;
    });
    this.chips = make("div", { class: "bar", role: "group", "aria-label": "Weights" },
      "Light up:", ...chips);
    this.stageFrame = this.stage.frame;
    this.stageFrame.classList.add("stage");
    for (const [name, value] of Object.entries({ tabindex: "0", role: "application",
      "aria-roledescription": "unrolled graph", "aria-label": this.scene.description })) {
      this.stageFrame.setAttribute(name, value);
    }
    this.about = make("div", { class: "about", "aria-live": "polite" });
    this.legend = make("div", { class: "legend" });
    this.legend.innerHTML = this.scene.legend; // markup of our own
    if (this.stepping) {
      const { bar, eq } = this.buildSteps();
      this.root.append(bar, this.say, this.stageFrame, eq, this.about, this.chips, this.legend);
      if (this.scene.terms) this.terms = new Terms(this);
    } else {
      this.root.append(this.chips, this.stageFrame, this.about, this.legend);
    }
  }

  buildSteps() {
    const button = (name, label, text) => make("button",
      { type: "button", "data-do": name, "aria-label": label, title: label }, text);
    this.slider = make("input", { type: "range", min: "0", step: "1", "aria-label": "Step" });
    this.count = make("span", { class: "count" });
    this.play = button("play", "Play (space)", "▶ play");
    const bar = make("div", { class: "bar", role: "group", "aria-label": "Steps" },
      button("first", "First step (Home)", "|◀"), button("previous", "Previous step (←)", "◀"),
      this.play, button("next", "Next step (→)", "▶"), button("last", "Last step (End)", "▶|"),
      make("span", { class: "steps" }, this.slider), this.count);
    if (Object.keys(this.scene.steps).length > 1) {
      this.by = this.select("Detail", Object.keys(this.scene.steps).map(
        (name) => [name, `${name} by ${name}`]), this.model.get("by"));
      bar.append(this.by);
    }
    this.speed = this.select("Speed", Object.keys(PLAY_MS).map((name) => [name, name]), "normal");
    bar.append(this.speed);
    this.say = make("div", { class: "say", "aria-live": "polite" });
    this.eq = make("div", { class: "equation", tabindex: "-1" });
    return { bar, eq: this.eq };
  }

  select(label, options, chosen) {
    const node = make("select", { "aria-label": label }, ...options.map(
      ([value, words]) => make("option", { value }, words)));
    node.value = chosen;
    return node;
  }

  listen() {
    const on = (node, type, action) => node.addEventListener(type, action,
      { signal: this.stop.signal });
    on(this.stageFrame, "pointerover", (e) => this.point(this.stage.targetOf(e.target)));
    on(this.stageFrame, "pointerleave", () => this.point(null));
    on(this.stageFrame, "mousedown", (e) => {
      if (this.stage.targetOf(e.target)) e.preventDefault(); // a click leaves the focus alone
    });
    on(this.stageFrame, "click", (e) => this.choose(this.stage.targetOf(e.target), true));
    on(this.stageFrame, "focus", () => this.moveCursor(this.cursor ?? this.firstCursor()));
    on(this.stageFrame, "blur", () => this.attend());
    on(this.stageFrame, "keydown", (e) => this.cursorKey(e));
    for (const chip of this.chips.querySelectorAll("button")) {
      const target = { weight: chip.dataset.w };
      on(chip, "pointerenter", () => this.point(target));
      on(chip, "pointerleave", () => this.point(null));
      on(chip, "focus", () => { if (chip.matches(":focus-visible")) this.point(target); });
      on(chip, "blur", () => this.point(null));
      on(chip, "click", () => this.pinTarget(target));
    }
    on(this.root, "keydown", (e) => e.stopPropagation());
    this.follow("change:frame change:by", () => this.showFrame());
    this.follow("change:selection", () => { this.pinned = null; this.attend(); });
    if (this.stepping) this.listenSteps(on);
  }

  follow(names, action) {
    this.model.on(names, action);
    this.stop.signal.addEventListener("abort", () => this.model.off(names, action));
  }

  listenSteps(on) {
    on(this.root, "click", (e) => {
      const what = e.target.closest("button")?.dataset.do;
      if (what) this.act(what);
    });
    on(this.slider, "input", () => this.goTo(+this.slider.value));
    on(this.root, "keydown", (e) => this.stepKey(e));
    if (this.by) {
      on(this.by, "change", () => {
        const at = this.steps[this.index]?.at;
        this.pause();
        this.model.set("by", this.by.value);
        this.goTo(Math.max(0, this.steps.findIndex((step) => step.at === at)));
      });
    }
    on(this.speed, "change", () => { if (this.timer) { this.pause(); this.act("play"); } });
  }

  remove() {
    this.pause();
    this.stop.abort();
    this.root.remove();
  }

  // ---- stepping

  act(what) {
    const last = this.steps.length - 1;
    if (what === "play") return this.timer ? this.pause() : this.startPlay();
    this.pause();
    this.goTo({ first: 0, previous: this.index - 1, next: this.index + 1, last }[what]);
  }

  startPlay() {
    if (this.index === this.steps.length - 1) this.goTo(0);
    this.play.textContent = "❚❚ pause";
    this.play.setAttribute("aria-pressed", "true");
    this.timer = setInterval(() => {
      this.goTo(this.index + 1);
      if (this.index === this.steps.length - 1) this.pause();
    }, PLAY_MS[this.speed.value]);
  }

  pause() {
    clearInterval(this.timer);
    this.timer = null;
    if (!this.play) return;
    this.play.textContent = "▶ play";
    this.play.setAttribute("aria-pressed", "false");
  }

  goTo(k) {
    const index = Math.min(Math.max(k, 0), this.steps.length - 1);
    this.pinned = null;
    this.model.set({ frame: index, selection: this.selectionAt(index) });
    this.model.save_changes();
    this.showFrame();
  }

  selectionAt(index) {
    const { name, l, t } = parse(this.steps[index].at);
    return [name, l, t];
  }

  stepKey(e) {
    if (e.target === this.stageFrame || e.target.tagName === "SELECT" || e.ctrlKey || e.metaKey
        || e.altKey) return;
    const what = { ArrowLeft: "previous", ArrowRight: "next", Home: "first", End: "last" }[e.key];
    const space = e.key === " " && e.target.tagName !== "BUTTON";
    if (!what && !space) return;
    e.preventDefault();
    this.act(what ?? "play");
  }

  showFrame() {
    if (!this.stepping) {
      if (this.known < 0) this.learn(this.scene.known);
      this.known = 0;
      return this.attend();
    }
    const k = this.index;
    if (this.shownBy !== this.model.get("by") || k < this.known) {
      this.stage.clear();
      this.known = -1;
      this.shownBy = this.model.get("by");
      if (this.by) this.by.value = this.shownBy;
    }
    while (this.known < k) this.learn(this.steps[++this.known]);
    const step = this.steps[k];
    this.slider.max = String(this.steps.length - 1);
    this.slider.value = String(k);
    this.slider.setAttribute("aria-valuetext", step.say);
    this.count.textContent = `${k + 1} / ${this.steps.length}`;
    this.say.textContent = step.say;
    this.eq.replaceChildren(...step.eq.map(equation));
    this.eq.style.minHeight = `${Math.max(this.eq.offsetHeight, parseFloat(
      this.eq.style.minHeight) || 0)}px`;
    this.stage.reveal(step.at);
    this.terms?.show(this.steps.slice(0, k + 1));
    this.attend();
  }

  learn(step) {
    for (const [key, first, texts, norm, scale] of step?.set ?? []) {
      texts.forEach((text, j) => this.stage.fill(key, first + j, text, this.scene.scales[scale]));
      if (norm !== null) this.stage.norm(key, norm);
    }
  }

  // ---- attention

  point(target) { this.hover = target; this.attend(); }

  attend() {
    this.stage.unlight();
    const cursor = document.activeElement === this.stageFrame ? this.cursor : null;
    const pinned = this.pinned ?? (this.stepping ? null : this.selected());
    const target = this.hover ?? cursor ?? pinned;
    if (target) this.stage.light(target);
    else if (this.stepping) this.lightStep(this.steps[this.index]);
    if (cursor) this.markCursor(cursor);
    if (pinned?.node) this.stage.lightPlace(pinned.node, pinned.unit, "pinned");
    for (const chip of this.chips.querySelectorAll("button")) {
      chip.setAttribute("aria-pressed", String(pinned?.weight === chip.dataset.w));
    }
    this.about.textContent = target ? this.words(target) : this.scene.hint;
  }

  lightStep(step) {
    for (const [index, axis, unit, role] of step.on) {
      this.stage.lightBundle(this.stage.bundles[index], axis, unit, role);
    }
    this.stage.lightPlace(step.at, step.unit, "at");
    this.stage.mark(this.stage.frame, "stepping");
  }

  selected() {
    const selection = this.model.get("selection");
    if (!selection) return null;
    const node = selection.slice(0, 3).join(",");
    return this.stage.places.has(node) ? { node, unit: selection[3] ?? -1 } : null;
  }

  words(target) {
    if (target.node) {
      const { texts } = this.stage.places.get(target.node);
      const text = target.unit >= 0 ? texts[target.unit]?.textContent
        : texts.length === 1 ? texts[0].textContent : texts.map((x) => x.textContent).join(", ");
      return aboutNode(this.stage, target, text, this.scene.quantity);
    }
    if (target.weight) {
      return aboutWeight(target.weight, this.scene.shapes[target.weight], this.scene.length);
    }
    if (target.time !== undefined) return `Everything at t = ${target.time}.`;
    return `Layer ${target.layer}, at every time: the same weights, new values.`;
  }

  // a click or Enter: in a stepper a node jumps to its step, elsewhere it is pinned
  choose(target, byPointer) {
    if (!target) return;
    const k = target.node ? this.stepOf(target) : -1;
    if (k >= 0) {
      this.pause();
      this.hover = null;
      this.goTo(k);
      if (byPointer) this.slider.focus();
    } else {
      this.pinTarget(target);
    }
  }

  stepOf({ node, unit }) {
    const fits = (step) => step.at === node && (step.unit === unit || step.unit < 0 || unit < 0);
    return this.steps.findIndex(fits);
  }

  pinTarget(target) {
    const same = this.pinned && JSON.stringify(this.pinned) === JSON.stringify(target);
    const pin = same ? null : target;
    const { name, l, t } = pin?.node ? parse(pin.node) : {};
    this.model.set("selection", pin?.node ? [name, l, t, ...(pin.unit >= 0 ? [pin.unit] : [])]
      : null);
    this.model.save_changes();
    this.pinned = pin; // after set, whose change event forgets the pin
    this.attend();
  }

  // ---- the keyboard's cursor: a grid of row headers (t = -1), times 0..T and column headers

  firstCursor() { return { node: "a,1,1", unit: this.stage.places.get("a,1,1").units.length > 1
    ? 0 : -1 }; }

  moveCursor(target) { this.cursor = target; this.attend(); }

  markCursor(target) {
    if (target.node) this.stage.lightPlace(target.node, target.unit, "cursor");
    for (const header of this.stage.headers) {
      const { l, t } = header.dataset;
      if ((l !== undefined && +l === target.layer) || (t !== undefined && +t === target.time)) {
        this.stage.mark(header, "cursor");
      }
    }
  }

  cursorKey(e) {
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    if (e.key in move) this.moveCursor(this.neighbour(...move[e.key]));
    else if (e.key === "Enter" || e.key === " ") this.choose(this.cursor, false);
    else if (e.key === "Escape") this.pinTarget(null);
    else return;
    e.preventDefault();
    if (this.cursor.node) this.stage.reveal(this.cursor.node);
  }

  neighbour(right, up) {
    const { node, unit = -1 } = this.cursor;
    let { l, t } = node ? parse(node) : { l: this.cursor.layer ?? -1, t: this.cursor.time ?? -1 };
    if (up && node) { // first through the units of a layer: unit 1 stands on top
      const units = this.stage.places.get(node).units.length;
      const next = unit - up;
      if (units > 1 && next >= 0 && next < units) return { node, unit: next };
    }
    [l, t] = [l + up, t + right];
    const found = this.at(l, t);
    if (!found) return this.cursor;
    if (!found.node) return found;
    const units = this.stage.places.get(found.node).units.length;
    const entered = up > 0 ? units - 1 : up < 0 ? 0 : Math.min(Math.max(unit, 0), units - 1);
    return { node: found.node, unit: units > 1 ? entered : -1 };
  }

  at(l, t) {
    const top = Math.max(...[...this.stage.places.keys()].map((key) => parse(key).l));
    if (t === -1) return l >= 0 && l <= top ? { layer: l } : null;
    if (l === -1) return t <= this.scene.T ? { time: t } : null;
    const key = [...this.stage.places.keys()].find((k) => {
      const place = parse(k);
      return place.l === l && place.t === t;
    });
    return key ? { node: key } : null;
  }
}

// ---- one bar per time: the terms of a weight's gradient, below their own columns

class Terms {
  constructor(view) {
    this.view = view;
    const { terms } = view.scene;
    const first = "W_a[1]" in terms ? "W_a[1]" : Object.keys(terms)[0];
    this.weight = view.select("Weight whose gradient is summed",
      Object.keys(terms).map((name) => [name, name]), first);
    this.entry = make("select", { "aria-label": "Entry of the weight" });
    this.total = make("div", { class: "count", "aria-live": "polite" });
    this.panel = make("div", { class: "terms" }, make("div", {}, "terms of ∂J/∂"), this.weight,
      this.entry, this.total);
    const { width } = view.stage.scroll.querySelector("svg").viewBox.baseVal;
    this.height = 104;
    this.svg = makeNS(SVG, "svg", { width, height: this.height, role: "img" });
    view.stage.side.append(this.panel);
    view.stage.scroll.append(make("div", { class: "terms" }, this.svg));
    this.offerEntries();
    const signal = { signal: view.stop.signal };
    this.weight.addEventListener("change", () => { this.offerEntries(); this.draw(); }, signal);
    this.entry.addEventListener("change", () => this.draw(), signal);
  }

  get data() { return this.view.scene.terms[this.weight.value]; }

  offerEntries() {
    const [n, columns] = this.data.shape;
    const options = Array.from({ length: n * columns }, (_, k) => make("option",
      { value: String(k) }, `row ${Math.floor(k / columns) + 1}, column ${k % columns + 1}`));
    this.entry.replaceChildren(...options);
    const sizes = this.data.sums[0].map((text) => Math.abs(Number(text)) || 0);
    this.entry.value = String(sizes.indexOf(Math.max(...sizes)));
  }

  show(steps) {
    this.reached = new Map(); // layer -> earliest time whose term is known
    for (const step of steps) if (step.terms) this.reached.set(step.terms[0], step.terms[1]);
    this.draw();
  }

  layerOf(name) {
    const inside = /\[(\d+)\]/.exec(name);
    return inside ? +inside[1] : this.view.scene.L + 1;
  }

  draw() {
    const k = +this.entry.value;
    const { terms, sums } = this.data;
    const reached = this.reached.get(this.layerOf(this.weight.value)) ?? Infinity;
    const finite = [...terms, ...sums].map((row) => Math.abs(Number(row[k])))
      .filter(Number.isFinite);
    const largest = Math.max(...finite, 0);
    const role = this.weight.value.split("[")[0].replace("b_y", "b");
    const bars = terms.map((row, at) => (at + 1 >= reached ? this.bar(row[k], largest,
      this.view.scene.columns[at + 1], `var(--${role})`, at + 1 === reached) : null));
    const sum = reached <= sums.length ? sums[reached - 1][k] : "0";
    bars.push(this.bar(sum, largest, this.view.scene.columns[0], "var(--ink)", true, "sum"));
    const middle = this.height / 2;
    const axis = makeNS(SVG, "line", { x1: 0, x2: this.svg.getAttribute("width"), y1: middle,
      y2: middle });
    this.svg.replaceChildren(axis, ...bars.filter(Boolean));
    const known = terms.map((row, at) => (at + 1 >= reached ? `t = ${at + 1}: ${row[k]}` : ""));
    this.svg.setAttribute("aria-label", `Terms of the gradient of ${this.weight.value}, ` +
      `${this.entry.selectedOptions[0].text}: ${known.filter(Boolean).join(", ") || "none yet"}; ` +
      `sum ${sum}`);
    this.total.textContent = `sum so far: ${minus(sum)}`;
  }

  bar(text, largest, x, fill, now, label = "") {
    const v = Number(text);
    const middle = this.height / 2;
    const size = largest > 0 && Number.isFinite(v) ? (Math.abs(v) / largest) * (middle - 22) : 0;
    const words = makeNS(SVG, "text", { x, y: v < 0 ? middle + size + 15 : middle - size - 6,
      class: now ? "now" : "" }, (label ? `${label} ` : "") + minus(text));
    const rect = makeNS(SVG, "rect", { x: x - 16, y: v < 0 ? middle : middle - size, width: 32,
      height: Math.max(size, 1), style: `fill:${fill}` });
    return makeNS(SVG, "g", {}, rect, words);
  }
}

export default {
  render({ model, el }) {
    const view = new View(model, el);
    return () => view.remove();
  },
};
