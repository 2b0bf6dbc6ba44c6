// What is shown: a search over words and quotes, and choices for the columns that decide whether rows compare.
const CHOICES = ["indicator", "region", "stat_kind", "scope", "status", "confidence", "flags"];
const wanted = { search: "", from: "", to: "", marked: false };
let shownRows = ROWS;
const onFilter = [];

const haystacks = new Array(ROWS.length);
const haystack = (row) => {
  haystacks[row.at] ??= [
    row.subject, row.region, row.indicator, ...(DATA.indicators[row.indicator] || []), row.indicator_text, row.rule,
    row.observation_id, quoteOf(row), (articleOf(row) || {}).title, (articleOf(row) || {}).publisher,
  ].filter(Boolean).join("\n").toLowerCase();
  return haystacks[row.at];
};

const passes = (row) => {
  for (const name of CHOICES) {
    const value = wanted[name];
    if (!value) continue;
    if (name === "flags") { if (!row.flags.includes(value)) return false; }
    else if (name === "region") { if (!(row.region || "").startsWith(value)) return false; }
    else if (row[name] !== value) return false;
  }
  if (wanted.from && !(row.period_end && row.period_end.slice(0, 4) >= wanted.from)) return false;
  if (wanted.to && !(row.period_end && row.period_end.slice(0, 4) <= wanted.to)) return false;
  if (wanted.marked && !isMarked(row)) return false;
  return wanted.search.split(/\s+/).every((word) => haystack(row).includes(word));
};

const applyFilters = () => {
  shownRows = ROWS.filter(passes);
  onFilter.forEach((run) => run());
};
const applySoon = later(120, applyFilters);

const tally = (name) => {
  const counts = new Map();
  const add = (value) => counts.set(value, (counts.get(value) || 0) + 1);
  for (const row of ROWS) {
    if (name === "flags") row.flags.forEach(add);
    else if (name === "region") {
      const path = [row.province, row.prefecture, row.county].filter(Boolean);
      if (!path.length && row.region) add(row.region);
      path.forEach((_, at) => add(path.slice(0, at + 1).join("")));
    } else if (row[name]) add(row[name]);
  }
  const order = name === "region"
    ? (a, b) => a[0].localeCompare(b[0], "zh-CN")
    : (a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1);
  return [...counts].sort(order);
};
const tallies = Object.fromEntries(CHOICES.map((name) => [name, tally(name)]));

const choiceText = (name, value) =>
  name === "indicator" ? indicatorLabel(value) : name === "region" ? value : valueLabel(name, value);

const choiceLabel = (name) => (name === "indicator" ? t("column_indicator") : columnLabel(name));

const setFilter = (name, value) => {
  wanted[name] = value;
  drawFilters();
  applyFilters();
};

const drawFilters = () => {
  const field = (label, control) => el("label", {}, el("span", { text: label }), control);
  const select = (name) => el("select", {
    name, "aria-label": choiceLabel(name), onchange: (event) => { wanted[name] = event.target.value; applyFilters(); },
  },
  el("option", { value: "", text: t("all") }),
  ...tallies[name].map(([value, count]) => el("option", {
    value, selected: wanted[name] === value, text: `${choiceText(name, value)} (${count})`,
  })));
  const year = (name) => el("input", {
    type: "number", name, min: "1900", max: "2100", value: wanted[name], "aria-label": t(name),
    oninput: (event) => { wanted[name] = event.target.value; applySoon(); },
  });
  $("filters").replaceChildren(
    field(t("search"), el("input", {
      id: "search", type: "search", value: wanted.search, autocomplete: "off", placeholder: t("search_hint"),
      oninput: (event) => { wanted.search = event.target.value.trim().toLowerCase(); applySoon(); },
    })),
    ...CHOICES.map((name) => field(choiceLabel(name), select(name))),
    el("div", { class: "years" }, field(t("from"), year("from")), field(t("to"), year("to"))),
    el("label", { class: "check" }, el("input", {
      type: "checkbox", name: "marked", checked: wanted.marked,
      onchange: (event) => { wanted.marked = event.target.checked; applyFilters(); },
    }), el("span", { text: t("marked_only") })),
    el("button", { type: "button", id: "reset", text: t("reset"), onclick: resetFilters }),
  );
};

const resetFilters = () => {
  CHOICES.forEach((name) => { wanted[name] = ""; });
  Object.assign(wanted, { search: "", from: "", to: "", marked: false });
  drawFilters();
  applyFilters();
};
$("filters").addEventListener("submit", (event) => event.preventDefault());
