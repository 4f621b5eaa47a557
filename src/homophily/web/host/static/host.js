// The participants' pages work without this file. It saves what is entered at once, draws sliders and
// lists to drag, counts how a page was filled in, and says when the connection is lost.
"use strict";

const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const make = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

function counting(form) {
  const before = JSON.parse(form.elements.traces.value || "{}");
  const page = { seconds: 0, away: 0, ...before.page };
  const fields = before.fields ?? {};
  let since = document.hidden ? null : performance.now();
  const start = performance.now();
  const of = (target) => {
    const name = target.closest("[data-field]")?.dataset.field;
    return name && (fields[name] = { changes: 0, keys: 0, pastes: 0, pasted: 0, ...fields[name] });
  };
  const pause = () => {
    if (since !== null) page.seconds += (performance.now() - since) / 1000;
    since = null;
  };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { pause(); page.away += 1; } else since = performance.now();
  });
  const begun = (event) => {
    const field = of(event.target);
    if (field) field.first ??= (performance.now() - start) / 1000;
    return field;
  };
  form.addEventListener("input", begun);
  form.addEventListener("change", (event) => { const field = begun(event); if (field) field.changes += 1; });
  form.addEventListener("keydown", (event) => {
    const field = of(event.target);
    if (field && event.target.matches("textarea, input[type=number]")) field.keys += 1;
  });
  form.addEventListener("paste", (event) => {
    const field = of(event.target);
    if (!field) return;
    field.pastes += 1;
    field.pasted += event.clipboardData?.getData("text").length ?? 0;
  });
  return () => {
    const now = since === null ? 0 : (performance.now() - since) / 1000;
    return JSON.stringify({ page: { ...page, seconds: page.seconds + now }, fields });
  };
}

function saving(form, traces) {
  const status = document.getElementById("status");
  const told = form.dataset;
  let timer = null, under = false, again = false, wait = 1000, sending = false, changed = false;
  const say = (text, lost) => { status.textContent = text; status.classList.toggle("lost", lost); };
  const body = () => {
    form.elements.traces.value = traces();
    return new URLSearchParams(new FormData(form));
  };
  async function save() {
    if (sending) return;
    if (under) { again = true; return; }
    under = true;
    changed = false;
    try {
      const reply = await fetch(told.draft, { method: "POST", body: body(), redirect: "error" });
      if (sending) return;
      if (reply.ok) { wait = 1000; say(told.saved, false); }
      else if (reply.status === 429 || reply.status >= 500) throw new Error(reply.status);
      else say(told.stale, true);
    } catch {
      changed = true;
      say(told.unsaved, true);
      timer = setTimeout(save, wait);
      wait = Math.min(2 * wait, 15000);
    } finally {
      under = false;
      if (again) { again = false; soon(0); }
    }
  }
  const soon = (delay) => { clearTimeout(timer); timer = setTimeout(save, delay); };
  const note = (delay) => { changed = true; soon(delay); };
  form.addEventListener("input", (event) => note(event.target.matches("textarea, [type=number]") ? 700 : 100));
  form.addEventListener("change", () => note(100));
  const leaving = () => {
    if (changed && !sending) fetch(told.draft, { method: "POST", body: body(), keepalive: true }).catch(() => {});
  };
  document.addEventListener("visibilitychange", () => { if (document.hidden) leaving(); });
  addEventListener("pagehide", leaving);
  addEventListener("online", () => { if (changed) soon(0); });
  form.addEventListener("submit", (event) => {
    if (sending) { event.preventDefault(); return; }
    sending = true;
    clearTimeout(timer);
    body();
    setTimeout(() => { sending = false; }, 8000);
  });
  addEventListener("pageshow", () => { sending = false; });
}

function slider(box) {
  const number = box.querySelector("input[type=number]");
  const said = make("output", { for: number.id });
  const range = make("input", { type: "range", min: number.min, max: number.max, step: "1", "aria-label": box.querySelector("label").textContent });
  const show = () => {
    const set = number.value !== "" && number.validity.valid;
    box.classList.toggle("unset", !set);
    range.value = set ? number.value : (Number(number.min) + Number(number.max)) / 2;
    range.setAttribute("aria-valuetext", set ? number.value : box.dataset.unset);
    said.textContent = set ? "" : box.dataset.unset;
  };
  const take = () => { number.value = range.value; show(); };
  range.addEventListener("input", take);
  // A press on the slider where it stands is an answer too, though nothing moves.
  range.addEventListener("click", () => { if (number.value === "") { take(); range.dispatchEvent(new Event("change", { bubbles: true })); } });
  range.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); range.click(); } });
  number.addEventListener("input", show);
  box.querySelector("label").before(range);
  number.after(said);
  show();
}

