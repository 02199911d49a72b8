// SQL over the release's Parquet files in the browser: hyparquet reads them, squirreling answers.
"use strict";

const MOST_ROWS = 1000; // more is of no use on a page; saving gives all
const functions = {
  LIST_CONTAINS: { apply: (list, value) => (list ? list.includes(value) : null), arguments: { min: 2, max: 2 } },
};
const tables = JSON.parse(document.getElementById("tables").textContent);
const examples = JSON.parse(document.getElementById("examples").textContent);
const byId = (id) => document.getElementById(id);
let last = null;

// The library is larger than the page, so it is loaded with the first question.
function library() {
  library.loaded ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = "../assets/vendor/parquet-sql.js";
    script.onload = () => resolve(globalThis.ParquetSQL);
    script.onerror = () => reject(new Error("The script that reads Parquet could not be loaded."));
    document.head.append(script);
  });
  return library.loaded;
}

// A table reads its files when it is first asked, and only the columns that a query needs.
class Table {
  constructor(told) {
    this.columns = told.columns;
    this.files = told.files;
  }

  async opened() {
    const { asyncBufferFromUrl, cachedAsyncBuffer, parquetMetadataAsync } = await library();
    this.opening ??= Promise.all(
      this.files.map(async (file) => {
        const buffer = cachedAsyncBuffer(await asyncBufferFromUrl({ url: `../${file}` }));
        const metadata = await parquetMetadataAsync(buffer);
        const days = metadata.schema.filter((column) => column.converted_type === "DATE").map((column) => column.name);
        return { file: buffer, metadata, days: new Set(days) };
      }),
    ).catch((error) => {
      this.opening = undefined; // the next question tries again
      throw error;
    });
    return this.opening;
  }

  scan({ columns = this.columns, signal }) {
    const table = this;
    return {
      appliedWhere: false,
      appliedLimitOffset: false,
      async *rows() {
        const { asyncRow, compressors, parquetReadObjects } = await library();
        for (const { file, metadata, days } of await table.opened()) {
          if (metadata.num_rows === 0n) continue;
          // count(*) needs no column, but rows do.
          const wanted = columns.length ? columns : table.columns.slice(0, 1);
          for (const row of await parquetReadObjects({ file, metadata, columns: wanted, compressors })) {
            signal?.throwIfAborted();
            yield asyncRow(plain(row, days), columns);
          }
        }
      },
    };
  }
}

// 64-bit whole numbers come as BigInt, which does not compare with numbers; those of a release are small enough. Days
// and times become texts, which compare with each other and with what a query says.
function plain(row, days) {
  for (const [name, value] of Object.entries(row)) {
    if (typeof value === "bigint") row[name] = Number(value);
    else if (value instanceof Date) row[name] = value.toISOString().slice(0, days.has(name) ? 10 : 19);
  }
  return row;
}

const known = Object.fromEntries(tables.map((table) => [table.name, new Table(table)]));

async function run(sql) {
  const { executeSql } = await library();
  const result = executeSql({ tables: known, query: sql.trim().replace(/;\s*$/, ""), functions });
  const rows = [];
  for await (const { cells } of result.rows()) {
    rows.push(await Promise.all(result.columns.map((name) => cells[name]())));
  }
  return { names: result.columns, rows };
}

function text(value) {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(text).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function show({ names, rows }) {
  const table = document.createElement("table");
  const numeric = names.map((_, n) => rows.some((row) => typeof row[n] === "number"));
  const head = table.createTHead().insertRow();
  names.forEach((name, n) => {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = name;
    if (numeric[n]) cell.className = "n";
    head.append(cell);
  });
  const body = table.createTBody();
  for (const row of rows.slice(0, MOST_ROWS)) {
    const line = body.insertRow();
    row.forEach((value, n) => {
      const cell = line.insertCell();
      cell.textContent = text(value);
      if (numeric[n]) cell.className = "n";
    });
  }
  byId("answer").replaceChildren(table);
}

async function ask() {
  const sql = byId("sql").value;
  byId("said").textContent = "Reading …";
  byId("said").classList.remove("fault");
  byId("save").hidden = true;
  const began = performance.now();
  try {
    last = await run(sql);
    show(last);
    const count = last.rows.length;
    const cut = count > MOST_ROWS ? `, the first ${MOST_ROWS} shown` : "";
    byId("said").textContent = `${count.toLocaleString("en")} row${count === 1 ? "" : "s"}${cut}, ${Math.round(performance.now() - began)} ms`;
    byId("save").hidden = !count;
    const url = new URL(location.href);
    url.searchParams.set("sql", sql);
    history.replaceState(null, "", url);
  } catch (error) {
    byId("answer").replaceChildren();
    byId("said").textContent = error.message;
    byId("said").classList.add("fault");
  }
}

function save() {
  saveCsv("answer.csv", [last.names, ...last.rows]);
}

if (location.protocol === "file:") {
  byId("needs-server").hidden = false;
  for (const control of byId("ask").elements) control.disabled = true;
} else {
  const given = new URLSearchParams(location.search).get("sql");
  byId("sql").value = given ?? Object.values(examples)[0][1];
  byId("example").addEventListener("change", (event) => {
    byId("sql").value = examples[event.target.value][1];
    ask();
  });
  byId("sql").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      ask();
    }
  });
  byId("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  byId("save").addEventListener("click", save);
  if (given) ask(); // an address that was kept or sent says what to ask
}
