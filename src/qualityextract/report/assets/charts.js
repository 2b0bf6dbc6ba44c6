// Charts as plain SVG and tables: a chart library would cost a megabyte in every report for four simple drawings.
const COLOURS = ["#0b5cad", "#c2410c", "#15803d", "#9d174d", "#6d28d9", "#0f766e", "#92400e", "#475569"];
const BARS = 30;
const LINES = COLOURS.length;
let seriesChosen = null;

const caption = (title, note) => el("figcaption", {}, el("strong", { text: title }),
  note ? el("span", { class: "quiet", text: ` ${note}` }) : null);
const canvas = (id, width, height, label) =>
  svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label, id: `${id}-svg` });
// Chinese letters are as wide as they are high, others about half.
const widthOf = (text, size) =>
  [...text].reduce((sum, char) => sum + (char.codePointAt(0) > 0x2e7f ? size : size * 0.58), 0);
const shortened = (text, size, room) => {
  if (widthOf(text, size) <= room) return text;
  let held = [...text];
  while (held.length > 1 && widthOf(`${held.join("")}…`, size) > room) held = held.slice(0, -1);
  return `${held.join("")}…`;
};
const opens = (row) => ({
  tabindex: 0, role: "button", class: "opens", onclick: () => openRow(row),
  onkeydown: (event) => { if (event.key === "Enter") openRow(row); },
});
const tip = (row) => svg("title", {
  text: `${row.region} ${valueWords(row)} ${row.unit} ${periodOf(row)}\n${quoteOf(row)}`,
});
const roomOf = (id) => Math.max(280, Math.floor($(id).clientWidth || 560) - 26);

const drawBars = (title, rows) => {
  const all = latest(rows).sort((a, b) => b.value - a.value || (a.region_code < b.region_code ? -1 : 1));
  const bars = all.slice(0, BARS);
  const [width, size, line] = [roomOf("bar"), 13, 30];
  const height = bars.length * line + 8;
  const names = bars.map((row) => shortened(placeOf(row), size, width * 0.3));
  const ends = bars.map((row) => `${valueWords(row)} ${row.unit}`);
  const days = bars.map((row) => row.period_end || t("undated"));
  const left = Math.max(...names.map((name) => widthOf(name, size))) + 8;
  const right = Math.max(...ends.map((end) => widthOf(end, size)), ...days.map((day) => widthOf(day, 11))) + 10;
  const [low, high] = [Math.min(0, ...bars.map((row) => row.value)), Math.max(0, ...bars.map((row) => row.value))];
  const scale = (value) => left + (width - left - right) * (high === low ? 0 : (value - low) / (high - low));
  const picture = canvas("bar", width, height, title);
  bars.forEach((row, at) => {
    const y = at * line + 4;
    const [from, to] = [scale(Math.min(0, row.value)), scale(Math.max(0, row.value))];
    picture.append(svg("g", opens(row), tip(row),
      svg("text", { x: left - 6, y: y + 16, "text-anchor": "end", "font-size": size, text: names[at] }),
      svg("rect", { x: from, y: y + 2, width: Math.max(1, to - from), height: line - 10, fill: COLOURS[0] }),
      svg("text", { x: to + 6, y: y + 11, "font-size": size, text: ends[at] }),
      svg("text", { x: to + 6, y: y + 23, "font-size": 11, fill: "#5b6673", text: days[at] })));
  });
  $("bar").replaceChildren(caption(t("bar_title"), all.length > BARS ? t("of_regions", BARS, all.length) : ""), picture);
};

const niceStep = (span, parts) => {
  const raw = span / parts || 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  return [1, 2, 5, 10].find((factor) => factor * power >= raw) * power;
};