function ranking(box) {
  const list = box.querySelector("ol");
  const rows = () => [...list.children];
  const told = box.dataset;
  const status = make("p", { class: "quiet", role: "status" });
  const keep = make("button", { type: "button", class: "second keep" }, told.keep);
  const place = (row) => row.querySelector("select");
  const given = rows().every((row) => place(row).value);
  box.classList.add("ready");
  box.querySelector(".hint").textContent = told.hint;
  if (given) list.append(...rows().sort((a, b) => place(a).value - place(b).value));
  const number = (fill) => rows().forEach((row, index) => {
    row.querySelector(".place").textContent = `${index + 1}.`;
    if (fill) place(row).value = String(index + 1);
  });
  const done = (row) => {
    number(true);
    keep.remove();
    status.textContent = row
      ? filled(told.moved, { text: row.dataset.text, place: rows().indexOf(row) + 1, last: rows().length })
      : told.set;
    place(rows()[0]).dispatchEvent(new Event("change", { bubbles: true }));
  };
  for (const row of rows()) {
    const grip = make("span", { class: "grip", "aria-hidden": "true" }, "⠿");
    const buttons = [["up", "↑", -1], ["down", "↓", 1]].map(([name, sign, step]) => {
      const button = make("button", { type: "button", class: "move", "aria-label": filled(told[name], { text: row.dataset.text }) }, sign);
      button.addEventListener("click", () => {
        const other = rows()[rows().indexOf(row) + step];
        if (!other) return;
        if (step < 0) other.before(row); else other.after(row);
        button.focus();
        done(row);
      });
      return button;
    });
    row.prepend(grip, make("span", { class: "place" }));
    row.append(make("span", { class: "moves" }, ...buttons));
    grip.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      grip.setPointerCapture(event.pointerId);
      row.classList.add("held");
      const move = (now) => {
        const order = rows();
        const over = order.find((other) => {
          const box = other.getBoundingClientRect();
          return other !== row && now.clientY > box.top && now.clientY < box.bottom;
        });
        if (!over) return;
        const box = over.getBoundingClientRect();
        const lower = now.clientY >= box.top + box.height / 2;
        const [from, to] = [order.indexOf(row), order.indexOf(over)];
        // The others move past the one that is held: moving it would let the pointer go.
        if (to > from) row.before(...order.slice(from + 1, to + lower));
        else row.after(...order.slice(to + lower, from));
        number(false);
      };
      const drop = () => {
        grip.removeEventListener("pointermove", move);
        row.classList.remove("held");
        done(row);
      };
      grip.addEventListener("pointermove", move);
      grip.addEventListener("lostpointercapture", drop, { once: true });
    });
  }
  number(given);
  keep.addEventListener("click", () => { done(null); box.closest(".field").focus(); });
  if (!given) { status.textContent = told.unset; box.append(keep); }
  box.append(status);
}

function several(field) {
  const boxes = all("input[type=checkbox]", field.querySelector(".options"));
  const none = boxes.pop();
  field.addEventListener("change", ({ target }) => {
    if (target === none && none.checked) for (const box of boxes) box.checked = false;
    else if (boxes.includes(target) && target.checked) none.checked = false;
  });
}

async function waiting(box) {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 1500));
    try {
      const reply = await fetch(box.dataset.waiting, { redirect: "error" });
      if (reply.status !== 429 && (!reply.ok || (await reply.json()).ready)) { location.replace("/study"); return; }
    } catch { /* no connection: the next round tries again */ }
  }
}

const form = document.getElementById("page");
if (form) {
  all("[data-slider]").forEach(slider);
  all("[data-ranking]").forEach(ranking);
  all("fieldset").filter((field) => field.querySelector(".options input[type=checkbox]")).forEach(several);
  saving(form, counting(form));
}
document.getElementById("errors")?.focus();
all(".talk").forEach((talk) => { talk.scrollTop = talk.scrollHeight; });
all("[data-waiting]").forEach(waiting);
