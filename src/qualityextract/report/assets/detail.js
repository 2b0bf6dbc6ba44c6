// The pane of one row: what is claimed, by which rule, and the article with exactly the words that it rests on.
let current = null;
let lastFocus = null;

const byArticle = new Map();
for (const row of ROWS) {
  if (!byArticle.has(row.article_id)) byArticle.set(row.article_id, []);
  byArticle.get(row.article_id).push(row);
}
for (const rows of byArticle.values()) rows.sort((a, b) => a.value_start - b.value_start || a.at - b.at);

// The text in pieces that begin and end where a quote or a numeral does; each piece knows the rows whose numeral it is.
const pieces = (row) => {
  const length = points(row).length;
  const rows = byArticle.get(row.article_id);
  const edges = new Set([0, length, row.quote_start, row.quote_end]);
  rows.forEach((other) => { edges.add(other.value_start); edges.add(other.value_end); });
  const sorted = [...edges].filter((edge) => edge >= 0 && edge <= length).sort((a, b) => a - b);
  const held = new Map();
  let open = 0;
  return sorted.slice(0, -1).map((start, at) => {
    const end = sorted[at + 1];
    while (open < rows.length && rows[open].value_start <= start) {
      held.set(rows[open].observation_id, rows[open]);
      open += 1;
    }
    for (const [id, other] of held) if (other.value_end <= start) held.delete(id);
    const inside = (from, to) => start >= from && end <= to;
    return {
      text: cut(row, start, end),
      quote: inside(row.quote_start, row.quote_end),
      value: inside(row.value_start, row.value_end),
      rows: [...held.values()],
    };
  });
};

const articleText = (row) => {
  const box = el("div", { class: "article", lang: "zh-CN" });
  for (const piece of pieces(row)) {
    const names = [piece.quote && "in-quote", piece.value && "in-value", piece.rows.length && "figure"];
    const node = el(piece.quote || piece.value ? "mark" : "span", {
      class: names.filter(Boolean).join(" ") || null, text: piece.text,
    });
    if (piece.rows.length && !piece.value) {
      node.title = piece.rows.map((other) => indicatorLabel(other.indicator)).join(" · ");
      node.addEventListener("click", () => openRow(piece.rows[0]));
    }
    box.append(node);
  }
  return box;
};

const fact = (label, ...value) =>
  (value.every((part) => part === null || part === "" || part === undefined) ? [] : [
    el("dt", { text: label }), el("dd", {}, ...value.filter((part) => part !== null && part !== undefined)),
  ]);
const chip = (column, value) =>
  el("span", { class: `chip ${column}`, title: valueTip(column, value), text: valueLabel(column, value) });
const aside = (text) => (text ? el("small", { text: ` ${text}` }) : null);

const facts = (row) => {
  const whole = row.part_of && BY_ID.get(row.part_of);
  return el("dl", {},
    ...fact(columnLabel("subject"), row.subject, aside(row.subject_count && t("members", row.subject_count))),
    ...fact(columnLabel("region"), row.region || t("unknown"), aside(row.region_code),
      aside(row.region_basis && valueLabel("region_basis", row.region_basis))),
    ...fact(t("period"), periodOf(row) || t("unknown"), aside(row.period_text)),
    ...fact(t("column_indicator"), indicatorLabel(row.indicator), aside(row.indicator)),
    ...fact(columnLabel("indicator_text"), row.indicator_text),
    ...fact(columnLabel("stat_kind"), chip("stat_kind", row.stat_kind), " ", chip("status", row.status), " ",
      chip("scope", row.scope)),
    ...fact(columnLabel("bound"), valueLabel("bound", row.bound)),
    ...fact(columnLabel("level"), ...row.level.map((value) => chip("level", value))),
    ...fact(columnLabel("role"), row.role && chip("role", row.role)),
    ...fact(columnLabel("attributes"), Object.entries(row.attributes).map(([k, v]) => `${k}=${v}`).join("; ")),
    ...fact(columnLabel("each"), row.each ? t("yes") : ""),
    ...(row.part_of ? fact(columnLabel("part_of"), whole
      ? el("button", { type: "button", class: "link", onclick: () => openRow(whole),
        text: `${valueWords(whole)} ${whole.unit} ${indicatorLabel(whole.indicator)}` })
      : row.part_of) : []),
    ...fact(columnLabel("rule"), el("code", { text: row.rule })),
    ...fact(columnLabel("confidence"), chip(`confidence`, row.confidence),
      lang === "en" ? aside(DATA.meanings.confidence[row.confidence]) : null),
    ...fact(columnLabel("flags"), ...row.flags.map((value) => chip("flags", value))),
    ...fact(columnLabel("observation_id"), el("code", { text: row.observation_id })),
  );
};

const sourceOf = (row) => {
  const article = articleOf(row);
  if (!article) return el("p", { class: "quiet", text: t("no_article") });
  // Only a web address becomes a link; what else an article calls its address stays text.
  const web = /^https?:\/\//i.test(article.url || "");
  return el("p", { class: "quiet source" },
    [article.publisher, article.published, article.path].filter(Boolean).join(" · "),
    article.url ? " · " : null,
    web ? el("a", { href: article.url, rel: "noopener noreferrer", target: "_blank", text: t("original") })
      : article.url || null);
};

