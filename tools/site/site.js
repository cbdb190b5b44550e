// Gives each graph and prediction of the page its state through a model as a widgets' manager has it: what is set
// is heard by all who follow it, and nobody is sent anything, since there is no kernel.

class Model {
  constructor(state) {
    this.state = state;
    this.heard = new Map();
  }

  get(name) { return this.state[name]; }

  set(name, value) {
    if (JSON.stringify(this.state[name]) === JSON.stringify(value)) return;
    this.state[name] = value;
    for (const action of [...this.heard.get(`change:${name}`) ?? []]) action();
  }

  on(names, action) {
    for (const name of names.split(" ")) {
      this.heard.set(name, [...this.heard.get(name) ?? [], action]);
    }
  }

  off(names, action) {
    for (const name of names.split(" ")) {
      this.heard.set(name, (this.heard.get(name) ?? []).filter((one) => one !== action));
    }
  }

  save_changes() {}

  send() {}
}

const states = JSON.parse(document.getElementById("states").textContent);
const models = [...document.querySelectorAll(".graph")].map((el) => {
  const state = states[el.dataset.state];
  // a scene of its own, which its views share: what plays is one picture
  const model = new Model({ ...state, scene: { ...state.scene } });
  graphModule.render({ model, el });
  return model;
});

// On paper a stepper that was not moved shows more than its first step, as its stored picture does.
let moved = [];
addEventListener("beforeprint", () => {
  moved = models.filter((model) => model.get("frame") === 0);
  for (const model of moved) model.set("frame", model.get("scene").telling[model.get("by")] ?? 0);
});
addEventListener("afterprint", () => {
  for (const model of moved) model.set("frame", 0);
});

// A prediction's: its answer is let out when the reader has committed. What was chosen stays in this
// browser, under the place's name.
class Question extends Model {
  constructor(state, place) {
    super(state);
    this.place = `rnnlib ${place}`;
    const past = this.kept((store) => JSON.parse(store.getItem(this.place)));
    if (past) this.put(past.chosen, past.state);
  }

  kept(act) {
    try {
      return act(localStorage);
    } catch {
      this.set("note", "This browser keeps no predictions.");
    }
  }

  put(chosen, state) {
    this.set("chosen", chosen);
    this.set("answer", state === "asked" ? {} : this.state.withheld);
    this.set("state", state);
  }

  send({ kind, chosen = this.state.chosen }) {
    const [said, state] = { commit: [chosen, "committed"], open: [chosen, "opened"],
      again: [null, "asked"] }[kind];
    this.put(said, state);
    this.kept((store) => (state === "asked" ? store.removeItem(this.place)
      : store.setItem(this.place, JSON.stringify({ chosen: said, state }))));
  }
}

for (const el of document.querySelectorAll(".question")) {
  const { state } = el.dataset;
  choicesModule.render({ model: new Question(states[state], state), el });
}

// Paper does not scroll: the style makes a graph as small as its width needs.
function tellWidths() {
  for (const el of document.querySelectorAll(".graph")) {
    const parts = [...el.querySelectorAll(".stage > div > svg")];
    el.style.setProperty("--wide", parts.reduce((sum, svg) => sum + svg.width.baseVal.value, 0));
  }
}
addEventListener("beforeprint", tellWidths);

// What scrolls sideways is reached by keyboard, too.
for (const el of document.querySelectorAll("pre")) {
  if (el.scrollWidth > el.clientWidth)
    Object.assign(el, { tabIndex: 0, role: "group", ariaLabel: "Lines that scroll" });
}