const drawLines = (title, rows) => {
  const dated = rows.filter((row) => row.period_end);
  const regions = new Map();
  for (const row of [...dated].sort((a, b) => (a.period_end < b.period_end ? -1 : 1))) {
    if (!regions.has(row.region_code)) regions.set(row.region_code, []);
    regions.get(row.region_code).push(row);
  }
  const lines = [...regions.values()].sort((a, b) => b.length - a.length).slice(0, LINES);
  if (!lines.length) { $("line").replaceChildren(caption(t("line_title"), t("nothing"))); return; }
  const shown = lines.flat();
  const [width, height, top, bottom] = [roomOf("line"), 260, 12, 26];
  const time = (row) => Date.parse(row.period_end);
  const values = shown.map((row) => row.value);
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const every = niceStep(high - low, 4);
  const marksY = [];
  const ends = [Math.floor(low / every), Math.max(1, Math.ceil(high / every))];
  for (let at = ends[0]; at <= ends[1]; at += 1) marksY.push(at * every);
  const left = Math.max(...marksY.map((value) => widthOf(number(value), 11))) + 8;
  let [first, last] = [Math.min(...shown.map(time)), Math.max(...shown.map(time))];
  const year = 365.25 * 86400e3;
  if (last - first < year) { const spare = (year - (last - first)) / 2; first -= spare; last += spare; }
  const x = (at) => left + 8 + (width - left - 24) * (at - first) / (last - first);
  const peak = Math.max(high, marksY.at(-1));
  const y = (value) => top + (height - top - bottom) * (peak - value) / ((peak - marksY[0]) || 1);
  const picture = canvas("line", width, height, title);
  for (const value of marksY) {
    picture.append(svg("line", { x1: left, x2: width, y1: y(value), y2: y(value), stroke: "#dfe4ea" }),
      svg("text", { x: left - 6, y: y(value) + 4, "text-anchor": "end", "font-size": 11, fill: "#5b6673", text: number(value) }));
  }
  const years = [new Date(first).getUTCFullYear(), new Date(last).getUTCFullYear() + 1];
  const gap = Math.max(1, Math.ceil((years[1] - years[0]) / Math.max(2, Math.floor(width / 70))));
  for (let mark = years[0]; mark <= years[1]; mark += gap) {
    const at = x(Date.UTC(mark, 0, 1));
    if (at < left || at > width - 14) continue;
    picture.append(svg("line", { x1: at, x2: at, y1: top, y2: height - bottom, stroke: "#eef1f5" }),
      svg("text", { x: at, y: height - 8, "text-anchor": "middle", "font-size": 11, fill: "#5b6673", text: String(mark) }));
  }
  lines.forEach((points_, at) => {
    const path = points_.map((row) => `${x(time(row))},${y(row.value)}`).join(" ");
    picture.append(svg("polyline", { points: path, fill: "none", stroke: COLOURS[at], "stroke-width": 2 }));
    points_.forEach((row) => picture.append(svg("g", opens(row), tip(row),
      svg("circle", { cx: x(time(row)), cy: y(row.value), r: 5, fill: COLOURS[at], stroke: "#fff" }))));
  });
  const legend = el("ul", { class: "legend" }, ...lines.map((held, at) => {
    const swatch = el("i");
    swatch.style.background = COLOURS[at];
    return el("li", {}, swatch, placeOf(held[0]));
  }));
  $("line").replaceChildren(
    caption(t("line_title"), regions.size > LINES ? t("of_regions", LINES, regions.size) : ""), picture, legend);
};

// How many rows there are of each indicator for each region: where the articles speak, and where they don't.
const drawHeat = () => {
  const rows = shownRows.filter((row) => row.region && row.indicator !== "unmapped");
  const count = (name, held = rows) => {
    const counts = new Map();
    held.forEach((row) => counts.set(row[name], (counts.get(row[name]) || 0) + 1));
    return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([value]) => value);
  };
  const [regionsAll, indicatorsAll] = [count("region"), count("indicator")];
  const indicators = indicatorsAll.slice(0, 20);
  // Of the regions those first that have most rows in the columns shown, so that no line is empty.
  const regions = count("region", rows.filter((row) => indicators.includes(row.indicator))).slice(0, 24);
  const cells = new Map();
  rows.forEach((row) => {
    const key = `${row.region}\n${row.indicator}`;
    cells.set(key, (cells.get(key) || 0) + 1);
  });
  const most = Math.max(1, ...cells.values());
  const cell = (region, code) => {
    const n = cells.get(`${region}\n${code}`) || 0;
    if (!n) return el("td");
    const strength = Math.sqrt(n / most);
    const node = el("td", {}, el("button", {
      type: "button", text: String(n), title: `${region} · ${indicatorLabel(code)}: ${n}`,
      onclick: () => { wanted.region = region; setFilter("indicator", code); showTab("table"); },
    }));
    node.firstChild.style.background = `hsl(211 70% ${94 - 62 * strength}%)`;
    node.firstChild.style.color = strength > 0.5 ? "#fff" : "#12263a";
    return node;
  };
  const cut_ = regionsAll.length > regions.length || indicatorsAll.length > indicators.length;
  const note = cut_ ? t("heat_cut", regions.length, regionsAll.length, indicators.length, indicatorsAll.length) : "";
  $("heat").replaceChildren(caption(t("heat_title"), note), el("div", { class: "scroll", tabindex: "0" }, el("table", { class: "heat" },
    el("thead", {}, el("tr", {}, el("th"), ...indicators.map((code) =>
      el("th", { scope: "col", title: indicatorLabel(code) }, el("span", { text: indicatorLabel(code) }))))),
    el("tbody", {}, ...regions.map((region) =>
      el("tr", {}, el("th", { scope: "row", text: region }), ...indicators.map((code) => cell(region, code))))))));
};

