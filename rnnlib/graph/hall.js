// A graph or stepper where all of it is seen at once: as far as it can be in the window of a page,
// and on the whole screen or in the room of a slide, where words are read from the last row.

const LAST_ROW = 41.5; // the smallest words are one such part of the screen's height

const wholeScreen = (view) => offerScreen(view.root, view.el, () => fillScreen(view),
  (key) => { if (key === "focus") (view.slider ?? view.stageFrame).focus(); }, view.stop.signal);

// the room in which all is to be seen (see `arranged`)
function roomOf({ root, el, printing }) {
  const slide = root.closest(".rnnlib-room");
  const hall = fills(root) || slide?.clientHeight > 0;
  if (!hall) {
    return { hall, printing, broad: el.clientWidth - 12, high: seenHeight(root) - 12, unit: 1,
      least: leastZoom(), most: 1 };
  }
  const [broad, high, screen] = fills(root) ? [innerWidth, innerHeight, innerHeight]
    : [slide.clientWidth, slide.clientHeight, root.closest("section").clientHeight];
  const unit = screen / LAST_ROW / SMALLEST;
  return { hall, broad: broad - PAD, high: high - PAD, unit, least: 0.3, most: 2 };
}

function put({ root, stage }, { beside, letters, drawing, words, equation }) {
  root.classList.toggle("beside", beside);
  for (const [name, value] of Object.entries({ letters, drawing, words, equation }))
    root.style.setProperty(`--${name}`, value);
  stage.enlarge(letters);
}

const NATURAL = { beside: false, letters: 1, drawing: 1, words: 1, equation: 1 };

function fillScreen(view) {
  const { root, eq } = view;
  const room = roomOf(view);
  const asked = JSON.stringify([room, view.model.get("by")]);
  // in a page that is not seen now, or as it was: its own height may change what is observed
  if (room.broad <= 0 || asked === view.asked) return;
  Object.assign(view, { asked, room });
  root.classList.toggle("whole", room.hall);
  root.classList.add("fitted");
  put(view, NATURAL);
  const sizes = sizesOf(view);
  const natural = room.printing || (!room.hall && naturally(sizes, room));
  const how = natural ? null : arranged(sizes, room);
  view.how = how ?? NATURAL;
  root.classList.toggle("fitted", how !== null || room.hall);
  put(view, view.how);
  const column = how?.beside ? room.broad - sizes.drawing[0] * how.drawing - PAD : room.broad;
  if (eq) eq.style.minHeight = how && !room.hall ? `${Math.max(...sizes.steps.map(
    (step) => equationHigh(step, column / how.equation)))}px` : "";
  fitWords(view);
}

// Whether a page sees all of it as it is.
function naturally(sizes, { broad, high }) {
  const apart = { ...sizes, steps: sizes.steps.map((step) => step.map(
    (pieces) => [[broad, Math.max(0, ...pieces.map(([, tall]) => tall))]])) };
  return highOf(apart, broad, NATURAL) <= high;
}

// On the whole screen an equation, or what is said of a graph, that is higher than was thought is
// set smaller.
function fitWords({ root, room, how, stepping }) {
  const name = stepping ? "equation" : "words";
  for (let less = how[name]; less > 0.4; less *= 0.97) {
    root.style.setProperty(`--${name}`, less);
    if (!room.hall || root.scrollHeight <= (fills(root) ? innerHeight : room.high + PAD)) return;
  }
}

// The parts' own sizes, of which some may break into rows.
function sizesOf(view) {
  const { root, stage, stepping, room, chips, legend } = view;
  const partsOf = (node) => {
    const more = parseFloat(getComputedStyle(node).columnGap) - 6;
    return [...node.children].map((part) => (part.matches(".steps") ? [160, 32]
      : [part.offsetWidth + more, part.offsetHeight]));
  };
  const seen = [stepping ? root.firstChild : chips, ...(room.hall && !stepping ? [legend] : [])];
  const [steps, widest] = stepping ? equationsOf(view) : [[], 0];
  return { drawing: stage.size(), bars: seen.map(partsOf), steps, widest,
    terms: room.hall ? root.querySelector(":scope > .below")?.offsetHeight ?? 0 : 0,
    said: [stepping ? longest(view) : [ABOUT, 20]] };
}

// The size of the longest sentence of the steps, in one line.
function longest({ root, steps }) {
  const trial = make("div", { class: "say trial" }, steps.reduce(
    (long, { say }) => (say.length > long.length ? say : long), ""));
  root.append(trial);
  const size = [trial.offsetWidth, trial.offsetHeight];
  trial.remove();
  return size;
}

// [sizes of the pieces of the lines of each step, the widest of them]
function equationsOf(view) {
  const trial = make("div", { class: "equation trial" });
  const steps = view.steps.map((step) => step.eq.map(equation));
  trial.append(...steps.flat());
  view.root.append(trial);
  const scale = trial.offsetWidth / trial.getBoundingClientRect().width; // a slide has one
  const boxOf = (node) => node.getBoundingClientRect();
  const sizes = steps.map((step) => step.map((line) => {
    const high = boxOf(line).height * scale; // also of one piece in a row, to be safe
    return [...line.firstChild.children].map((piece) => [boxOf(piece).width * scale + 1, high]);
  }));
  trial.remove();
  return [sizes, Math.max(0, ...sizes.flat(2).map(([width]) => width))];
}

// What a key asks of a stepper. On the graph arrows move the cursor; a presenter's keys step
// wherever the focus is, but only on the whole screen: in a page they scroll.
function stepAsked({ key, target }, { root, stageFrame }) {
  const turned = fills(root) && { PageUp: "previous", PageDown: "next" }[key];
  if (turned || target === stageFrame) return turned;
  if (key === " ") return target.tagName !== "BUTTON" && "play";
  return { ArrowLeft: "previous", ArrowRight: "next", Home: "first", End: "last" }[key];
}
