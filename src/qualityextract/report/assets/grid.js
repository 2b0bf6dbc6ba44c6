// The table: Tabulator draws only the rows in view, so ten thousand cost no more than a screenful.
let grid = null;
let gridReady = false;
let ordered = null;

// Tabulator holds copies of the rows; everything else here compares our own.
const ownRow = (data) => ROWS[data.at];
const words = (make) => (cell) => {
  const made = make(ownRow(cell.getRow().getData()));
  return el("span", typeof made === "string" ? { text: made, title: made } : made);
};
const byText = (a, b) => String(a ?? "").localeCompare(String(b ?? ""), "zh-CN");
const gridColumns = () => [
  { field: "mark", width: 34, hozAlign: "center", responsive: 0,
    headerSort: false,
    formatter: words((row) => ({ text: isRejected(row) ? "✗" : isMarked(row) ? "✎" : "", class: "mark-sign" })) },
  { field: "subject", minWidth: 96, widthGrow: 2, responsive: 0, formatter: words((row) => row.subject) },
  { field: "indicator", minWidth: 110, widthGrow: 2, responsive: 0,
    formatter: words((row) => indicatorLabel(row.indicator)),
    sorter: (a, b) => byText(indicatorLabel(a), indicatorLabel(b)) },
  { field: "value", minWidth: 84, widthGrow: 1, hozAlign: "right", responsive: 0, sorter: "number",
    formatter: words((row) => ({ text: valueWords(row), class: "num" })) },
  { field: "unit", minWidth: 72, widthGrow: 0.4, responsive: 2, formatter: words((row) => row.unit) },
  { field: "stat_kind", minWidth: 106, widthGrow: 0.8, responsive: 2,
    formatter: words((row) => ({
      text: valueLabel("stat_kind", row.stat_kind), title: valueTip("stat_kind", row.stat_kind),
    })) },
  { field: "scope", minWidth: 96, widthGrow: 0.8, responsive: 3,
    formatter: words((row) => ({ text: valueLabel("scope", row.scope), title: valueTip("scope", row.scope) })) },
  { field: "region", minWidth: 110, widthGrow: 2, responsive: 3, formatter: words((row) => row.region || "") },
  { field: "period_end", minWidth: 112, widthGrow: 0.8, responsive: 2,
    formatter: words((row) => row.period_end || "") },
  { field: "confidence", minWidth: 88, widthGrow: 0.5, responsive: 4,
    formatter: words((row) => ({
      text: valueLabel("confidence", row.confidence), class: `confidence ${row.confidence}`,
    })) },
  { field: "quote_start", minWidth: 160, widthGrow: 5, responsive: 5, headerSort: false,
    formatter: words((row) => quoteOf(row)) },
].map((column) => ({
  sorter: byText, ...column, title: column.field === "mark" ? "" : t(`column_${column.field}`),
}));

const drawGrid = () => {
  gridReady = false;
  const made = new Tabulator("#grid", {
    data: shownRows,
    index: "at",
    height: "68vh",
    layout: "fitColumns",
    responsiveLayout: "hide",
    columns: gridColumns(),
    columnDefaults: { resizable: "header" },
    placeholder: t("nothing"),
    rowHeight: 32,
    rowFormatter: (row) => {
      const data = ownRow(row.getData());
      const node = row.getElement();
      node.classList.toggle("open", current === data);
      node.classList.toggle("rejected", isRejected(data));
      node.dataset.id = data.observation_id;
    },
  });
  made.on("tableBuilt", () => { gridReady = true; if (made.getDataCount() !== shownRows.length) fillGrid(); });
  for (const happened of ["dataSorted", "dataProcessed"]) {
    made.on(happened, () => { ordered = null; if (current) queueMicrotask(drawDetail); });
  }
  made.on("rowClick", (event, row) => openRow(ownRow(row.getData())));
  const old = grid;
  grid = made;
  return old;
};

const fillGrid = () => {
  ordered = null;
  if (gridReady) grid.replaceData(shownRows);
  $("shown").textContent = t("shown_rows", number(shownRows.length), number(ROWS.length));
};

// The rows in the order in which the table shows them.
// Kept until they are sorted or filtered anew: asking the table copies every row.
const orderedRows = () => {
  if (!gridReady) return shownRows;
  ordered ??= grid.getData("active").map(ownRow);
  return ordered;
};

const refreshRow = (row) => {
  if (!row || !gridReady) return;
  const found = grid.getRow(row.at);
  if (found) found.reformat();
};

const showInGrid = (row) => {
  if (!gridReady || $("tab-table").hidden) return;
  const found = grid.getRow(row.at);
  if (found) grid.scrollToRow(found, "nearest", false).catch(() => {});
};
