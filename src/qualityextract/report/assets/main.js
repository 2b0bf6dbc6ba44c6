// Joins the parts: language, tabs, keyboard, printing; then draws everything once.
const TABS = ["table", "charts", "rejects"];
const PRINTED = 1000;

function showTab(name) {
  TABS.forEach((tab) => {
    $(`tab-${tab}`).hidden = tab !== name;
    const button = $(`show-${tab}`);
    button.setAttribute("aria-selected", tab === name);
    button.tabIndex = tab === name ? 0 : -1;
  });
  if (name === "charts") drawCharts();
  if (name === "table" && gridReady) grid.redraw(true);
}

const drawTabs = () => {
  const open = TABS.find((tab) => !$(`tab-${tab}`).hidden);
  $("tabs").replaceChildren(...TABS.map((tab) => el("button", {
    type: "button", id: `show-${tab}`, role: "tab", "aria-controls": `tab-${tab}`, text: t(`tab_${tab}`),
    onclick: () => showTab(tab),
    onkeydown: (event) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!by) return;
      const next = TABS[(TABS.indexOf(tab) + by + TABS.length) % TABS.length];
      showTab(next);
      $(`show-${next}`).focus();
    },
  })));
  TABS.forEach((tab) => {
    $(`show-${tab}`).setAttribute("aria-selected", tab === open);
    $(`tab-${tab}`).setAttribute("aria-labelledby", `show-${tab}`);
  });
};

const HELP = [["/", "help_search"], ["j  ↓", "help_next_row"], ["k  ↑", "help_previous_row"], ["n", "help_next_figure"],
  ["p", "help_previous_figure"], ["x", "help_mark"], ["Esc", "help_close"], ["?", "help_help"]];
const drawHelp = () => $("help").replaceChildren(
  el("h3", { text: t("keys") }),
  el("dl", {}, ...HELP.flatMap(([key, words_]) => [el("dt", {}, el("kbd", { text: key })), el("dd", { text: t(words_) })])),
  el("button", { type: "button", text: t("close"), onclick: () => $("help").close() }));

const drawWords = () => {
  document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
  document.title = `${t("title")} · qualityextract`;
  document.querySelectorAll("[data-t]").forEach((node) => { node.textContent = t(node.dataset.t); });
  $("lang").textContent = lang === "zh" ? "English" : "中文";
  $("help-button").setAttribute("aria-label", t("keys"));
  $("foot").textContent = `qualityextract ${DATA.version} · ${t("foot")}`;
};

const drawAll = () => {
  drawWords();
  drawTabs();
  drawHelp();
  drawOverview();
  drawRejects();
  drawFilters();
  drawExport();
  drawDetail();
  drawCharts();
};

$("lang").addEventListener("click", () => {
  lang = lang === "zh" ? "en" : "zh";
  memory.set("qualityextract.lang", lang);
  drawAll();
  grid.destroy();
  drawGrid();
  fillGrid();
});
$("help-button").addEventListener("click", () => $("help").showModal());

const KEYS = {
  j: () => stepRow(1), ArrowDown: () => stepRow(1), k: () => stepRow(-1), ArrowUp: () => stepRow(-1),
  n: () => stepFigure(1), p: () => stepFigure(-1), "/": () => $("search").focus(), "?": () => $("help").showModal(),
  x: () => { const field = document.querySelector(".mark-form select"); if (field) field.focus(); },
  Escape: () => { if (current) closeDetail(); },
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || $("help").open) return;
  const typing = event.target.closest("input, select, textarea");
  if (typing && event.key !== "Escape") return;
  // The arrows move through rows only where they would not scroll something else.
  if (event.key.startsWith("Arrow") && !event.target.closest("#grid")) return;
  const run = KEYS[event.key];
  if (!run) return;
  event.preventDefault();
  if (typing) typing.blur(); else run();
});

// On paper the table in view is no use: print the rows that are shown as a plain table.
addEventListener("beforeprint", () => {
  const names = ["subject", "indicator", "value", "unit", "stat_kind", "region", "period_end", "quote_start"];
  const text = (row, name) => ({
    indicator: () => indicatorLabel(row.indicator), value: () => valueWords(row), quote_start: () => quoteOf(row),
    stat_kind: () => valueLabel("stat_kind", row.stat_kind),
  }[name] || (() => row[name] || ""))();
  const rows = orderedRows().slice(0, PRINTED);
  $("print-table").replaceChildren(
    shownRows.length > PRINTED ? el("p", { text: t("printed", PRINTED, number(shownRows.length)) }) : "",
    el("table", { class: "plain" },
      el("thead", {}, el("tr", {}, ...names.map((name) => el("th", { text: t(`column_${name}`) })))),
      el("tbody", {}, ...rows.map((row) => el("tr", {}, ...names.map((name) =>
        el("td", { text: text(row, name), class: ["value", "unit", "period_end"].includes(name) ? "whole" : null })))))));
});
addEventListener("afterprint", () => $("print-table").replaceChildren());
addEventListener("resize", later(200, () => { drawCharts(); }));

onFilter.push(fillGrid, drawCharts, drawDetail);
drawAll();
drawGrid();
fillGrid();
document.body.dataset.ready = "yes";