const step = (rows, row, by) => {
  const at = rows.indexOf(row) + by;
  return at >= 0 && at < rows.length && rows.includes(row) ? rows[at] : null;
};
const stepRow = (by) => {
  const rows = orderedRows();
  const next = current && rows.includes(current) ? step(rows, current, by) : rows[0];
  if (next) openRow(next);
};
const stepFigure = (by) => {
  const next = current && step(byArticle.get(current.article_id), current, by);
  if (next) openRow(next);
};

const stepper = (label, rows, row, go, keys, name) => {
  const at = rows.indexOf(row);
  const button = (by, sign, key, words) => el("button", {
    type: "button", id: `${name}-${by < 0 ? "previous" : "next"}`, "aria-label": `${words} ${label}`,
    title: `${words} (${key})`, disabled: !step(rows, row, by), text: sign, onclick: () => go(by),
  });
  return el("span", { class: "stepper" }, button(-1, "‹", keys[0], t("previous")),
    el("span", { text: `${label} ${at < 0 ? "–" : at + 1}/${rows.length}` }), button(1, "›", keys[1], t("next")));
};

const drawDetail = () => {
  const row = current;
  const pane = $("detail");
  if (!row) return;
  const article = articleOf(row);
  pane.setAttribute("aria-label", t("evidence"));
  pane.replaceChildren(
    el("div", { class: "pane-top" },
      stepper(t("row"), orderedRows(), row, stepRow, ["k", "j"], "row"),
      stepper(t("figure"), byArticle.get(row.article_id), row, stepFigure, ["p", "n"], "figure"),
      el("button", { type: "button", id: "close", "aria-label": t("close"), title: "Esc", text: "✕",
        onclick: closeDetail })),
    el("h3", {}, el("span", { class: "big", text: `${valueWords(row)} ${row.unit}` }),
      ` ${indicatorLabel(row.indicator)}`),
    el("h4", { text: (article && article.title) || t("evidence") }),
    sourceOf(row),
    articleText(row),
    facts(row),
    markBox(row),
  );
  const quote = pane.querySelector(".in-value") || pane.querySelector(".in-quote");
  const box = pane.querySelector(".article");
  if (quote) box.scrollTop = Math.max(0, quote.offsetTop - box.clientHeight / 3);
};

function openRow(row) {
  const before = current;
  if (!before) lastFocus = document.activeElement;
  current = row;
  const opened = $("detail").hidden;
  $("detail").hidden = false;
  document.body.classList.add("with-detail");
  if (opened && gridReady) grid.redraw();
  drawDetail();
  refreshRow(before);
  refreshRow(row);
  showInGrid(row);
  if (opened && matchMedia("(max-width: 60rem)").matches) $("detail").focus();
}

function closeDetail() {
  const before = current;
  current = null;
  $("detail").hidden = true;
  document.body.classList.remove("with-detail");
  if (gridReady) grid.redraw();
  refreshRow(before);
  if (lastFocus && lastFocus.isConnected) lastFocus.focus();
}

// The form for a mark, and the marks that the row has.
const markBox = (row) => {
  const list = marksOf(row).map((mark) => el("li", {},
    el("span", { text: mark.field === "*" ? t("rejected")
      : `${columnLabel(mark.field)}: ${mark.expected_old || "∅"} → ${mark.new_value || "∅"}` }),
    el("small", { text: ` ${mark.reason} (${mark.who}) ` }),
    el("button", { type: "button", class: "link drop", text: t("withdraw"),
      onclick: async () => { await dropMark(row, mark); drawDetail(); } })));
  const field = el("select", { name: "field" }, el("option", { value: "*", text: t("reject_row") }),
    ...Object.keys(DATA.fields).map((name) => el("option", { value: name, text: columnLabel(name) })));
  const value = el("input", { name: "new_value", list: "allowed", autocomplete: "off", maxlength: "4000" });
  const allowed = el("datalist", { id: "allowed" });
  const valueLine = el("label", { hidden: true }, el("span", { text: t("new_value") }), value);
  const reason = el("input", { name: "reason", required: true, maxlength: "4000", autocomplete: "off" });
  const who = el("input", { name: "who", required: true, maxlength: "4000",
    value: memory.get("qualityextract.who") || "" });
  field.addEventListener("change", () => {
    const name = field.value;
    valueLine.hidden = name === "*";
    value.value = name === "*" ? "" : plainText(row[name]);
    allowed.replaceChildren(...(DATA.values[name] || []).map((item) => el("option", { value: item })));
  });
  const save = async (event) => {
    event.preventDefault();
    const name = field.value;
    const wrong = name === "*" ? null
      : valueProblem(name, value.value) || (value.value === plainText(row[name]) ? t("same_value") : null);
    if (wrong || !reason.value.trim() || !who.value.trim()) { say(wrong || t("why_and_who"), true); return; }
    memory.set("qualityextract.who", who.value.trim());
    const kept = await addMark(row, {
      observation_id: row.observation_id, field: name, new_value: name === "*" ? "reject" : value.value,
      expected_old: name === "*" ? "" : plainText(row[name]), reason: reason.value.trim(), who: who.value.trim(),
    });
    if (kept) drawDetail();
  };
  return el("form", { class: "mark-form", onsubmit: save },
    el("h4", { text: t("correction") }),
    list.length ? el("ul", { class: "marks" }, ...list) : null,
    el("label", {}, el("span", { text: t("what") }), field), valueLine, allowed,
    el("label", {}, el("span", { text: t("reason") }), reason),
    el("label", {}, el("span", { text: t("who") }), who),
    el("button", { type: "submit", class: "primary", text: t("mark") }));
};
