// Series for the charts: rows that say the same kind of thing in the same unit, so that one axis may hold them.
// Whole regions and facts only; a part, a plan or a repeated figure never stands beside a total.
const comparable = (row) =>
  row.scope === "whole" && row.status === "achieved" && row.region_code !== null && row.indicator !== "unmapped" &&
  row.stat_kind !== "target" && row.stat_kind !== "policy_rule" &&
  !row.flags.includes("duplicate_in_article") && !row.flags.includes("joint_regions") && row.part_of === null;

const seriesKey = (row) => JSON.stringify([
  row.indicator, row.stat_kind, row.unit, row.level, row.role, Object.entries(row.attributes).sort(),
]);
const seriesLabel = (row) => [
  indicatorLabel(row.indicator), valueLabel("stat_kind", row.stat_kind), row.unit,
  row.level.map((value) => valueLabel("level", value)).join("+"), row.role && valueLabel("role", row.role),
  ...Object.entries(row.attributes).map(([name, value]) => `${name}=${value}`),
].filter(Boolean).join(" · ");

// Key to the rows of the series; those with most regions first, then those with most rows.
const allSeries = () => {
  const found = new Map();
  for (const row of shownRows) {
    if (!comparable(row)) continue;
    const key = seriesKey(row);
    if (!found.has(key)) found.set(key, []);
    found.get(key).push(row);
  }
  const regions = (rows) => new Set(rows.map((row) => row.region_code)).size;
  return [...found].map(([key, rows]) => ({ key, rows, regions: regions(rows) }))
    .sort((a, b) => b.regions - a.regions || b.rows.length - a.rows.length || (a.key < b.key ? -1 : 1));
};

const SURE = { high: 0, medium: 1, low: 2 };
// One row for each region: the latest, of two for one day the surer.
const latest = (rows) => {
  const best = new Map();
  for (const row of rows) {
    const held = best.get(row.region_code);
    const day = row.period_end || "";
    const heldDay = held && (held.period_end || "");
    if (!held || day > heldDay || (day === heldDay && SURE[row.confidence] < SURE[held.confidence])) {
      best.set(row.region_code, row);
    }
  }
  return [...best.values()];
};
