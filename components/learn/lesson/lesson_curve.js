// A curve: a line for each revealed column over the show's points, with its table.

const CURVE_ROOM = { left: 54, right: 20, top: 14, bottom: 44 };
const CURVE_DASHES = ["", "7 4", "2 4", "10 3 2 3"];

function curvePicture(words, view) {
  const rows = view.result.documents.filter((row) => typeof row.x === "number");
  const columns = view.show.columns.filter((column) => view.visible.includes(column.name));
  const legend = node("div", "legend", ...view.show.columns.map((column, number) => legendEntry(words, view, column, number)));
  const box = node("div", "curve-box");
  box.append(curveLines(view, rows, columns));
  const head = [words.point, ...columns.map((column) => column.label)];
  const lines = rows.map((row) => [row.title || grouped(row.x, 0), ...columns.map((column) => {
    const value = (view.result.values[column.name] || {})[row.key];
    return value === undefined ? "–" : figure(column, value);
  })]);
  return [legend, box, unfolded(words.as_table, () => savedTable(view.name, head, lines))];
}

function legendEntry(words, view, column, number) {
  const shown = view.visible.includes(column.name);
  const entry = toned(lightable(node("span", `entry${shown ? "" : " hidden"}`), `column:${column.name}`), column);
  const line = svgNode("svg", "sample", { width: 34, height: 10, "aria-hidden": "true" });
  line.append(svgNode("path", "line", { d: "M1 5H33", "stroke-dasharray": CURVE_DASHES[number % CURVE_DASHES.length] }));
  entry.append(line, node("span", "label", column.label), node("span", "unit", shown ? column.unit : words.not_revealed));
  return entry;
}

function curveLines(view, rows, columns) {
  const [width, height] = [640, 360];
  const svg = svgNode("svg", "curve", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": view.name });
  const xs = rows.map((row) => row.x);
  const logarithmic = Math.min(...xs) > 0 && Math.max(...xs) / Math.min(...xs) >= 20;
  const far = (x) => (logarithmic ? Math.log(x) : x);
  const [left, right] = [far(Math.min(...xs)), far(Math.max(...xs))];
  const values = columns.flatMap((column) => Object.values(view.result.values[column.name] || {}));
  const [low, high] = [Math.min(0, ...values), Math.max(...values, ...(values.length ? [] : [1]))];
  const x = (each) => CURVE_ROOM.left + ((far(each) - left) / (right - left || 1)) * (width - CURVE_ROOM.left - CURVE_ROOM.right);
  const y = (each) => height - CURVE_ROOM.bottom - ((each - low) / (high - low || 1)) * (height - CURVE_ROOM.top - CURVE_ROOM.bottom);
  for (const tick of niceTicks(low, high)) {
    svg.append(svgNode("line", tick === 0 ? "grid base" : "grid", { x1: CURVE_ROOM.left, x2: width - CURVE_ROOM.right, y1: y(tick), y2: y(tick) }));
    svg.append(svgText(CURVE_ROOM.left - 8, y(tick) + 5, signed(tick, decimalsOf(high - low)), "tick end"));
  }
  rows.forEach((row) => {
    svg.append(lightable(svgText(x(row.x), height - CURVE_ROOM.bottom + 22, row.title || grouped(row.x, 0), "tick"), `row:${row.key}`));
  });
  if (!columns.length) svg.append(svgText(width / 2, height / 2, "?", "hidden-yet"));
  view.show.columns.forEach((column, number) => {
    if (!columns.includes(column)) return;
    const points = rows.map((row) => [row, (view.result.values[column.name] || {})[row.key]]).filter(([, value]) => value !== undefined);
    const group = toned(svgNode("g", "series"), column);
    const path = lightable(svgNode("path", "line", {
      d: points.map(([row, value], i) => `${i ? "L" : "M"}${x(row.x).toFixed(1)} ${y(value).toFixed(1)}`).join(""),
      "stroke-dasharray": CURVE_DASHES[number % CURVE_DASHES.length],
    }), `column:${column.name}`);
    group.append(path);
    for (const [row, value] of points) {
      const dot = lightable(svgNode("circle", "point", { cx: x(row.x), cy: y(value), r: 5 }),
        `column:${column.name}`, `row:${row.key}`, `cell:${row.key}:${column.name}`);
      const name = svgNode("title");
      name.textContent = `${column.label}, ${row.title || row.x}: ${figure(column, value)}`;
      dot.append(name);
      group.append(dot);
    }
    svg.append(group);
    if (view.fresh.includes(column.name)) comeIn(group, 0);
  });
  return svg;
}

function svgText(x, y, words, name) {
  const element = svgNode("text", name, { x, y });
  element.textContent = words;
  return element;
}

function decimalsOf(span) {
  return span > 8 ? 0 : span > 0.8 ? 1 : 2;
}

function niceTicks(low, high) {
  const span = Math.max(high - low, 1e-6);
  const size = 10 ** Math.floor(Math.log10(span / 4));
  const step = [1, 2, 5, 10].map((each) => each * size).find((each) => span / each <= 6);
  const ticks = [];
  for (let tick = Math.ceil(low / step - 1e-9); tick <= Math.floor(high / step + 1e-9); tick += 1) ticks.push(tick * step);
  return ticks;
}
