"use strict";
// Live pages: what is shown is fetched anew and put in place, unless somebody is using it.
const main = document.querySelector("main[data-refresh]");
if (main) {
  setInterval(async () => {
    if (document.hidden || main.contains(document.activeElement) && document.activeElement !== main) return;
    try {
      const reply = await fetch(location.href, { headers: { "x-refresh": "1" } });
      if (!reply.ok || reply.redirected) return location.reload();
      const page = new DOMParser().parseFromString(await reply.text(), "text/html");
      const fresh = page.querySelector("main");
      main.replaceChildren(...fresh.childNodes);
      if (!fresh.dataset.refresh) location.reload();
    } catch { /* the server is away for a moment; the next look tells */ }
  }, Math.max(5, Number(main.dataset.refresh) / 2) * 1000);
}
// Coding by keyboard.
const boxes = [...document.querySelectorAll(".themes input[name=theme]")];
const none = document.querySelector(".themes input[name=nothing]");
if (none) {
  const settle = (box) => {
    if (box === none && none.checked) boxes.forEach((each) => { each.checked = false; });
    else if (box.checked) none.checked = false;
  };
  [...boxes, none].forEach((box) => box.addEventListener("change", () => settle(box)));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const box = event.key === "0" ? none : /^[1-9]$/.test(event.key) ? boxes[Number(event.key) - 1] : null;
    if (box) { box.checked = !box.checked; settle(box); event.preventDefault(); }
    if (event.key === "Enter" && !/^(A|BUTTON)$/.test(document.activeElement.tagName)) {
      document.querySelector("form button:not(.plain)").closest("form").requestSubmit();
      event.preventDefault();
    }
  });
}
