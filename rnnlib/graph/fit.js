// How the parts of a graph share a room, by their sizes alone: the parts one below the other, or
// words and equation beside the drawing. Where room is short a drawing gets smaller than its
// letters, so that these can be read.

const SMALLEST = 13; // CSS pixels, of a drawing's letters
const LETTERS = [1, 1.1, 1.2, 1.3, 1.4, 1.45]; // more have no room in a node
const PAD = 16; // what stands around the parts, and between drawing and column
const ACROSS = 40; // from one line of an equation to one that stands beside it
const ABOUT = 1300; // width of what is said of a node, in one line

// The height of parts [width, height] in rows of a width.
function rowsHigh(parts, width, across, down) {
  let [x, row, sum] = [0, 0, 0];
  for (const [wide, high] of parts) {
    if (x > 0 && x + wide > width) [x, row, sum] = [0, 0, sum + row + down];
    x += wide + across;
    row = Math.max(row, high);
  }
  return sum + row;
}

// The height of a step's equation, whose lines break before a sign of equality.
function equationHigh(lines, width) {
  return rowsHigh(lines.map((pieces) => {
    const whole = pieces.reduce((sum, [wide]) => sum + wide, 0);
    return [Math.min(whole, width), rowsHigh(pieces, width, 0, 0)];
  }), width, ACROSS, 4);
}

// The height of all that must be seen, Infinity if a part is too wide.
function highOf({ drawing, terms, bars, said, steps, widest }, broad, how) {
  const column = how.beside ? broad - drawing[0] * how.drawing - PAD : broad;
  const [width, forEquation] = [column / how.words, column / how.equation];
  if (column < widest * how.equation || width < 200 || drawing[0] * how.drawing > broad)
    return Infinity;
  const lines = bars.map((bar) => rowsHigh(bar, width, 6, 6) + 4).concat(
    said.map(([wide, high]) => Math.ceil(1.1 * wide / width) * high + 4));
  const words = lines.reduce((sum, high) => sum + high, 0) * how.words;
  const equation = Math.max(0, ...steps.map((step) => equationHigh(step, forEquation)));
  const drawn = (drawing[1] + terms) * how.drawing;
  const read = words + (equation && equation + 4) * how.equation;
  return how.beside ? Math.max(drawn, read) : drawn + read;
}

// The largest number between two for which a question is answered by yes; 0 if there is none.
function largest(least, most, fits) {
  if (!fits(least)) return 0;
  if (fits(most)) return most;
  let [low, high] = [least, most];
  for (let k = 0; k < 8; k++) {
    const middle = (low + high) / 2;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}

// The zooms { beside, letters, size, drawing, words, equation } with which all is seen in a room
// { broad, high, unit, least, most, hall }, null if there are none. Its unit is what letters have
// by rights, in theirs of a page; they get from `least` to `most` of it. An equation is as large as
// it can be then, but no smaller than that its indices are letters, too.
function arranged(sizes, { broad, high, unit, least, most, hall }) {
  const fits = (one) => highOf(sizes, broad, one) <= high;
  let best = null;
  const search = (share) => {
    for (const letters of LETTERS) {
      for (const beside of [false, true]) {
        const how = (size) => ({ beside, letters, size, drawing: unit * size / letters,
          words: unit * size * (hall ? SMALLEST / 15 : 1), equation: unit * size * share });
        const size = largest(least, most, (one) => fits(how(one)));
        if (size > (best?.size ?? 0)) best = how(size);
      }
      if (best?.size >= 1) return;
    }
  };
  if (!hall) search(0.9);
  if (!(best?.size >= 1)) search(SMALLEST / 17);
  if (best) best.equation = largest(best.equation, unit * best.size,
    (equation) => fits({ ...best, equation }));
  return best;
}
