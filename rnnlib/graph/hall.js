// A graph or stepper on the whole screen, or in the room of a slide: as large as all of it fits.

const GAP = 12; // CSS pixels around the parts
const COLUMN = 420; // of words beside a graph, at least

const wholeScreen = (view) => offerScreen(view.root, view.el, () => fillScreen(view),
  (key) => { if (key === "focus") (view.slider ?? view.stageFrame).focus(); }, view.stop.signal);
// [width, height] of the room in which all is to be seen at once; null in a page, which scrolls
function roomOf({ root }) {
  if (fills(root)) return [innerWidth, innerHeight];
  const { clientWidth, clientHeight } = root.closest(".rnnlib-room") ?? {};
  return clientHeight ? [clientWidth, clientHeight] : null;
}

const tooHigh = (view) => view.root.scrollHeight > view.room[1];
const widest = ({ eq }) => Math.max(1, ...[...eq.children].map((math) => math.scrollWidth));

// The parts one below the other, or words and equation beside the graph: whichever is larger.
function fillScreen(view) {
  const { root, stage, stageFrame, eq, stepping } = view;
  const put = (beside, zoom, column = Infinity) => {
    root.classList.toggle("beside", beside);
    root.style.setProperty("--zoom", zoom);
    Object.assign(view, { zoom, column });
    if (stepping) fitEquation(view);
  };
  view.room = roomOf(view);
  root.classList.toggle("whole", view.room !== null);
  put(false, 1);
  if (!view.room) return;
  const [broad, high] = view.room;
  const [width, height] = stage.size();
  const [wide, tall] = stepping ? largestEquation(view) : [0, 0];
  const zoom = (across, down) => Math.min(broad / (across + 3 * GAP), high / (down + 4 * GAP));
  const rows = (nodes) => nodes.reduce((sum, node) => sum + node.offsetHeight, 0);
  const terms = [...root.querySelectorAll(":scope > .below")];
  const words = [...root.children].filter((node) => node !== stageFrame && node !== eq);
  const below = zoom(Math.max(width, wide), height + rows(words) + tall);
  const beside = zoom(width + COLUMN, height + rows(terms));
  // words may break into more lines than were counted
  if (stepping && beside > below) put(true, beside, broad / beside - width - 3 * GAP);
  else for (let less = below; put(false, less), tooHigh(view) && less > 0.4;) less *= 0.97;
}

// In a column a long or high equation is set smaller.
function fitEquation(view) {
  const put = (factor) => view.root.style.setProperty("--equation", factor);
  put(1);
  let factor = view.zoom * Math.min(1, 0.96 * view.column / widest(view));
  while (put(factor), view.column < Infinity && tooHigh(view) && factor > 0.4) factor *= 0.95;
}

// The width and height that the equations of the steps have at most.
function largestEquation(view) {
  const shown = [...view.eq.children];
  const largest = [0, 0];
  for (const step of view.steps) {
    view.eq.replaceChildren(...step.eq.map(equation));
    largest[0] = Math.max(largest[0], widest(view));
    largest[1] = Math.max(largest[1], view.eq.scrollHeight);
  }
  view.eq.replaceChildren(...shown);
  return largest;
}

// What a key asks of a stepper. On the graph arrows move the cursor; a presenter's keys step
// wherever the focus is, but only on the whole screen: in a page they scroll.
function stepAsked({ key, target }, { root, stageFrame }) {
  const turned = fills(root) && { PageUp: "previous", PageDown: "next" }[key];
  if (turned || target === stageFrame) return turned;
  if (key === " ") return target.tagName !== "BUTTON" && "play";
  return { ArrowLeft: "previous", ArrowRight: "next", Home: "first", End: "last" }[key];
}
