// Where a result has the words that were asked for: marks in texts, and the part of a summary around the first of them.
// Texts of listings are set as text, never as markup.
"use strict";

const AROUND = 110; // characters of a summary before and after its first hit
const SETTLED = 250; // milliseconds without a new list, after which the summaries of its reports are fetched
const summaries = new Map();
let waiting = 0;

function isHit(token, words) {
  const folded = wordsOf(token).join("");
  return words.some((word) => folded === word || ([...word].length >= SHORTEST_BEGINNING && folded.startsWith(word)));
}

// A text as nodes, its hits in <mark>.
function marked(text, words) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(/[\p{L}\p{N}\p{M}'’‘`]+/gu)) {
    if (!isHit(match[0], words)) continue;
    const mark = document.createElement("mark");
    mark.textContent = match[0];
    nodes.push(text.slice(end, match.index), mark);
    end = match.index + match[0].length;
  }
  return [...nodes, text.slice(end)];
}

// The part of a summary that has most of the words, null where it has none.
function snippet(summary, words) {
  const hits = [...summary.matchAll(/[\p{L}\p{N}\p{M}'’‘`]+/gu)].filter((match) => isHit(match[0], words));
  if (!hits.length) return null;
  const near = (hit) => hits.filter((other) => other.index >= hit.index && other.index < hit.index + AROUND);
  const kinds = hits.map((hit) => new Set(near(hit).map((other) => wordsOf(other[0]).join(""))).size);
  const first = hits[kinds.indexOf(Math.max(...kinds))];
  const start = first.index <= AROUND ? 0 : summary.indexOf(" ", first.index - AROUND) + 1;
  const last = summary.lastIndexOf(" ", first.index + AROUND);
  const end = first.index + AROUND >= summary.length || last <= first.index ? summary.length : last;
  return `${start ? "…" : ""}${summary.slice(start, end)}${end < summary.length ? "…" : ""}`;
}

// The index has no texts, so they are fetched for the reports that are shown; a page opened from a folder may not fetch.
function hasSnippet(n, words) {
  return words.length > 0 && location.protocol !== "file:" && state.lengths[n][SUMMARY] > 0;
}

function fillSnippets(words) {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    for (const node of document.querySelectorAll("#results [data-report]")) fillSnippet(node, words);
  }, SETTLED);
}

async function fillSnippet(node, words) {
  const address = node.dataset.report;
  delete node.dataset.report;
  if (!summaries.has(address)) {
    summaries.set(address, fetch(address).then((answer) => answer.json()).then((content) => content.report.summary ?? "").catch(() => ""));
  }
  const text = await summaries.get(address);
  node.replaceChildren(...marked(snippet(text, words) ?? `${text.slice(0, 2 * AROUND)}…`, words));
}

// Arrow keys go from the field through the results and back.
function goOn(event) {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const stops = [byId("q"), ...document.querySelectorAll("#results a")];
  const place = stops.indexOf(document.activeElement);
  const next = stops[place + (event.key === "ArrowDown" ? 1 : -1)];
  if (place < 0 || !next) return;
  event.preventDefault();
  next.focus();
}
