(() => {
  const home = document.getElementById("talks");
  const index = JSON.parse(document.getElementById("talks-index").textContent);
  let held = null;
  const lines = () => (held ??= document.getElementById("talks-texts").textContent.trim().split("\n"));
  const sessions = index.map(([name, language, condition, facts, who], place) => ({ place, name, language, condition, facts, who }));

  function make(tag, name, text) {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (text !== undefined) element.textContent = text;
    return element;
  }
  function row(session) {
    const element = make("details", "talk");
    const head = make("summary", "", session.name + " ");
    const facts = [session.language, session.condition, session.who.join(", "), session.facts];
    head.append(make("span", "quiet", facts.filter(Boolean).join(" · ")));
    element.append(head);
    element.addEventListener("toggle", () => { if (element.open && element.childElementCount === 1) element.append(...whole(session)); });
    return element;
  }
  function whole(session) {
    return JSON.parse(lines()[session.place]).flatMap(([title, turns]) => {
      const list = make("ol", "turns");
      list.lang = session.language;
      for (const [speaker, text] of turns) {
        const turn = make("li", speaker ? "second" : "");
        turn.append(make("b", "", session.who[speaker]), make("span", "", text));
        list.append(turn);
      }
      return [make("h4", "", title), list];
    });
  }

  const list = make("div"), count = make("p", "quiet"), more = make("button", "", "Show more"), bar = make("form", "filters");
  count.setAttribute("role", "status");
  more.type = "button";
  const wanted = [];
  function choose(label, key) {
    const levels = [...new Set(sessions.map(session => session[key]))].sort();
    if (levels.length < 2) return;
    const box = make("label", "", label), select = make("select");
    select.append(new Option("all", ""), ...levels.map(level => new Option(level)));
    select.addEventListener("change", show);
    box.append(select);
    bar.append(box);
    wanted.push(session => !select.value || session[key] === select.value);
  }
  function search(label, fits) {
    const box = make("label", "", label), field = make("input");
    field.type = "search";
    field.addEventListener("input", show);
    box.append(field);
    bar.append(box);
    wanted.push(session => { const word = field.value.trim().toLowerCase(); return !word || fits(session, word); });
  }
  choose("Language", "language");
  choose("Condition", "condition");
  search("Session or agent", (session, word) => (session.name + " " + session.who.join(" ")).toLowerCase().includes(word));
  search("Words", (session, word) => lines()[session.place].toLowerCase().includes(word));
  bar.addEventListener("submit", event => event.preventDefault());

  let found = [], shown = 0;
  function grow() {
    list.append(...found.slice(shown, shown + 40).map(row));
    shown = Math.min(found.length, shown + 40);
    more.hidden = shown >= found.length;
  }
  function show() {
    found = sessions.filter(session => wanted.every(fits => fits(session)));
    shown = 0;
    list.replaceChildren();
    count.textContent = found.length.toLocaleString("en") + " of " + sessions.length.toLocaleString("en") + " sessions";
    grow();
  }
  more.addEventListener("click", grow);
  home.append(bar, count, list, more);
  show();
})();
