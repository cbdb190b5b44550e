// A graph or stepper on the whole screen: as large as all of it fits.

const GAP = 12; // CSS pixels around the parts
const COLUMN = 420; // of words beside a graph, at least

const wholeScreen = (view) => offerScreen(view.root, view.el, () => fillScreen(view),
  (key) => present(view, key), view.stop.signal);

// The parts one below the other, or words and equation beside the graph: whichever is larger.
function fillScreen(view) {
  const { root, stage, stageFrame, eq, steps, stepping } = view;
  const put = (beside, zoom, column = Infinity) => {
    root.classList.toggle("beside", beside);
    root.style.setProperty("--zoom", zoom);
    Object.assign(view, { zoom, column });
    if (stepping) fitEquation(view);
  };
  put(false, 1);
  if (!fills(root)) return;
  const rows = (nodes) => [...nodes].reduce((sum, node) => sum + node.offsetHeight, 0);
  const terms = root.querySelectorAll(":scope > .below");
  const words = [...root.children].filter((node) => ![stageFrame, eq, ...terms].includes(node));
  const [width, high] = stage.size();
  const height = high + rows(terms);
  const [wide, tall] = stepping ? largestEquation(eq, steps) : [0, 0];
  const zoom = (across, down) => Math.min(innerWidth / (across + 3 * GAP),
    innerHeight / (down + 4 * GAP));
  const below = zoom(Math.max(width, wide), height + rows(words) + tall);
  const beside = zoom(width + COLUMN, height);
  // words may break into more lines than were counted
  if (stepping && beside > below) put(true, beside, innerWidth / beside - width - 3 * GAP);
  else for (let less = below; put(false, less), tooHigh(root) && less > 0.4;) less *= 0.97;
}

const tooHigh = (root) => root.scrollHeight > innerHeight;

// In a column a long or high equation is set smaller.
function fitEquation({ root, eq, zoom, column }) {
  const put = (factor) => root.style.setProperty("--equation", factor);
  put(1);
  const wide = Math.max(1, ...[...eq.children].map((math) => math.scrollWidth));
  let factor = zoom * Math.min(1, 0.96 * column / wide);
  for (; put(factor), column < Infinity && tooHigh(root) && factor > 0.4;) factor *= 0.95;
}

// The width and height that the equation of one of the steps has at most.
function largestEquation(eq, steps) {
  const shown = [...eq.childNodes];
  const sizes = steps.map((step) => {
    eq.replaceChildren(...step.eq.map(equation));
    return [Math.max(0, ...[...eq.childNodes].map((math) => math.scrollWidth)), eq.scrollHeight];
  });
  eq.replaceChildren(...shown);
  return [0, 1].map((k) => Math.max(...sizes.map((size) => size[k])));
}

// What a presenter's keys ask for, wherever the focus is; whether it was done.
function present(view, key) {
  if (key === "focus") (view.slider ?? view.stageFrame).focus();
  const what = { PageUp: "previous", PageDown: "next", ArrowLeft: "previous", ArrowRight: "next",
    Home: "first", End: "last" }[key];
  if (!view.stepping || !what) return false;
  view.act(what);
  return true;
}
