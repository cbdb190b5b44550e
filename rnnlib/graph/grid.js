// The places that the keyboard's cursor can take: a grid of row headers (t = -1), times 0..T and
// column headers.

class Grid {
  // rows are named "name,layer", bottom to top and left to right, as the drawing holds them
  constructor(places, T) {
    this.places = places;
    this.T = T;
    this.rows = [...new Set([...places.keys()].map((key) => {
      const { name, l } = parse(key);
      return `${name},${l}`;
    }))];
  }

  // where the cursor is: row and time; on a layer's header the row that a step up or down leaves
  standing({ node, layer, time }, up) {
    if (node) return [this.rows.indexOf(node.replace(/,\d+$/, "")), parse(node).t];
    const ofLayer = (row) => parse(row).l === layer;
    const row = up > 0 ? this.rows.findLastIndex(ofLayer) : this.rows.findIndex(ofLayer);
    return [row, time ?? -1];
  }

  // the target beside this one, itself at the edge
  neighbour(cursor, right, up) {
    const { node, unit = -1 } = cursor;
    let [row, t] = this.standing(cursor, up);
    if (up && node) { // first through the units of a layer: unit 1 stands on top
      const units = this.places.get(node).units.length;
      const next = unit - up;
      if (units > 1 && next >= 0 && next < units) return { node, unit: next };
    }
    let found;
    do { // x, ŷ and J have no start state: step over the hole
      [row, t] = [row + up, t + right];
      found = this.at(row, t);
    } while (!found && row >= -1 && row < this.rows.length && t >= -1 && t <= this.T);
    if (!found) return cursor;
    if (!found.node) return found;
    const units = this.places.get(found.node).units.length;
    const entered = up > 0 ? units - 1 : up < 0 ? 0 : Math.min(Math.max(unit, 0), units - 1);
    return { node: found.node, unit: units > 1 ? entered : -1 };
  }

  at(row, t) {
    const name = this.rows[row];
    if (t === -1) return name ? { layer: parse(name).l } : null;
    if (row === -1) return t >= 0 && t <= this.T ? { time: t } : null;
    const node = `${name},${t}`;
    return this.places.has(node) ? { node } : null;
  }
}