const drawMap = (title, rows) => {
  $("map").hidden = !DATA.map;
  if (!DATA.map) return;
  const values = new Map(latest(rows).map((row) => [row.region_code, row]));
  const regions = DATA.map.regions;
  let [west, east, south, north] = [Infinity, -Infinity, Infinity, -Infinity];
  regions.forEach((region) => region.rings.forEach((ring) => ring.forEach((part, at) => {
    if (at % 2) { south = Math.min(south, part); north = Math.max(north, part); }
    else { west = Math.min(west, part); east = Math.max(east, part); }
  })));
  const squeeze = Math.cos((south + north) / 2 * Math.PI / 180);
  const width = roomOf("map");
  const scale = Math.min(width / ((east - west) * squeeze || 1), 420 / (north - south || 1));
  const picture = canvas("map", width, Math.ceil((north - south) * scale) + 4, title);
  const known = [...values.values()].filter((row) => regions.some((region) => region.code === row.region_code));
  const [low, high] = [Math.min(...known.map((row) => row.value)), Math.max(...known.map((row) => row.value))];
  for (const region of regions) {
    const row = values.get(region.code);
    const strength = row ? (high === low ? 0.7 : 0.15 + 0.85 * (row.value - low) / (high - low)) : 0;
    const path = region.rings.map((ring) => {
      const corners = [];
      for (let at = 0; at < ring.length; at += 2) {
        corners.push(`${((ring[at] - west) * squeeze * scale).toFixed(1)},${((north - ring[at + 1]) * scale + 2).toFixed(1)}`);
      }
      return `M${corners.join("L")}Z`;
    }).join("");
    picture.append(svg("path", {
      ...(row ? opens(row) : {}), d: path, "fill-rule": "evenodd", stroke: "#7b8794", "stroke-width": 0.7,
      fill: row ? `hsl(211 70% ${92 - 56 * strength}%)` : "#f3f4f6", "data-code": region.code,
    }, row ? tip(row) : svg("title", { text: `${region.name}: ${t("nothing")}` })));
  }
  const range = known.length ? `${number(low)} – ${number(high)} ${known[0].unit}` : t("nothing");
  $("map").replaceChildren(caption(t("map_title"), range), picture);
};

const drawCharts = () => {
  if ($("tab-charts").hidden) return;
  const found = allSeries();
  const chosen = found.find((series) => series.key === seriesChosen) || found[0];
  $("series").replaceChildren(...found.slice(0, 300).map((series) => el("option", {
    value: series.key, selected: series === chosen, text: `${seriesLabel(series.rows[0])} (${series.regions})`,
  })));
  if (chosen) {
    const title = seriesLabel(chosen.rows[0]);
    drawBars(title, chosen.rows);
    drawLines(title, chosen.rows);
    drawMap(title, chosen.rows);
  } else {
    $("bar").replaceChildren(caption(t("bar_title"), t("nothing")));
    $("line").replaceChildren(caption(t("line_title"), t("nothing")));
    drawMap("", []);
  }
  drawHeat();
};
$("series").addEventListener("change", (event) => { seriesChosen = event.target.value; drawCharts(); });
