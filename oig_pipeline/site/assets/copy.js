// Buttons that copy the text beside them; without JavaScript there are none, and the text can be selected.
"use strict";

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // A page without https has no clipboard; the older way needs the text in a field.
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
}

for (const button of document.querySelectorAll("button[data-copies]")) {
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await copy(document.getElementById(button.dataset.copies).textContent);
    button.textContent = "Copied";
    button.focus();
    setTimeout(() => { button.textContent = label; }, 2000);
  });
}
