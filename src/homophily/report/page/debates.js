(() => {
  const home = document.getElementById("debates");
  const index = JSON.parse(document.getElementById("debates-index").textContent);
  let lines = null;
  const texts = place => JSON.parse((lines ??= document.getElementById("debates-texts").textContent.trim().split("\n"))[place]);
  const dilemmas = new Map(index.dilemmas.map(([key, title], place) => [key, { title, place: index.debates.length + place }]));
  const debates = index.debates.map((row, place) => {
    const [dilemma, replicate, language, experiment, protocol, goal, consensus, known, seats, rounds] = row;
    const models = seats.map(seat => index.models[seat]);
    const changed = models.filter((_, seat) => moves(rounds, seat).some(Boolean));
    const title = dilemmas.get(language + "/" + dilemma)?.title || dilemma;
    const outcome = models.length < 2 ? "alone" : consensus ? "agreed in round " + rounds.length : "no consensus";
    return { place, dilemma, title, replicate, language, experiment, protocol, goal, known, models, rounds, changed, outcome };
  });

  // Per round: the seat's last readable verdict where this one differs from it, else "".
  function moves(rounds, seat) {
    let last = "";
    return rounds.map(given => {
      const now = given[seat] ?? "?";
      if (now.startsWith("?")) return "";
      const before = last;
      last = now;
      return before && before !== now ? before : "";
    });
  }
  function chip(verdict, before) {
    const lost = verdict.startsWith("?");
    const element = make("span", "verdict " + (lost ? "lost" : verdict) + (before ? " moved" : ""), lost ? "–" : verdict);
    if (lost) element.title = "no verdict: " + (verdict.slice(1) || "missing");
    if (before) element.title = "changed from " + before;
    return element;
  }
  function chain(debate, seat) {
    const element = make("span", "chain");
    const before = moves(debate.rounds, seat);
    element.append(make("b", "", debate.models[seat]));
    debate.rounds.forEach((given, round) => element.append(chip(given[seat] ?? "?", before[round])));
    return element;
  }
  function row(debate) {
    const element = make("details", "debate");
    const head = make("summary");
    const name = make("span", "name", debate.title + (debate.replicate > 1 ? " (" + debate.replicate + ")" : ""));
    name.lang = debate.language;
    head.append(name, make("span", "quiet", [debate.experiment, debate.goal, debate.outcome].join(" · ")));
    const chains = make("span", "chains");
    debate.models.forEach((_, seat) => chains.append(chain(debate, seat)));
    head.append(chains);
    element.append(head);
    element.addEventListener("toggle", () => { if (element.open && element.childElementCount === 1) element.append(whole(debate)); });
    return element;
  }
  function whole(debate) {
    const element = make("div", "spoken");
    element.lang = debate.language;
    const told = dilemmas.get(debate.language + "/" + debate.dilemma);
    if (told) {
      const box = make("details");
      box.append(make("summary", "", "The dilemma" + (debate.known ? " (invited or most given: " + debate.known + ")" : "")), make("p", "words", texts(told.place)));
      element.append(box);
    }
    const said = texts(debate.place);
    const marks = debate.models.map((_, seat) => moves(debate.rounds, seat));
    let next = 0;
    debate.rounds.forEach((given, round) => {
      element.append(make("h4", "", "Round " + (round + 1)));
      given.forEach((verdict, seat) => {
        const turn = make("div", "turn");
        const who = make("div", "who");
        const before = marks[seat][round];
        const [words, values] = said[next++];
        who.append(make("b", "", debate.models[seat]), make("span", "quiet", "Agent " + (seat + 1)), chip(verdict, before));
        if (before) who.append(make("span", "quiet", "was " + before));
        const spoken = make("div");
        spoken.append(make("p", "words", words || "(nothing was said)"));
        if (values) spoken.append(make("p", "quiet values", "Values: " + values));
        turn.append(who, spoken);
        element.append(turn);
      });
    });
    return element;
  }

  const bar = browse(home, "debates", debates, row);
  bar.choose("Experiment", debates.map(d => d.experiment), (d, v) => d.experiment === v);
  bar.choose("Model", debates.flatMap(d => d.models), (d, v) => d.models.includes(v));
  bar.choose("Goal", debates.map(d => d.goal), (d, v) => d.goal === v);
  bar.choose("Language", debates.map(d => d.language), (d, v) => d.language === v);
  bar.choose("Outcome", debates.map(d => d.outcome), (d, v) => d.outcome === v);
  bar.choose("Who changed its verdict", ["nobody", "anybody", ...index.models],
    (d, v) => v === "anybody" ? d.changed.length > 0 : v === "nobody" ? !d.changed.length : d.changed.includes(v), "any");
  bar.choose("Last verdict of anyone", debates.flatMap(d => d.rounds.at(-1).filter(v => !v.startsWith("?"))), (d, v) => d.rounds.at(-1).includes(v));
  bar.search("Dilemma", (d, word) => (d.title + " " + d.dilemma).toLowerCase().includes(word));
  bar.show();
})();
