// Recorded explorers: controls, picture, sentence and tables as in JupyterLab, but what a control
// shows was drawn when the page was made. A place is the number of a control's value.

const HAND_RESTS = 100; // ms without another picture, after which the sentence is read out
const darkPage = matchMedia("screen and (prefers-color-scheme: dark)"); // paper is light
const waiting = new Map(); // name of a recording -> what to do with it
const found = new Map(); // name -> the promise of what was recorded

// Each file of recordings/ calls it: a page opened from a folder may fetch nothing.
function recording(name, packed) {
  waiting.get(name)(packed);
}

function unpacked(packed) {
  const bytes = new Blob([bytesOf(packed)]).stream();
  return new Response(bytes.pipeThrough(new DecompressionStream("gzip"))).json();
}

class Control {
  constructor({ kind, label, symbol, texts }, moved) {
    this.texts = texts;
    this.kind = kind;
    this.places = [0]; // those to which the hand can go now
    this.input = this.made();
    this.shown = element("output");
    this.node = element("label", {}, element("span", { textContent: `${label} ${symbol}`.trim() }),
      this.input, ...(this.input.type === "range" ? [this.shown] : []));
    this.input.addEventListener("input", () => moved(this.place()));
  }

  made() {
    if (this.kind === "choice") {
      return element("select", {}, ...this.texts.map((text) => element("option", { text })));
    }
    const types = { slider: "range", steps: "range", switch: "checkbox" };
    return element("input", { type: types[this.kind] ?? "text" });
  }

  place() {
    const { type, checked, value, selectedIndex } = this.input;
    if (type === "range") return this.places[value];
    return type === "checkbox" ? this.texts.indexOf(checked ? "True" : "False") : selectedIndex;
  }

  // Stand at a place, saying the text of what is shown; the hand can go on to these places.
  put(place, shown, places) {
    const { input, texts } = this;
    const moved = places.length > 1 && input.type !== "text"; // nothing typed was recorded
    this.places = moved ? places : [...texts.keys()]; // it stays where it is, seen in its range
    this.shown.value = withMinus(texts[shown]);
    if (input.type === "range") {
      const value = this.places.indexOf(place);
      Object.assign(input, { min: 0, max: this.places.length - 1, value });
      input.ariaValueText = this.shown.value;
    } else if (input.type === "checkbox") input.checked = texts[shown] === "True";
    else if (input.type === "text") input.value = texts[shown];
    else {
      input.selectedIndex = shown;
      [...input.options].forEach((option, k) => { option.disabled = !places.includes(k); });
    }
    // what has the focus keeps it, and its place in the order of keys
    input.disabled = !moved && document.activeElement !== input;
    this.node.classList.toggle("unmoved", !moved);
  }
}

class Recorded {
  constructor(figure, told) {
    Object.assign(this, { figure, told });
    this.states = new Map(told.states.map((state) => [state.asked.join(), state]));
    this.controls = told.controls.map((one, k) => new Control(one, (place) => this.move(k, place)));
    this.build();
    this.show(this.states.get(told.presets[figure.closest("[data-preset]")?.dataset.preset]?.join()) ?? told.states[0]);
    darkPage.addEventListener("change", () => this.paint());
    addEventListener("beforeprint", () => this.paint("light"));
    addEventListener("afterprint", () => this.paint());
  }

  build() {
    const { caption, presets } = this.told;
    const press = (textContent, places) => {
      const button = element("button", { type: "button", textContent });
      button.addEventListener("click", () => this.show(this.states.get(places.join())));
      return button;
    };
    const buttons = Object.entries(presets).map(([words, places]) => press(words, places));
    const screen = offerScreen(this.figure, this.figure, () => {}, (key) => this.present(key),
      new AbortController().signal);
    this.offers = element("div", {}, ...(buttons.length ? ["Look here: "] : []), ...buttons,
      press("reset", this.told.states[0].asked), screen);
    const above = element("div", { className: "settings", role: "group", ariaLabel: caption },
      ...this.controls.map(({ node }) => node), this.offers);
    this.frame = this.figure.querySelector(".wide");
    this.picture = element("div", { role: "img" });
    this.frame.replaceChildren(this.picture);
    this.reading = element("p", { className: "reading", ariaLive: "polite" });
    this.tables = element("div", { className: "wide", tabIndex: 0, role: "group",
      ariaLabel: "Tables" });
    this.details = element("details", {}, element("summary", { textContent: "Numbers as a table" }),
      this.tables);
    this.details.addEventListener("toggle", () => this.fill());
    this.figure.querySelectorAll("details").forEach((words) => words.remove());
    this.frame.before(above);
    this.frame.after(this.reading, this.details);
    this.figure.querySelector(".note").textContent = `Recorded: ${this.told.states.length} pictures.`
      + " A grey control was not recorded together with what is chosen now: reset brings it back, "
      + "or it moves in JupyterLab (python3 course.py open).";
  }

  // what a presenter's keys ask for: digits choose what is offered
  present(key) {
    if (key === "focus") this.figure.querySelector("input[type=range]:enabled, button").focus();
    return pressed(this.offers.querySelectorAll("button:not(.rnnlib-screen)"), key);
  }

  at(asked, k, place) {
    return this.states.get(asked.with(k, place).join());
  }

  move(k, place) {
    const next = this.at(this.state.asked, k, place);
    if (next) this.show(next);
  }

  show(state) {
    this.state = state;
    const { asked, shown } = state;
    this.controls.forEach((control, k) => {
      const places = [...control.texts.keys()].filter((place) => this.at(asked, k, place));
      control.put(asked[k], shown[k], places);
    });
    this.reading.textContent = withMinus(state.said);
    this.picture.ariaLabel = `${this.told.caption}. ${this.reading.textContent}`;
    this.reading.ariaBusy = true;
    clearTimeout(this.rest);
    this.rest = setTimeout(() => { this.reading.ariaBusy = false; }, HAND_RESTS);
    this.paint();
    this.fill();
  }

  paint(theme = darkPage.matches ? "dark" : "light") {
    const runs = this.state.svg[theme];
    const lines = [];
    for (let k = 0; k < runs.length; k += 2) {
      for (let at = runs[k]; at < runs[k + 1]; at++) lines.push(this.told.lines[at]);
    }
    this.picture.innerHTML = lines.join("\n");
    this.picture.dataset.asked = this.state.asked.join();
  }

  fill() {
    if (this.details.open) this.tables.replaceChildren(...this.state.tables.map(tableOf));
  }
}

const inView = new IntersectionObserver((seen) => {
  for (const { isIntersecting, target } of seen) if (isIntersecting) load(target);
}, { rootMargin: "400px" });

async function load(figure) {
  inView.unobserve(figure);
  const name = figure.dataset.recording;
  if (!found.has(name)) {
    found.set(name, new Promise((resolve) => { waiting.set(name, resolve); }).then(unpacked));
    document.head.append(element("script", { src: `recordings/${name}.js` }));
  }
  new Recorded(figure, await found.get(name));
}

for (const figure of document.querySelectorAll("[data-recording]")) inView.observe(figure);
