// Data, language and the few functions that everything below builds pages with. Text goes in by textContent alone.
const DATA = JSON.parse(document.getElementById("data").textContent);
const COLUMN = Object.fromEntries(DATA.columns.map((name, at) => [name, at]));
const ROWS = DATA.rows.map((cells, at) => {
  const row = { at };
  DATA.columns.forEach((name, column) => { row[name] = cells[column]; });
  return row;
});
const BY_ID = new Map(ROWS.map((row) => [row.observation_id, row]));
const $ = (id) => document.getElementById(id);

// A browser may refuse storage; the page then works without a memory.
const memory = {
  get(key) { try { return localStorage.getItem(key); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(key, value); return true; } catch { return false; } },
};

let lang = memory.get("qualityextract.lang") || ((navigator.language || "").startsWith("zh") ? "zh" : "en");
const inLang = (pair) => (lang === "zh" ? pair[0] : pair[1]);
const t = (key, ...values) => {
  let text = inLang(DATA.text.ui[key] || [key, key]);
  values.forEach((value, at) => { text = text.replace(`{${at}}`, () => String(value)); });
  return text;
};
const spaced = (name) => name.replaceAll("_", " ");
const columnLabel = (name) => (lang === "zh" ? DATA.labels[name] || name : spaced(name));
const valueLabel = (column, value) =>
  (lang === "zh" ? (DATA.text.values[column] || {})[value] || value : spaced(value));
const valueTip = (column, value) => {
  const meaning = (DATA.meanings[column] || {})[value];
  return meaning ? `${value}: ${meaning}` : value;
};
const indicatorLabel = (code) => {
  if (code === "unmapped") return t("unmapped_label");
  const [zh, en] = DATA.indicators[code] || [null, null];
  return (lang === "zh" ? zh : en) || code;
};
const number = (value) => value === null ? "" :
  value.toLocaleString(lang === "zh" ? "zh-CN" : "en-GB", { maximumFractionDigits: 6 });
const SIGN = { over: ">", at_least: "≥", about: "≈", nearly: "≲", under: "<", at_most: "≤" };
const valueWords = (row) =>
  (SIGN[row.bound] || "") + number(row.value) + (row.value_max === null ? "" : `–${number(row.value_max)}`);

// An element with properties, attributes ("aria-…", "data-…", role) and children; strings become text nodes.
const el = (tag, given = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(given)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "text") node.textContent = value;
    else if (key === "class") node.className = value;
    else if (key === "value" || key === "checked" || key === "selected") node[key] = value;
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
};
const svg = (tag, given = {}, ...children) => {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(given)) {
    if (key === "text") node.textContent = value;
    else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
};
const later = (wait, run) => {
  let timer = 0;
  return () => { clearTimeout(timer); timer = setTimeout(run, wait); };
};

// Offsets count code points, strings here count UTF-16 units: articles with other than basic characters are split once.
const split = new Map();
const articleOf = (row) => DATA.articles[row.article_id] || null;
const points = (row) => {
  if (!split.has(row.article_id)) {
    const text = (articleOf(row) || { text: "" }).text;
    split.set(row.article_id, /[\ud800-\udfff]/.test(text) ? Array.from(text) : text);
  }
  return split.get(row.article_id);
};
const cut = (row, start, end) => {
  const held = points(row).slice(start, end);
  return typeof held === "string" ? held : held.join("");
};
const quoteOf = (row) => cut(row, row.quote_start, row.quote_end);
const numeralOf = (row) => cut(row, row.value_start, row.value_end);
const placeOf = (row) => {
  const parts = [row.prefecture, row.county].filter(Boolean).join("");
  return parts || row.province || row.region || "";
};
const periodOf = (row) => {
  const { period_start: start, period_end: end } = row;
  if (!end) return start ? `${start} –` : "";
  return start === end ? end : `${start || ""} – ${end}`;
};
