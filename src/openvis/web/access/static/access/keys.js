// Says in words why a security key was not used; the script that asks for it only throws.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const problem = document.getElementById("key-problem");
  const name = event.detail.exception && event.detail.exception.name;
  const line = problem.querySelector("p");
  const which = { NotAllowedError: "cancelled", AbortError: "cancelled", InvalidStateError: "known" }[name] || "other";
  line.textContent = line.dataset[which];
  problem.hidden = false;
  problem.setAttribute("role", "alert");
});
