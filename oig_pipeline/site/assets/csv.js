// Rows as a CSV file to save, written as the release's own: lists with semicolons, and an apostrophe in front of what a
// spreadsheet would run as a formula. Nothing and an empty text differ.
"use strict";

function saveCsv(name, rows) {
  const cell = (value) => {
    if (value === null || value === undefined) return "";
    let text = Array.isArray(value) ? value.join("; ") : value instanceof Date ? value.toISOString() : String(value);
    if (typeof value !== "number" && /^[=+\-@\t\r]/.test(text)) text = `'${text}`;
    return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const link = document.createElement("a");
  const lines = rows.map((row) => row.map(cell).join(","));
  link.href = URL.createObjectURL(new Blob([`${lines.join("\n")}\n`], { type: "text/csv" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
