// The unrolled graph in the browser. Python sends the drawing and all steps once; this script
// only highlights, fills in numbers and reports clicks, so it goes on working without a kernel.
// Three things can be in focus, the first that there is: what the pointer is on, where the
// keyboard's cursor stands, what is pinned (the `selection`, shared with other pictures).

class View {
  constructor(model, el) {
    Object.assign(this, { model, el });
    this.scene = model.get("scene");
    this.stop = new AbortController();
    this.stage = new Stage(this.scene);
    this.grid = new Grid(this.stage.places, this.scene.T);
    this.hover = null;
    this.cursor = null;
    this.known = -1;
    this.root = make("div", { class: "rg" });
    this.build();
    el.append(this.root);
    this.listen();
    if (this.stepping) this.clock = clockOf(this.scene);
    this.clock?.join(this);
    this.showFrame();
    // only now the page lays it out, and it can scroll
    requestAnimationFrame(() => { if (this.stepping) this.stage.reveal(this.steps[this.index].at); });
  }

  get steps() { return this.scene.steps[this.model.get("by")] ?? []; }
  get stepping() { return Object.keys(this.scene.steps).length > 0; }
  get index() { return Math.min(Math.max(this.model.get("frame"), 0), this.steps.length - 1); }

  build() {
    const chips = Object.keys(this.scene.shapes).map((name) => {
      const chip = make("button", { class: `chip ${roleOf(name)}`, type: "button",
        "aria-pressed": "false", title: "show every use" }, name);
      chip.dataset.w = name;
      return chip;
    });
    untranslated(...chips);
    this.chips = make("div", { class: "bar", role: "group", "aria-label": "Weights" },
      make("span", {}, "Light up:"), ...chips);
    this.stageFrame = this.stage.frame;
    this.stageFrame.classList.add("stage");
    for (const [name, value] of Object.entries({ tabindex: "0", role: "application",
      "aria-roledescription": "unrolled graph", "aria-label": this.scene.description })) {
      this.stageFrame.setAttribute(name, value);
    }
    this.about = make("div", { class: "about" });
    // the only part that is read out by itself: what was asked for, once, with its numbers
    this.spoken = make("div", { class: "spoken", "aria-live": "polite" });
    this.legend = make("div", { class: "legend" });
    this.legend.innerHTML = this.scene.legend; // markup of our own
    if (this.stepping) {
      const { bar, eq } = this.buildSteps();
      this.root.append(bar, this.say, this.stageFrame, eq, this.about, this.chips, this.legend);
      if (this.scene.terms) this.terms = new Terms(this);
    } else {
      this.root.append(this.chips, this.stageFrame, this.about, this.legend);
    }
    this.root.append(this.spoken);
    this.root.firstChild.append(wholeScreen(this));
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
    this.speed = this.select("Speed", Object.keys(PLAY_MS).map(
      (name) => [name, `${name} speed`]), "normal");
    bar.append(this.speed);
    this.say = make("div", { class: "say" });
    this.eq = make("div", { class: "equation", role: "group", "aria-label": "Equation" });
    untranslated(this.eq);
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
    for (const type of ["pointerover", "pointermove"]) {
      on(this.stageFrame, type, (e) => this.pointerAt(e));
    }
    on(this.stageFrame, "pointerleave", () => this.point(null));
    on(this.stageFrame, "mousedown", (e) => {
      if (this.stage.targetOf(e.target)) e.preventDefault(); // a click leaves the focus alone
    });
    on(this.stageFrame, "click", (e) => {
      this.rest();
      this.choose(this.stage.targetOf(e.target), true);
    });
    on(this.stageFrame, "focus", () => this.enter());
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
    keepKeys(".rg", this.stop.signal);
    on(this.root, "keydown", (e) => {
      hushed(e);
      if (e.key === "Escape") this.letGo();
    });
    for (const type of ["beforeprint", "afterprint"]) {
      on(window, type, () => { this.printing = type === "beforeprint"; fillScreen(this); });
    }
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
    on(this.slider, "input", () => { this.pause(); this.goTo(+this.slider.value); });
    on(this.root, "keydown", (e) => this.stepKey(e));
    if (this.by) {
      on(this.by, "change", () => {
        const { at, say } = this.steps[this.index];
        this.pause();
        this.model.set("by", this.by.value);
        this.goTo(this.samePlace(at, say));
      });
    }
    on(this.speed, "change", () => this.clock.setPace(this));
  }

