// What is typed in the report form survives a reload or a lost connection: in this tab's own storage, gone with the tab.
// Nothing is kept of who wants to stay unknown, and nothing of files.

const LEFT_OUT = new Set(["csrfmiddlewaretoken", "token", "attachments"]);

function storage() {
  try { return window.sessionStorage; } catch { return null; }
}

function values(form) {
  return [...new FormData(form)].filter(([name, value]) => !LEFT_OUT.has(name) && typeof value === "string" && value);
}

function restore(form, kept) {
  for (const field of form.elements) {
    if (!field.name || LEFT_OUT.has(field.name) || field.type === "file") continue;
    const found = kept.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field.type === "radio" || field.type === "checkbox") field.checked = found.includes(field.value) || (!kept.some(([name]) => name === field.name) && field.checked);
    else if (found.length && !field.value) field.value = found[0];
  }
}

const store = storage();
const sent = document.querySelector("[data-sent]");
if (store && sent) store.removeItem(`signal-${sent.dataset.sent}`);

const form = document.querySelector("form[data-keep]");
if (store && form) {
  const name = `signal-${form.dataset.keep}`;
  const before = store.getItem(name);
  if (before && !form.querySelector(".ov-alert--error") && !location.search) {
    try {
      const kept = JSON.parse(before);
      if (kept.length > 1) {
        restore(form, kept);
        const told = form.querySelector("[data-kept]");
        told.textContent = told.dataset.text;
      }
    } catch { store.removeItem(name); }
  }
  form.addEventListener("input", () => {
    const unknown = form.querySelector('[name="identity"][value="unknown"]:checked');
    try {
      if (unknown) store.removeItem(name);
      else store.setItem(name, JSON.stringify(values(form)));
    } catch { /* No room: the form works all the same. */ }
  });
}
