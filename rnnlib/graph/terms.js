// One bar per time: the terms of a weight's gradient, in line with their own columns, below the
// equation, so that graph and equation are seen together.

class Terms {
  constructor(view) {
    this.view = view;
    const { terms } = view.scene;
    const first = Object.keys(terms).find((name) => name.startsWith("W_a"));
    this.weight = view.select("Weight whose gradient is summed",
      Object.keys(terms).map((name) => [name, name]), first);
    this.entry = make("select", { "aria-label": "Entry of the weight" });
    this.total = make("div", { class: "count" });
    this.panel = make("div", { class: "terms" }, make("div", {}, "terms of ∂J/∂"), this.weight,
      this.entry, this.total);
    const { width } = view.stage.scroll.querySelector("svg").viewBox.baseVal;
    this.height = 104;
    this.svg = makeNS(SVG, "svg", { width, height: this.height, role: "img" });
    const { stage } = view, signal = { signal: view.stop.signal };
    const side = make("div", { class: "side" }, this.panel);
    const scroll = make("div", { class: "scroll terms" }, this.svg);
    const frame = make("div", { class: "frame below" }, side, scroll);
    side.style.width = `${stage.side.querySelector("svg").viewBox.baseVal.width}px`;
    view.eq.after(frame);
    stage.frame.addEventListener("scroll",
      () => { frame.scrollLeft = stage.frame.scrollLeft; }, signal);
    this.offerEntries();
    this.weight.addEventListener("change", () => { this.offerEntries(); this.draw(); }, signal);
    this.entry.addEventListener("change", () => this.draw(), signal);
  }

  get data() { return this.view.scene.terms[this.weight.value]; }

  offerEntries() {
    const [n, columns] = this.data.shape;
    const options = Array.from({ length: n * columns }, (_, k) => make("option",
      { value: String(k) }, `row ${Math.floor(k / columns) + 1}, column ${k % columns + 1}`));
    this.entry.replaceChildren(...options);
    const sizes = this.data.bars.sums[0].map(Math.abs);
    this.entry.value = String(sizes.indexOf(Math.max(...sizes)));
  }

  show(steps) {
    this.reached = new Map(); // layer, with its gate if it has any -> earliest time known
    for (const { terms } of steps) {
      if (terms) this.reached.set(terms[0] + (terms[2] ?? ""), terms[1]);
    }
    this.draw();
  }

  placeOf(name) {
    const { gate, layer } = partOf(name);
    return (layer || this.view.scene.L + 1) + gate;
  }

  draw() {
    const k = +this.entry.value;
    const { terms, sums, bars } = this.data;
    const reached = this.reached.get(this.placeOf(this.weight.value)) ?? Infinity;
    const role = roleOf(this.weight.value);
    const shown = terms.map((row, at) => (at + 1 >= reached ? this.bar(row[k], bars.terms[at][k],
      this.view.scene.columns[at + 1], `var(--${role})`, at + 1 === reached) : null));
    const some = reached <= sums.length;
    const sum = some ? sums[reached - 1][k] : "0";
    shown.push(this.bar(sum, some ? bars.sums[reached - 1][k] : 0, this.view.scene.columns[0],
      "var(--ink)", true, "sum"));
    const middle = this.height / 2;
    const axis = makeNS(SVG, "line", { x1: 0, x2: this.svg.getAttribute("width"), y1: middle,
      y2: middle });
    this.svg.replaceChildren(axis, ...shown.filter(Boolean));
    const known = terms.map((row, at) => (at + 1 >= reached ? `t = ${at + 1}: ${row[k]}` : ""));
    this.svg.setAttribute("aria-label", `Terms of the gradient of ${this.weight.value}, ` +
      `${this.entry.selectedOptions[0].text}: ${known.filter(Boolean).join(", ") || "none yet"}; ` +
      `sum ${sum}`);
    this.total.textContent = `sum so far: ${minus(sum)}`;
  }

  bar(text, share, x, fill, now, label = "") {
    const middle = this.height / 2, down = share < 0;
    const size = (Math.abs(share) / 100) * (middle - 22); // share: in per cent, null for inf
    const words = makeNS(SVG, "text", { x, y: down ? middle + size + 15 : middle - size - 6,
      class: now ? "now" : "" }, (label ? `${label} ` : "") + minus(text));
    const rect = makeNS(SVG, "rect", { x: x - 16, y: down ? middle : middle - size, width: 32,
      height: Math.max(size, 1), style: `fill:${fill}` });
    return makeNS(SVG, "g", {}, rect, words);
  }
}