  remove() {
    this.clock?.leave(this);
    this.stop.abort();
    this.root.remove();
  }

  // ---- stepping

  act(what) {
    const last = this.steps.length - 1;
    if (what === "play") return this.clock.timer ? this.pause() : this.clock.start(this);
    this.pause();
    this.goTo({ first: 0, previous: this.index - 1, next: this.index + 1, last }[what]);
  }

  pause() { this.clock.pause(); }

  goTo(k) {
    const index = Math.min(Math.max(k, 0), this.steps.length - 1);
    this.pinned = null;
    this.attend();
    const selection = this.selectionAt(index);
    // the change of either makes every view of this model follow, this one included
    this.model.set("frame", index);
    if (String(this.model.get("selection")) !== String(selection)) {
      this.model.set("selection", selection);
    }
    this.model.save_changes();
  }

  // the step at the other detail that says the same, or begins to: "..., unit 1" is left out
  samePlace(at, say) {
    const about = (words) => words.replace(/, unit \d+/, "");
    const same = (step) => step.at === at && about(step.say) === about(say);
    return Math.max(0, this.steps.findIndex(same));
  }

  selectionAt(index) {
    const { name, l, t } = parse(this.steps[index].at);
    return [name, l, t];
  }

  stepKey(e) {
    if (e.target.tagName === "SELECT" || !isOurs(e)) return;
    const what = stepAsked(e, this);
    if (!what) return;
    e.preventDefault();
    this.rest();
    this.act(what);
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
    this.slider.setAttribute("aria-valuetext", `${k + 1} of ${this.steps.length}`);
    this.count.textContent = `${k + 1} / ${this.steps.length}`;
    this.say.textContent = step.say;
    this.eq.replaceChildren(...step.eq.map(equation));
    if (this.room) {
      fillScreen(this);
      fitWords(this);
    }
    if (!this.root.matches(".fitted")) {
      this.eq.style.minHeight = `${Math.max(this.eq.offsetHeight, parseFloat(
        this.eq.style.minHeight) || 0)}px`;
    }
    this.stage.reveal(step.at);
    this.terms?.show(this.steps.slice(0, k + 1));
    this.attend();
    const [, , numbers = []] = step.set.find(([key]) => key === step.at) ?? [];
    this.speak([step.say, numbers.map(minus).join(", ")].filter(Boolean).join(": "));
  }

  learn(step) {
    for (const [key, first, texts, norm, shares] of step?.set ?? []) {
      texts.forEach((text, j) => this.stage.fill(key, first + j, text, shares[j], step.held));
      if (norm !== null) this.stage.norm(key, norm);
    }
  }

  // ---- attention

  point(target) { this.hover = target; this.attend(); }

  // after a click or a key the step or the cursor is looked at, until the pointer moves: itself,
  // and not the page or the graph that scrolls below it
  rest() {
    this.resting = this.pointer;
    this.hover = null;
  }

  pointerAt(e) {
    const { x, y } = this.resting ?? {};
    this.pointer = { x: e.screenX, y: e.screenY };
    if (Math.hypot(e.screenX - x, e.screenY - y) < 2) return;
    const rested = this.resting;
    this.resting = null;
    if (rested || e.type === "pointerover") this.point(this.stage.targetOf(e.target));
  }

