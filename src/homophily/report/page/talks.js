(() => {
  const home = document.getElementById("talks");
  const index = JSON.parse(document.getElementById("talks-index").textContent);
  let held = null;
  const lines = () => (held ??= document.getElementById("talks-texts").textContent.trim().split("\n"));
  const sessions = index.map(([name, language, condition, facts, who], place) => ({ place, name, language, condition, facts, who }));

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

  const bar = browse(home, "sessions", sessions, row);
  bar.choose("Language", sessions.map(session => session.language), (session, level) => session.language === level);
  bar.choose("Condition", sessions.map(session => session.condition), (session, level) => session.condition === level);
  bar.search("Session or agent", (session, word) => (session.name + " " + session.who.join(" ")).toLowerCase().includes(word));
  bar.search("Words", (session, word) => lines()[session.place].toLowerCase().includes(word));
  bar.show();
})();
