// Search over the index that site/search.py writes: which parts to load, and asking them. Matching and ranking are
// MiniSearch's. What is asked for and shown is in results.js.
"use strict";

const FIELDS = ["number", "title", "summary", "topics"];
const LAST = "0123456789abcdefghijklmnopqrstuv";
const MORE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%()";
const PART = 2; // characters of a word that name its part of the index
const SHORTEST_BEGINNING = 2; // a single letter begins too many words to be of use
const SHORTEST_IN_SUMMARY = 4; // nor do two or three, in the many words of summaries
const PAUSE = 150; // milliseconds without a key, after which beginnings are looked for in summaries too
const STABLE = 4; // characters after which a beginning asks for no new words
const SUMMARY = FIELDS.indexOf("summary");
const DIGIT = new Map([...LAST, ...MORE].map((character, n) => [character.charCodeAt(0), n]));
const SWITCHES = ["redacted", "disputed"];

const state = { reports: null, parts: new Map(), built: new Map(), shown: 0, found: [], asked: 0 };

globalThis.oigIndex = {
  reports(content) {
    state.reports = content;
    for (const name of SWITCHES) content[name] = new Set(content[name]);
    const count = content.number.length;
    state.lengths = content.number.map((_, n) => content.lengths.map((own) => own[n]));
    state.averages = content.lengths.map((own) => own.reduce((sum, length) => sum + length, 0) / Math.max(count, 1));
    document.addEventListener("DOMContentLoaded", start);
    if (document.readyState !== "loading") start();
  },
  part(name, words) {
    state.parts.get(hex(name)).resolve(words);
  },
};

function hex(part) {
  return [...part].map((character) => character.codePointAt(0).toString(16)).join("-");
}

// As titles.key folds them: accents, apostrophes and case off, letters and digits kept.
function wordsOf(text) {
  return text.normalize("NFKD").replace(/[\p{M}'’‘`]/gu, "").toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

function places(said) {
  const found = [];
  let place = -1;
  let number = 0;
  let weight = 1;
  for (let n = 0; n < said.length; n++) {
    const digit = DIGIT.get(said.charCodeAt(n));
    if (digit >= LAST.length) {
      number += (digit - LAST.length) * weight;
      weight *= LAST.length;
      continue;
    }
    number += digit * weight;
    place = place < 0 ? number : place + number;
    found.push(place);
    number = 0;
    weight = 1;
  }
  return found;
}

// A part is a script: pages that were opened from a folder may not fetch.
function load(name) {
  if (!state.parts.has(name)) {
    const part = {};
    part.words = new Promise((resolve) => {
      part.resolve = resolve;
    });
    state.parts.set(name, part);
    if (!state.reports.parts.includes(name)) {
      part.resolve([]);
    } else {
      const script = document.createElement("script");
      script.src = `index/${name}.js`;
      script.onerror = () => part.resolve([]);
      document.head.append(script);
    }
  }
  return state.parts.get(name).words;
}

// One small index for the words that begin as those asked for; kept while the reader types on. How far it goes: whole
// words are looked for everywhere; their beginnings in "titles", in "all" fields, or "similar" words too.
async function indexFor(words, reach) {
  const keys = words.map((word) => {
    const characters = [...word];
    if (characters.length < SHORTEST_BEGINNING) return { key: word, whole: true };
    const deep = reach === "similar" || (reach === "all" && characters.length >= SHORTEST_IN_SUMMARY);
    const cut = reach === "similar" ? PART : STABLE;
    return { key: characters.slice(0, cut).join(""), word, deep };
  });
  const name = JSON.stringify([reach, keys]);
  if (!state.built.has(name)) {
    const lists = await Promise.all(keys.map(({ key }) => load(hex([...key].slice(0, PART).join("")))));
    const index = new Map();
    keys.forEach(({ key, word, whole, deep }, n) => {
      for (const [found, ...fields] of lists[n]) {
        if (found === key || found === word || (deep && found.startsWith(key))) index.set(found, fields);
        else if (!whole && found.startsWith(key) && !index.has(found)) index.set(found, fields.map((said, field) => (field === SUMMARY ? "" : said)));
      }
    });
    if (state.built.size > 20) state.built.clear();
    state.built.set(name, miniSearch(index));
  }
  return state.built.get(name);
}

function miniSearch(index) {
  const seen = new Uint8Array(state.reports.number.length);
  const documentIds = {};
  const fieldLength = {};
  const entries = [];
  for (const [word, fields] of index) {
    const entry = {};
    fields.forEach((said, field) => {
      if (!said) return;
      const times = (entry[field] = {});
      for (const place of places(said)) {
        times[place] = 1;
        if (seen[place]) continue;
        seen[place] = 1;
        documentIds[place] = place;
        fieldLength[place] = state.lengths[place];
      }
    });
    entries.push([word, entry]);
  }
  const count = state.reports.number.length;
  return MiniSearch.loadJS(
    {
      documentCount: count,
      nextId: count,
      documentIds,
      fieldIds: Object.fromEntries(FIELDS.map((field, n) => [field, n])),
      fieldLength,
      averageFieldLength: state.averages,
      storedFields: {},
      dirtCount: 0,
      index: entries,
      serializationVersion: 2,
    },
    { fields: FIELDS, tokenize: wordsOf, processTerm: (word) => word },
  );
}

async function search(text, reach) {
  const options = {
    boost: { number: 8, title: 4, topics: 2 },
    combineWith: "AND",
    fuzzy: reach === "similar" ? 0.25 : false,
    prefix: (word) => [...word].length >= SHORTEST_BEGINNING,
  };
  const index = await indexFor([...new Set(wordsOf(text))], reach);
  return index.search(text, options).map((hit) => hit.id);
}
