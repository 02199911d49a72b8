// The search page: the filters, the address, and the list of what search.js finds. Everything that comes from a listing
// is set as text, never as markup.
"use strict";

const PAGE = 25;
const CHOICES = ["office", "agency", "from", "to", "topic", "kind", "sort"];
const UNKNOWN = "unknown"; // the fiscal year of a report that has none
// Of reports by their places, oldest first; without words, the best match is the newest.
const ORDERS = {
  newest: (a, b) => b - a,
  oldest: (a, b) => a - b,
  number: (a, b) => state.reports.number[a].localeCompare(state.reports.number[b], "en", { numeric: true }),
};

const byId = (id) => document.getElementById(id);

function asked() {
  const form = byId("search");
  const values = { q: form.q.value.trim() };
  for (const name of CHOICES) values[name] = form[name]?.value ?? ""; // with one office there is no choice of it
  for (const name of SWITCHES) values[name] = form[name].checked ? "1" : "";
  return values;
}

function keeps(values) {
  const { reports } = state;
  const place = (kind, name) => (name ? reports.names[kind].indexOf(name) : -1);
  const [agency, topic, kind] = [place("agencies", values.agency), place("topics", values.topic), place("kinds", values.kind)];
  return (n) =>
    (!values.office || (reports.office[n] || reports.names.default_office) === values.office) &&
    (!values.agency || reports.agencies[n].includes(agency)) &&
    (!values.topic || reports.topics[n].includes(topic)) &&
    (!values.kind || reports.kind[n] === kind) &&
    isBetween(String(reports.year[n]), values.from, values.to) &&
    SWITCHES.every((name) => !values[name] || reports[name].has(n));
}

// A report without a fiscal year is in a range only if it is asked for.
function isBetween(year, from, to) {
  if (from === UNKNOWN || to === UNKNOWN) return year === UNKNOWN;
  return (!from && !to) || (year !== UNKNOWN && (!from || year >= from) && (!to || year <= to));
}

async function answer() {
  const turn = ++state.asked;
  const values = asked();
  const own = keeps(values);
  remember(values);
  state.shown = PAGE;
  byId("results").setAttribute("aria-busy", "true");
  if (!wordsOf(values.q).length) {
    const last = state.reports.number.length - 1;
    tell(Array.from(state.reports.number, (_, n) => last - n).filter(own), "all");
    return;
  }
  for (const reach of ["titles", "all", "similar"]) {
    if (reach === "all") await new Promise((resolve) => setTimeout(resolve, PAUSE));
    if (turn !== state.asked) return; // the reader has typed on
    const found = (await search(values.q, reach)).filter(own);
    if (turn !== state.asked) return;
    if (found.length || reach === "similar") tell(found, reach);
    if (found.length && reach === "all") return;
  }
}

function tell(hits, reach) {
  const order = ORDERS[byId("search").sort.value];
  const found = order ? [...hits].sort(order) : hits;
  const said = found.length && reach === "similar" ? " with similar words" : "";
  const isSame = found.length === state.found.length && found.every((place, n) => place === state.found[n]);
  state.found = found;
  const count = `${found.length.toLocaleString("en")} report${found.length === 1 ? "" : "s"}${said}`;
  if (byId("count").textContent !== count) byId("count").textContent = count;
  if (!isSame || !byId("results").childElementCount) show();
  byId("results").dataset.reach = reach;
  byId("nothing").hidden = found.length > 0 || reach === "titles";
  byId("save").hidden = !found.length;
  byId("results").setAttribute("aria-busy", String(reach === "titles"));
}

// The address says what is shown, so that it can be kept and sent.
function remember(values) {
  const query = new URLSearchParams(Object.entries(values).filter(([, value]) => value)).toString();
  try {
    history.replaceState(null, "", query ? `?${query}` : location.pathname);
  } catch {
    // Some browsers allow no change of the address of a page that was opened from a folder.
  }
}

function addressOf(n) {
  const { reports } = state;
  return `../reports/${reports.year[n]}/${reports.folder[n] || reports.number[n]}/`;
}

function show() {
  const { reports } = state;
  const words = [...new Set(wordsOf(byId("search").q.value))];
  const cards = state.found.slice(0, state.shown).map((n) => {
    const card = element("article", "card");
    const heading = element("h2");
    const link = element("a");
    link.append(...marked(reports.title[n], words));
    link.href = `${addressOf(n)}index.html`;
    heading.append(link);
    heading.className = "hit";
    const codes = reports.agencies[n].map((place) => reports.names.agencies[place]);
    const number = [reports.office[n], reports.number[n]].filter(Boolean).join(":");
    const line = [number, reports.date[n] || `fiscal year ${reports.year[n]}`, ...codes];
    const topics = reports.topics[n].map((place) => reports.names.topics[place]);
    const about = element("p", "line");
    about.append(...marked([...line, ...topics].join(" · "), words));
    card.append(heading);
    if (hasSnippet(n, words)) {
      const text = element("p", "snippet");
      text.dataset.report = `${addressOf(n)}report.json`;
      card.append(text);
    }
    card.append(about);
    const tags = [];
    const kind = reports.names.kinds[reports.kind[n]];
    if (kind !== "report") tags.push(kind[0].toUpperCase() + kind.slice(1).replaceAll("_", " "));
    if (reports.redacted.has(n)) tags.push("Redacted");
    if (reports.disputed.has(n)) tags.push("Recommendations not concurred with");
    if (tags.length) {
      const shown = element("p", "tags");
      shown.append(...tags.map((tag) => element("span", "tag", tag)));
      card.append(shown);
    }
    return card;
  });
  byId("results").replaceChildren(...cards);
  byId("more").hidden = state.found.length <= state.shown;
  fillSnippets(words);
}

function save() {
  const { reports } = state;
  const names = ["report_number", "office", "fiscal_year", "issue_date", "title", "agencies", "topics", "kind", "page"];
  const rows = state.found.map((n) => [
    reports.number[n],
    reports.office[n] || document.body.dataset.office,
    reports.year[n] === UNKNOWN ? null : reports.year[n],
    reports.date[n] || null,
    reports.title[n],
    reports.agencies[n].map((place) => reports.names.agencies[place]),
    reports.topics[n].map((place) => reports.names.topics[place]),
    reports.names.kinds[reports.kind[n]],
    new URL(`${addressOf(n)}index.html`, location.href).href,
  ]);
  saveCsv("reports.csv", [names, ...rows]);
}

function element(name, className = "", text = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

let started = false;
function start() {
  if (started || !state.reports || !byId("search")) return;
  started = true;
  const form = byId("search");
  const given = new URLSearchParams(location.search);
  for (const name of ["q", ...CHOICES]) if (given.get(name) && form[name]) form[name].value = given.get(name);
  // Links to one year, as lists have them.
  if (given.get("year")) form.from.value = form.to.value = given.get("year");
  for (const name of SWITCHES) form[name].checked = given.get(name) === "1";
  form.addEventListener("input", answer);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    answer();
  });
  form.addEventListener("reset", () => setTimeout(answer));
  form.parentElement.addEventListener("keydown", goOn);
  byId("save").addEventListener("click", save);
  byId("widen").addEventListener("click", () => {
    const words = form.q.value;
    form.reset();
    form.q.value = words;
  });
  document.querySelector("#more button").addEventListener("click", () => {
    const first = state.shown;
    state.shown += PAGE;
    show();
    document.querySelectorAll("#results a")[first]?.focus();
  });
  answer();
}
