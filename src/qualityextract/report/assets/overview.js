// The head of the page: how much there is, how much of it was understood, and what to be careful about.
const share = (value) => (value === null ? "–" : `${(value * 100).toFixed(1)}%`);

const drawOverview = () => {
  const counts = DATA.counts;
  const card = (key, value) => el("div", { class: "card" }, el("b", { text: value }), el("span", { text: t(key) }));
  $("cards").replaceChildren(
    ...["articles", "observations", "regions", "indicators", "rejects"].map((key) => card(key, number(counts[key]))),
    card("coverage", share(counts.coverage)));
  const total = Math.max(1, counts.observations);
  const warn = Object.entries(counts.warnings).filter(([, count]) => count > 0).map(([key, count]) =>
    el("li", {}, el("b", { text: number(count) }), ` ${t(`warn_${key}`)}`));
  const bars = (column) => el("ul", { class: "shares" }, ...Object.entries(counts[column]).slice(0, 8).map(([value, count]) => {
    const bar = el("i");
    bar.style.width = `${Math.max(1, Math.round(100 * count / total))}%`;
    return el("li", { title: valueTip(column, value) },
      el("button", { type: "button", class: "link", text: valueLabel(column, value),
        onclick: () => { setFilter(column, value); showTab("table"); } }),
      el("span", { class: "track" }, bar), el("b", { text: number(count) }));
  }));
  const box = (key, ...held) => el("div", { class: "box" }, el("h3", { text: t(key) }), ...held);
  $("warnings").replaceChildren(
    box("warnings", warn.length ? el("ul", {}, ...warn) : el("p", { text: t("none") })),
    box("by_confidence", bars("confidence")), box("by_scope", bars("scope")), box("by_flags", bars("flags")));
  $("sample-note").hidden = !DATA.sample;
  if (DATA.sample) {
    const { rows, articles, seed } = DATA.sample;
    $("sample-note").textContent =
      t("sampled", number(rows), number(counts.observations), number(articles), number(counts.articles), seed);
  }
};

const drawRejects = () => {
  const head = ["path", "stage", "reason", "hint"];
  $("tab-rejects").replaceChildren(
    DATA.counts.rejects > DATA.rejects.length
      ? el("p", { class: "quiet", text: t("rejects_cut", DATA.rejects.length, number(DATA.counts.rejects)) }) : "",
    DATA.rejects.length ? el("div", { class: "scroll", tabindex: "0" }, el("table", { class: "plain" },
      el("thead", {}, el("tr", {}, ...head.map((name) => el("th", { scope: "col", text: t(`reject_${name}`) })))),
      el("tbody", {}, ...DATA.rejects.map((row) => el("tr", {}, ...head.map((name) =>
        el("td", { text: name === "stage" ? valueLabel("stage", row.stage) : row[name] })))))))
      : el("p", { text: t("none") }));
};
