// Turns the slides. A picture that has the focus keeps the keys it uses; a presenter's keys always
// turn, and Escape gives the focus back to the slides.

const TURNS = { PageUp: "prev", PageDown: "next" };
addEventListener("keydown", (event) => {
  const picture = event.target.closest?.(".rnnlib-room");
  if (document.fullscreenElement?.closest(".rnnlib-room")) return; // there it steps
  if (event.key in TURNS && isOurs(event)) {
    event.preventDefault();
    event.stopPropagation();
    Reveal[TURNS[event.key]]();
  } else if (picture && event.key === "Escape") {
    event.target.blur();
  }
}, { capture: true });
for (const node of document.querySelectorAll(".rnnlib-room")) {
  node.addEventListener("keydown", (event) => {
    // of a button arrows are the slides'
    if (event.target.matches("input, select, summary, [tabindex]") || event.key === " ") hushed(event);
  });
}

// Where a sentence is long or controls are many they are set smaller, so that all are seen.
function fitWords(room) {
  const figure = room.querySelector("figure");
  for (let row = 10.9; figure.scrollHeight > figure.clientHeight && row > 6; row -= 0.3) {
    room.style.setProperty("--row", `${row}px`);
  }
}
for (const figure of document.querySelectorAll(".rnnlib-room > figure")) {
  const fit = () => fitWords(figure.parentNode);
  new ResizeObserver(fit).observe(figure);
  new MutationObserver(fit).observe(figure, { childList: true, subtree: true });
}

Reveal.initialize({ width: 1920, height: 1080, margin: 0, minScale: 0.05, maxScale: 8, center: false,
  display: "grid", transition: "none", backgroundTransition: "none", controls: false, hash: true,
  slideNumber: "c/t", viewDistance: 2, mobileViewDistance: 2, overview: true, pdfMaxPagesPerSlide: 1,
  pdfSeparateFragments: false, plugins: [RevealNotes] });
Reveal.on("slidechanged", () => document.activeElement?.blur());
// paper wants every picture at once
if (Reveal.isPrintView()) document.querySelectorAll("[data-recording]").forEach(load);
