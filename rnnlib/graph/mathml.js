// Equations: tokens (see equations.py) to MathML.

const math = (tag, ...children) => makeNS(MATHML, tag, {}, ...children);

function scripted(base, sub, sup) {
  if (sub && sup) return math("msubsup", base, sub, sup);
  return sub ? math("msub", base, sub) : sup ? math("msup", base, sup) : base;
}

function bracketed(rows) {
  const table = math("mtable", ...rows.map((row) =>
    math("mtr", ...row.map((text) => math("mtd", math("mn", minus(text)))))));
  // brackets by CSS: a stretched "[" needs a mathematical font, which many machines lack
  const row = math("mrow", table);
  row.classList.add("brackets");
  return row;
}

function sumOfProducts(pairs) {
  const signed = (text) => math("mn", text.startsWith("-") ? `(${minus(text)})` : text);
  const parts = pairs.flatMap(([a, b], k) =>
    [...(k ? [math("mo", "+")] : []), signed(a), math("mo", "·"), signed(b)]);
  return math("mrow", math("mo", "("), ...parts, math("mo", ")"));
}

const TOKENS = {
  s: ([, base, sub, sup]) => scripted(math("mi", base), sub && math("mtext", sub),
    sup && math("mtext", sup)),
  n: ([, text]) => math("mn", minus(text)),
  v: ([, texts]) => bracketed(texts.map((text) => [text])),
  m: ([, rows]) => bracketed(rows),
  p: ([, pairs]) => sumOfProducts(pairs),
  d: ([, of]) => math("mfrac", math("mrow", token("∂J")), math("mrow", token("∂"), token(of))),
  g: ([, parts, , caption]) => {
    const row = math("mrow", ...parts.map(token));
    return caption ? math("munder", row, math("mtext", caption)) : row;
  },
};

function token(item) {
  if (typeof item === "string") {
    return math(/^[=+·⊙()−½]$/.test(item) ? "mo" : "mtext", item.replaceAll(" ", "\u00a0"));
  }
  const node = TOKENS[item[0]](item);
  const role = { s: item[4], n: item[2], v: item[2], m: item[2], p: item[2],
    g: item[2] }[item[0]];
  if (!role) return node;
  const row = math("mrow", node);
  row.classList.add(`t-${role}`);
  return row;
}

// in display style a fraction keeps its full size; a line can break before a sign of equality
function equation(line) {
  const pieces = [[]];
  for (const item of line) {
    if (item === "=" && pieces.at(-1).length) pieces.push([]);
    pieces.at(-1).push(token(item));
  }
  return makeNS(MATHML, "math", { displaystyle: "true" },
    math("mrow", ...pieces.map((piece) => math("mrow", ...piece))));
}