  attend() {
    this.stage.unlight();
    const cursor = this.stageFrame.matches(":focus") ? this.cursor : null;
    const pinned = this.pinned ?? (this.stepping ? null : this.selected());
    const target = this.hover ?? (this.roaming ? cursor : null) ?? pinned;
    if (target) this.stage.light(target);
    else if (this.stepping) this.lightStep(this.steps[this.index]);
    if (cursor) this.markCursor(cursor);
    if (pinned?.node) this.stage.lightPlace(pinned.node, pinned.unit, "pinned");
    for (const chip of this.chips.querySelectorAll("button")) {
      chip.setAttribute("aria-pressed", String(pinned?.weight === chip.dataset.w));
    }
    const about = target ? aboutTarget(target, this) : this.scene.hint;
    if (this.about.textContent === about) return;
    this.about.textContent = about;
    if (this.room?.hall && !this.stepping) fitWords(this);
    this.speak(about);
  }

  // the same words once more would be read out once more
  speak(words) {
    if (this.spoken.textContent !== words) this.spoken.textContent = words;
  }

  lightStep(step) {
    for (const [index, axis, unit, role] of step.on) {
      this.stage.lightBundle(this.stage.bundles[index], axis, unit, role);
    }
    this.stage.lightPlace(step.at, step.unit, "at");
  }

  selected() {
    const selection = this.model.get("selection");
    if (!selection) return null;
    const node = selection.slice(0, 3).join(",");
    return this.stage.places.has(node) ? { node, unit: selection[3] ?? -1 } : null;
  }

  // a click or Enter: in a stepper a node jumps to its step, elsewhere it is pinned
  choose(target, byPointer) {
    if (!target) return;
    const k = target.node ? this.stepOf(target) : -1;
    if (k >= 0) {
      this.pause();
      this.hover = null;
      this.cursor = target;
      this.roaming = false;
      this.goTo(k);
      if (byPointer) this.slider.focus({ preventScroll: true });
    } else {
      this.pinTarget(target);
    }
  }

  stepOf({ node, unit }) {
    const at = (step) => step.at === node && (step.unit === unit || step.unit < 0 || unit < 0);
    const k = this.steps.findIndex(at);
    // all start states become known in one step, which stands at the first of them
    return k >= 0 ? k : this.steps.findIndex((step) => step.set.some(([key]) => key === node));
  }

  pinTarget(target) {
    const now = this.pinned ?? this.selected();
    const pin = JSON.stringify(now) === JSON.stringify(target) ? null : target;
    const { name, l, t } = pin?.node ? parse(pin.node) : {};
    this.model.set("selection", pin?.node ? [name, l, t, ...(pin.unit >= 0 ? [pin.unit] : [])]
      : null);
    this.model.save_changes();
    this.pinned = pin; // after set, whose change event forgets the pin
    this.attend();
  }

  letGo() {
    if (this.pinned || (!this.stepping && this.model.get("selection"))) this.pinTarget(null);
    this.roaming = false;
    this.point(null);
  }

  // ---- the keyboard's cursor

  // a stepper's cursor starts where the step is, and asks for no attention until it moves
  enter() {
    const node = this.stepping ? this.steps[this.index].at : "a,1,1";
    this.cursor ??= { node, unit: this.stage.places.get(node).units.length > 1 ? 0 : -1 };
    this.roaming = !this.stepping;
    this.attend();
  }

  moveCursor(target) {
    this.cursor = target;
    this.roaming = true;
    this.attend();
  }

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
    if (e.target !== this.stageFrame || !isOurs(e)) return;
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    if (e.key in move || e.key === "Enter" || e.key === " ") this.rest();
    if (e.key in move) this.moveCursor(this.grid.neighbour(this.cursor, ...move[e.key]));
    else if (e.key === "Enter" || e.key === " ") this.choose(this.cursor, false);
    else return;
    e.preventDefault();
    if (this.cursor.node) this.stage.reveal(this.cursor.node);
  }
}

export default {
  render({ model, el }) {
    const view = new View(model, el);
    withKernel(model, el, view.stop.signal);
    return () => view.remove();
  },
};
