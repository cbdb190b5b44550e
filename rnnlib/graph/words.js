// What is in focus, in words.

// names of the nodes above the layers as they are read out
const SPOKEN = { y_hat: "ŷ", z_y: "z_y", J: "J" };

function nodeName(key) {
  const { name, l, t } = parse(key);
  if (name === "a" && l === 0) return `x⟨${t}⟩`;
  return name in SPOKEN ? `${SPOKEN[name]}⟨${t}⟩` : `${name}⟨${t}⟩[${l}]`;
}

function aboutNode(stage, { node, unit }, text, { quantity, forward }) {
  const count = (key) => stage.places.get(key).cells.length;
  const ends = (way, other) => stage.bundles.filter((b) => b[way] === node).map((b) => {
    const lines = (b.each ? 1 : count(b[other])) * (unit < 0 ? count(node) : 1);
    const through = b.weight ? ` through ${b.weight}` : b.each ? " unit by unit" : "";
    return `${nodeName(b[other])}${through} (${lines} connection${lines > 1 ? "s" : ""})`;
  });
  const listed = (words) => words.join(words.length > 2 ? ", " : " and ");
  const fed = listed(ends("target", "source")), feeds = listed(ends("source", "target"));
  // in a backward pass the output's node holds the derivative by its z, which stands in it
  const derivative = quantity && text;
  const held = stage.places.get(node).cells.at(unit)?.dataset.held; // -1: the last one's
  const shown = held ? node.replace(/^\w+/, held) : derivative ? node.replace("y_hat", "z_y") : node;
  const name = nodeName(shown);
  const who = name + (unit >= 0 ? `, unit ${unit + 1}` : "");
  const said = `${text ? `${quantity}${who} = ${text}` : who}. `;
  const values = forward?.[node] ?? [];
  const ran = values.length ? ` Forward: ${nodeName(node)} = ${
    (unit < 0 ? values : [values[unit]]).map(minus).join(", ")}.` : "";
  // a derivative comes from what its node feeds, against the connections
  if (derivative) {
    return said + (feeds ? `Comes back from ${feeds}.` : "The way back starts here.") +
      (fed ? ` Goes back to ${fed}.` : "") + ran;
  }
  return said + (fed ? `Fed by ${fed}.` : "Nothing in the network feeds it.") +
    (feeds ? ` Feeds ${feeds}.` : "") + ran;
}

function aboutLayer(layer, L) {
  if (layer === 0) return "x, the input, at every time.";
  if (layer === L + 1) return "ŷ, the output, at every time: the same weights, new values.";
  if (layer === L + 2) return "J, the loss, at every time; the loss of the example is their sum.";
  return `Layer ${layer}, at every time: the same weights, new values.`;
}

// one weight, or those of all gates, separated by spaces
function aboutWeight(names, shape, uses) {
  const all = names.split(" ");
  const what = names.startsWith("b") ? "vector" : "matrix";
  return `${all.join(", ")}, ${shape.join(" × ")}: one ${what}${all.length > 1 ? " each" : ""}, ` +
    `used ${uses} time${uses > 1 ? "s" : ""}, the same numbers each time.`;
}

function aboutTarget(target, { stage, scene }) {
  if (target.node) {
    const { texts } = stage.places.get(target.node);
    const text = target.unit >= 0 ? texts[target.unit]?.textContent
      : texts.length === 1 ? texts[0].textContent : texts.map((x) => x.textContent).join(", ");
    return aboutNode(stage, target, text, scene);
  }
  if (target.weight) {
    return aboutWeight(target.weight, scene.shapes[target.weight.split(" ")[0]],
      scene.length);
  }
  if (target.time === 0) return "The start states, t = 0.";
  if (target.time !== undefined) return `Everything at t = ${target.time}.`;
  return aboutLayer(target.layer, scene.L);
}
