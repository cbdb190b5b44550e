// A picture on the whole screen: its button or key f; the button, f or Escape lead back.

const CORNERS = '<svg viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor"'
  + ' stroke-width="2" aria-hidden="true"><path d="M1 6V1h5M10 1h5v5M15 10v5h-5M6 15H1v-5"/></svg>';
const TITLE = "Full screen (f)";

const fills = (root) => document.fullscreenElement === root;

// Presses the button of a digit, counted from 1; whether the key is one.
function pressed(buttons, key) {
  if (!/^[1-9]$/.test(key)) return false;
  buttons[key - 1]?.click();
  return true;
}

// How much of a notebook's or a page's height is seen at once. A frame inside a page is as high as
// what it shows.
function seenHeight(root) {
  const seen = root.closest(".jp-WindowedPanel-outer");
  return seen ? seen.clientHeight : window === top ? innerHeight : Infinity;
}

// How small a picture may be in a page, before it has to be scrolled to: no sign of it, of 13 CSS
// pixels, gets smaller than 12 pixels of the screen.
const leastZoom = () => Math.max(0.75, 12 / 13 / devicePixelRatio);

// The button; fit() is called when the room `around` root changes, act(key) while it fills the
// screen: it does what a presenter's key asks for and says if it did.
function offerScreen(root, around, fit, act, signal) {
  const button = Object.assign(document.createElement("button"), { type: "button",
    className: "rnnlib-screen", innerHTML: CORNERS, title: TITLE, ariaLabel: TITLE,
    ariaPressed: "false", hidden: !document.fullscreenEnabled });
  const turn = () => (fills(root) ? document.exitFullscreen() : root.requestFullscreen());
  const writes = (node) => node.isContentEditable || node.matches("input[type=text], select");
  button.addEventListener("click", turn, { signal });
  root.addEventListener("keydown", (event) => {
    if (button.hidden || !isOurs(event) || writes(event.target)) return;
    const done = event.key === "f" ? (turn(), true) : fills(root) && act(event.key);
    if (done) event.preventDefault();
  }, { signal });
  document.addEventListener("fullscreenchange", () => {
    button.ariaPressed = String(fills(root));
    fit();
    if (fills(root)) act("focus");
  }, { signal });
  const watch = new ResizeObserver(fit);
  watch.observe(around);
  addEventListener("resize", fit, { signal });
  signal.addEventListener("abort", () => watch.disconnect());
  return button;
}
