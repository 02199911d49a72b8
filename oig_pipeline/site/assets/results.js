// The search page: the filters, the address, and the list of what search.js finds. Everything that comes from a listing
// is set as text, never as markup.
"use strict";

const PAGE = 25;
const CHOICES = ["office", "agency", "year", "topic", "kind"];

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
    (!values.year || String(reports.year[n]) === values.year) &&
    SWITCHES.every((name) => !values[name] || reports[name].has(n));
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

function tell(found, reach) {
  const said = found.length && reach === "similar" ? " with similar words" : "";
  const isSame = found.length === state.found.length && found.every((place, n) => place === state.found[n]);
  state.found = found;
  const count = `${found.length.toLocaleString("en")} report${found.length === 1 ? "" : "s"}${said}`;
  if (byId("count").textContent !== count) byId("count").textContent = count;
  if (!isSame || !byId("results").childElementCount) show();
  byId("results").dataset.reach = reach;
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

function show() {
  const { reports } = state;
  const cards = state.found.slice(0, state.shown).map((n) => {
    const card = element("article", "card");
    const heading = element("h2");
    const link = element("a", "", reports.title[n]);
    link.href = `../reports/${reports.year[n]}/${reports.folder[n] || reports.number[n]}/index.html`;
    heading.append(link);
    heading.className = "hit";
    const codes = reports.agencies[n].map((place) => reports.names.agencies[place]);
    const number = [reports.office[n], reports.number[n]].filter(Boolean).join(":");
    const line = [number, reports.date[n] || `fiscal year ${reports.year[n]}`, ...codes];
    card.append(heading, element("p", "line", line.join(" · ")));
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
  for (const name of SWITCHES) form[name].checked = given.get(name) === "1";
  form.addEventListener("input", answer);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    answer();
  });
  form.addEventListener("reset", () => setTimeout(answer));
  document.querySelector("#more button").addEventListener("click", () => {
    const first = state.shown;
    state.shown += PAGE;
    show();
    document.querySelectorAll("#results a")[first]?.focus();
  });
  answer();
}
