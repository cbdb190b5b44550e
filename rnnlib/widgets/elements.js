// What a picture's words, numbers and bytes become in a page, with a kernel or without.

const element = (tag, attributes = {}, ...children) => {
  const node = Object.assign(document.createElement(tag), attributes);
  node.append(...children);
  return node;
};

function bytesOf(base64) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64); // not in every browser yet
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  // twenty times as fast as Uint8Array.from with a function
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

function tableOf({ caption, header, rows }) {
  const line = (cells, scope) =>
    element("tr", {}, ...cells.map((cell, i) =>
      scope || i === 0
        ? element("th", { scope: scope ?? "row", textContent: cell })
        : element("td", { textContent: cell })));
  return element("table", {},
    element("caption", { textContent: caption }),
    element("thead", {}, line(header, "col")),
    element("tbody", {}, ...rows.map((row) => line(row))));
}

// A text with a minus as in the notebooks' text and in the graphs.
const withMinus = (text) => text.replace(/(^|[\s([=])-(?=[\d.])/g, "$1−");
