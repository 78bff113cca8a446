// Shows what the checklist proposes while it is filled in. It chooses nothing: the decision is a person's.

const form = document.querySelector(".sig-weigh");
const rules = JSON.parse(document.getElementById("weigh-rules").textContent);
const told = form.querySelector("[data-proposal]");
const untouched = told.textContent;

function tell() {
  let sum = 0;
  for (const [name, points] of Object.entries(rules.points)) {
    const chosen = form.querySelector(`[name="${name}"]:checked`);
    if (!chosen) { told.textContent = untouched; return; }
    sum += points[chosen.value];
  }
  const band = rules.bands.filter((one) => one.points <= sum).at(-1);
  told.textContent = `(${sum}): ${band.name}`;
}

form.addEventListener("change", tell);
tell();
