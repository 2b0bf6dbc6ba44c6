// Corrections: kept in this browser until exported, or saved by the review server as they are made.
const MARK_COLUMNS = ["observation_id", "field", "new_value", "expected_old", "reason", "who"];
const REVIEW = DATA.review !== null;
const MARKS_KEY = `qualityextract.marks.${DATA.key}`;

const readMarks = () => {
  if (REVIEW) return DATA.review;
  try {
    const held = JSON.parse(memory.get(MARKS_KEY) || "[]");
    return Array.isArray(held)
      ? held.filter((mark) => mark && MARK_COLUMNS.every((name) => typeof mark[name] === "string"))
      : [];
  } catch { return []; }
};
let marks = readMarks();
let markIndex = new Map();
const indexMarks = () => {
  markIndex = new Map();
  for (const mark of marks) {
    if (!markIndex.has(mark.observation_id)) markIndex.set(mark.observation_id, []);
    markIndex.get(mark.observation_id).push(mark);
  }
};
indexMarks();
const marksOf = (row) => markIndex.get(row.observation_id) || [];
const isMarked = (row) => markIndex.has(row.observation_id);
const isRejected = (row) => marksOf(row).some((mark) => mark.field === "*");

const say = (text, bad = false) => {
  $("status").textContent = text;
  $("status").classList.toggle("bad", bad);
};

// A value as it stands in a CSV cell of the tables; Python's `cells.plain_text` writes the same.
const plainText = (value) => {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map((item) => item.replace(/[\\|]/g, "\\$&")).join("|");
  if (typeof value === "object") {
    const pairs = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}: ${JSON.stringify(value[key])}`);
    return `{${pairs.join(", ")}}`;
  }
  return String(value);
};

const send = async (name, body) => {
  if (!REVIEW) return;
  const answer = await fetch(name, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(await answer.text());
};

const keepMarks = (row) => {
  indexMarks();
  const kept = REVIEW || memory.set(MARKS_KEY, JSON.stringify(marks));
  drawExport();
  refreshRow(row);
  if (wanted.marked) applyFilters();
  if (kept) say(REVIEW ? t("saved") : t("kept"));
  else say(t("not_kept"), true);
};

const others = (mark) => (held) => held.observation_id !== mark.observation_id || held.field !== mark.field;
const addMark = async (row, mark) => {
  try { await send("mark", mark); } catch (error) { say(`${t("not_saved")}: ${error.message}`, true); return false; }
  marks = [...marks.filter(others(mark)), mark];
  keepMarks(row);
  return true;
};
const dropMark = async (row, mark) => {
  const key = { observation_id: mark.observation_id, field: mark.field };
  try { await send("unmark", key); } catch (error) { say(`${t("not_saved")}: ${error.message}`, true); return; }
  marks = marks.filter(others(mark));
  keepMarks(row);
};

// What is wrong with a new value, or null; the review server checks again.
const valueProblem = (field, text) => {
  const { kind, nullable } = DATA.fields[field];
  if (text === "") return nullable || kind === "list" || kind === "map" ? null : t("not_empty");
  const allowed = DATA.values[field];
  const known = (value) => !allowed || allowed.includes(value);
  const good = {
    number: () => /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) && Number.isFinite(Number(text)),
    integer: () => /^\d+$/.test(text),
    boolean: () => text === "true" || text === "false",
    date: () => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)),
    list: () => text.split("|").every(known),
    map: () => { try { return Object.values(JSON.parse(text)).every((v) => typeof v === "string"); } catch { return false; } },
    string: () => known(text),
  }[kind]();
  return good ? null : t("bad_value", kind);
};

// The same characters as in Python's `cells.defused`: what a spreadsheet program may run as a formula.
const FORMULA = /^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
const csvCell = (text) => {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};
const marksCsv = () => "\ufeff" + [MARK_COLUMNS, ...marks.map((mark) => MARK_COLUMNS.map((name) => mark[name]))]
  .map((cells) => `${cells.map(csvCell).join(",")}\r\n`).join("");

const exportMarks = () => {
  const link = el("a", {
    href: URL.createObjectURL(new Blob([marksCsv()], { type: "text/csv;charset=utf-8" })), download: "corrections.csv",
  });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  say(t("exported", marks.length));
};
const drawExport = () => {
  $("export").textContent = t("export", marks.length);
  $("export").disabled = marks.length === 0;
};
$("export").addEventListener("click", exportMarks);
