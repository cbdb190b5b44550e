// Which keys a picture keeps for itself. Front ends have commands of one letter (cut the cell,
// restart the kernel): a key that a control uses, or that is hit by mistake, must not reach them.

// Those with Ctrl, Meta or Alt, those of functions and Shift+Enter are the front end's.
const isOurs = (event) => !(event.ctrlKey || event.metaKey || event.altKey
  || /^F\d/.test(event.key) || (event.key === "Enter" && event.shiftKey));

// JupyterLab and Notebook 7 ask the element with the focus for this attribute before anything
// else; Notebook 7 while the event comes down, so that only the window is early enough.
function keepKeys(selector, signal) {
  addEventListener("keydown", (event) => {
    if (event.target.closest?.(selector))
      event.target.toggleAttribute("data-lm-suppress-shortcuts", isOurs(event));
  }, { capture: true, signal });
}

// For front ends that do not know the attribute: they hear of no key of ours.
const hushed = (event) => { if (isOurs(event)) event.stopPropagation(); };
