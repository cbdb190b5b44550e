// Small things that all parts of the graph view use. view.py joins these scripts into one.

const MATHML = "http://www.w3.org/1998/Math/MathML";
const SVG = "http://www.w3.org/2000/svg";

const LONG = 7; // signs, as in svg.py

const minus = (text) => text.replace(/-/g, "−");
// a number into a node; a long one is set smaller
const write = (node, text) => {
  node.textContent = minus(text);
  node.classList.toggle("long", text.length > LONG);
};
// W_x, W_a, W_y or b: a parameter's role, without its gate and layer
const roleOf = (name) => (name.startsWith("b") ? "b" : name.slice(0, 3));
// whose parameter it is: the gate's letter, "" without gates, and the layer, 0 for the output.
// b_ag is the second bias of g
const partOf = (name) => {
  const [, gate, layer] = /^(?:W_[xa]|b_?)(\w*)\[(\d+)\]$/.exec(name) ?? [null, "", 0];
  return { gate: gate.slice(-1), layer: +layer };
};
const parse = (key) => { const [name, l, t] = key.split(","); return { name, l: +l, t: +t }; };

// symbols and numbers stay as they are in a page that is translated: "a" is a word elsewhere
const untranslated = (...nodes) => nodes.forEach((node) => {
  node.setAttribute("translate", "no");
  node.classList.add("notranslate");
});

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function makeNS(space, tag, attributes = {}, ...children) {
  const node = document.createElementNS(space, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}
