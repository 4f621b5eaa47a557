function make(tag, name, text) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
}
// A list of things to open, forty at a time, under filters that are added one by one; `show` begins it.
function browse(home, noun, things, row) {
  const list = make("div"), count = make("p", "quiet"), more = make("button", "", "Show more"), bar = make("form", "filters");
  count.setAttribute("role", "status");
  more.type = "button";
  const wanted = [];
  let found = [], shown = 0;
  function choose(label, values, fits, every = "all") {
    const levels = [...new Set(values)].sort();
    if (levels.length < 2) return;
    const box = make("label", "", label), select = make("select");
    select.append(new Option(every, ""), ...levels.map(level => new Option(level)));
    select.addEventListener("change", show);
    box.append(select);
    bar.append(box);
    wanted.push(thing => !select.value || fits(thing, select.value));
  }
  function search(label, fits) {
    const box = make("label", "", label), field = make("input");
    field.type = "search";
    field.addEventListener("input", show);
    box.append(field);
    bar.append(box);
    wanted.push(thing => { const word = field.value.trim().toLowerCase(); return !word || fits(thing, word); });
  }
  function grow() {
    list.append(...found.slice(shown, shown + 40).map(row));
    shown = Math.min(found.length, shown + 40);
    more.hidden = shown >= found.length;
  }
  function show() {
    found = things.filter(thing => wanted.every(fits => fits(thing)));
    shown = 0;
    list.replaceChildren();
    count.textContent = found.length.toLocaleString("en") + " of " + things.length.toLocaleString("en") + " " + noun;
    grow();
  }
  bar.addEventListener("submit", event => event.preventDefault());
  more.addEventListener("click", grow);
  home.append(bar, count, list, more);
  return { choose, search, show };
}
