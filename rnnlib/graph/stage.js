// The drawing: finds its parts, fills them in, lights them.

class Stage {
  constructor({ side, unrolled, columns }) {
    this.columns = columns;
    this.side = make("div", { class: "side" });
    this.scroll = make("div", { class: "scroll" });
    this.side.innerHTML = side; // markup of our own drawing
    this.scroll.innerHTML = unrolled;
    untranslated(this.scroll, ...this.side.querySelectorAll("text:is(.row, .name, .weight)"));
    this.frame = make("div", { class: "frame" }, this.side, this.scroll);
    this.places = new Map();
    for (const g of this.scroll.querySelectorAll("g.P")) {
      this.places.set(g.dataset.k, { g, units: [...g.querySelectorAll("g.U")],
        cells: [...g.querySelectorAll("rect.c")], texts: [...g.querySelectorAll("text")] });
    }
    this.bundles = [...this.scroll.querySelectorAll("g.B")].map((g) => ({
      g, paths: [...g.children], weight: g.dataset.w, t: +g.dataset.t, source: g.dataset.s,
      target: g.dataset.d, columns: this.places.get(g.dataset.s).units.length,
      each: g.classList.contains("each") }));
    this.headers = [...this.side.querySelectorAll("g.R"), ...this.scroll.querySelectorAll("g.C")];
    this.folded = [...this.side.querySelectorAll("g.M")];
    this.lit = [];
  }

  // the width and height of all of it, also of what has to be scrolled to
  size() {
    const [side, unrolled] = [this.side, this.scroll].map(
      (part) => part.firstChild.viewBox.baseVal);
    return [side.width + unrolled.width, unrolled.height];
  }

  // letters larger than their drawing has them; words that then have no room are set narrower
  enlarge(letters) {
    if (letters === this.letters) return;
    this.letters = letters;
    this.frame.querySelectorAll("text").forEach((text) => this.narrow(text));
  }

  narrow(text) {
    text.removeAttribute("textLength");
    const { classList: [kind], parentNode } = text;
    const room = { row: 84, what: 84, name: 50, long: 60, label: this.columns[1]
      - this.columns[0] - 6 }[kind] ?? (parentNode.matches(".U") ? 60 : Infinity);
    if (this.letters > 1 && text.getComputedTextLength() > room) {
      text.setAttribute("textLength", room);
      text.setAttribute("lengthAdjust", "spacingAndGlyphs");
    }
  }

  // share: in per cent of the largest value on the node's scale, null if it is not finite.
  // held: the name of what the node shows, where that is not its own
  fill(key, j, text, share, held = "") {
    const place = this.places.get(key);
    const unitLevel = place.units.length === place.cells.length;
    const cell = place.cells[j];
    cell.dataset.held = held;
    cell.classList.toggle("nonfinite", text !== "" && share === null);
    cell.classList.toggle("minus", share < 0);
    const role = share < 0 ? "negative" : "positive";
    const part = Math.round(0.6 * Math.min(100, Math.abs(share)));
    cell.style.fill = text === "" ? "" : `color-mix(in srgb, var(--${role}) ${part}%, var(--bg))`;
    if (unitLevel && place.texts.length) this.write(place.texts[j], text);
  }

  write(node, text) {
    write(node, text);
    if (this.letters > 1) this.narrow(node);
  }

  norm(key, text) {
    const place = this.places.get(key);
    if (place.units.length !== place.cells.length || place.cells.length === 1) {
      if (place.texts.length) this.write(place.texts[0], text ?? "");
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

  // axis "r": the connections into unit `index`; "c": those out of it; "*": all. Where each unit
  // feeds one alone, these are the same
  lightBundle(bundle, axis = "*", index = 0, role = "") {
    this.mark(bundle.g, "on", ...(role ? [role] : []));
    const all = axis === "*" || bundle.paths.length === 1;
    if (!all) this.mark(bundle.g, "some");
    bundle.paths.forEach((path, k) => {
      const hit = bundle.each ? k
        : axis === "r" ? Math.floor(k / bundle.columns) : k % bundle.columns;
      if (all || hit === index) this.mark(path, "hot");
    });
    const one = bundle.each && axis !== "*";
    this.lightPlace(bundle.source, one || axis === "c" ? index : -1);
    this.lightPlace(bundle.target, one || axis === "r" ? index : -1);
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

  // names: one weight, or those of all gates, separated by spaces
  lightWeight(names) {
    const all = names.split(" ");
    for (const bundle of this.bundles) if (all.includes(bundle.weight)) this.lightBundle(bundle);
    for (const g of this.folded) {
      if (all.some((name) => g.dataset.w.split(" ").includes(name))) this.mark(g, "on");
    }
    if (names.startsWith("b")) this.lightBias(names);
  }

  lightBias(name) {
    const { gate, layer } = partOf(name);
    for (const key of this.places.keys()) {
      const { name: letter, l, t } = parse(key);
      if (layer ? letter === (gate || "a") && l === layer && t > 0 : letter === "y_hat") {
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

  // Scrolls a node's column, and some of what leads to it, into sight.
  reveal(key) {
    const { frame, side: { offsetWidth } } = this;
    // on a narrow page the folded view scrolls along
    const kept = getComputedStyle(this.side).position === "sticky" ? offsetWidth : 0;
    const x = offsetWidth + this.columns[parse(key).t];
    const width = this.columns[1] - this.columns[0];
    const left = frame.scrollLeft + kept, room = frame.clientWidth - kept;
    if (x - width < left || x + width > left + room) frame.scrollLeft = x - kept - room / 2;
  }
}
