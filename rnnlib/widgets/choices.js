// The page's half of Choices: radio buttons or a field, commit, skip, a show of hands; then what
// the model has as an answer. What is done is sent; the model alone says what is the state.

const html = (tag, text, attributes = {}) => element(tag, { innerHTML: text, ...attributes });

// one option: its button, its words, whose it is, and how many hands are for it
function optionOf(text, picture, index, group) {
  const button = element("input", { type: "radio", name: group, value: index });
  const mark = element("span", { className: "mark" });
  const label = element("label", {}, button, html("span", text, { className: "words" }), mark);
  if (picture) label.prepend(html("span", picture, { className: "picture" }));
  const count = element("input", { type: "number", min: 0, max: 9999, value: 0,
    ariaLabel: `Hands for: ${label.querySelector(".words").textContent}` });
  const bar = element("span", { className: "bar" });
  const share = element("span", { className: "share" });
  const hands = element("span", { className: "hands" }, count, element("span",
    { className: "rail", ariaHidden: true }, bar), share);
  return { row: element("div", { className: "option" }, label, hands), button, mark, count, bar,
    share, words: text };
}

// "−0,5" is a number to many readers; null where it is none
function numberOf(text) {
  const typed = text.trim().replace("−", "-").replace(",", ".");
  return typed && Number.isFinite(Number(typed)) ? Number(typed) : null;
}

// what was chosen beside what is right, if anything is
function verdict(chosen, words, { right, off = 0 }) {
  if (chosen === null) return "";
  const sign = right === undefined ? "" : Math.abs(chosen - right) <= off ? "✓ " : "✗ ";
  return `${sign}You said: ${words}. `;
}

function render({ model, el }) {
  const end = new AbortController();
  const { signal } = end;
  const group = `choices-${Math.random().toString(36).slice(2)}`;
  const options = model.get("options").map((text, index) =>
    optionOf(text, model.get("pictures")[index], index, group));
  const field = element("input", { type: "text", inputMode: "decimal", ariaLabel: "Your number",
    autocomplete: "off" });
  const complaint = element("span", { className: "complaint", role: "status" });
  const button = (text, act) => element("button", { type: "button", textContent: text, onclick: act });
  const commit = button("Commit", () => commitNow());
  const skip = button("Skip", () => send("commit", { chosen: null }));
  const open = button("Open the answer", () => send("open"));
  const again = button("Ask again", () => send("again"));
  const count = element("input", { type: "checkbox" });
  const room = element("label", {}, count, "Show of hands");
  const then = element("p", { className: "then" });
  const said = element("p", { className: "said", role: "status" });
  const chart = element("div", { className: "chart" });
  const why = element("div", { className: "why" });
  const note = element("p", { className: "note" });
  const fieldset = element("fieldset", {},
    element("legend", {}, html("strong", model.get("title")), " ",
      html("span", model.get("question"))),
    ...(options.length ? options.map((option) => option.row) : [field]));
  const root = element("div", { className: "rnnlib-choices" }, fieldset,
    element("div", { className: "acts" }, commit, skip, room, complaint), then,
    element("div", { className: "acts" }, open), said, chart, why,
    element("div", { className: "acts" }, again), note);

  const send = (kind, more = {}) => model.send({ kind, ...more });
  const counted = () => model.get("hands").some(Boolean);

  function chosenNow() {
    if (!options.length) return numberOf(field.value);
    const index = options.findIndex((option) => option.button.checked);
    return index < 0 ? null : index;
  }

  function commitNow() {
    const chosen = chosenNow();
    const lacks = chosen === null && !(count.checked && counted());
    complaint.textContent = !lacks ? "" : options.length ? "Choose first, or skip."
      : "Type a number first, or skip.";
    if (!lacks) send("commit", { chosen });
  }

  function choose(index) {
    options[index].button.checked = true;
    options[index].button.focus();
  }

  function showHands() {
    const hands = model.get("hands");
    const sum = hands.reduce((total, one) => total + one, 0);
    options.forEach(({ count: typed, bar, share }, index) => {
      const many = hands[index] ?? 0;
      if (Number(typed.value) !== many) typed.value = many;
      bar.style.width = `${sum ? 100 * many / sum : 0}%`;
      share.textContent = sum ? `${many} of ${sum}` : "";
    });
    if (sum) count.checked = true;
    root.classList.toggle("counted", count.checked);
  }

  function show() {
    const [state, chosen, answer] = ["state", "chosen", "answer"].map((name) => model.get(name));
    const [asked, opened] = [state === "asked", state === "opened"];
    const held = root.contains(document.activeElement) && root.dataset.state !== state;
    root.dataset.state = state;
    options.forEach(({ row, button: radio, mark }, index) => {
      radio.disabled = !asked;
      if (!asked || root.dataset.begun) radio.checked = chosen === index;
      const right = opened && answer.right === index;
      row.classList.toggle("right", right);
      mark.textContent = [!asked && chosen === index && "your choice", right && "✓ the answer"]
        .filter(Boolean).join(", ");
    });
    if (!asked && chosen !== null) field.value = String(chosen).replace("-", "−");
    field.disabled = !asked;
    commit.hidden = skip.hidden = !asked;
    open.hidden = state !== "committed" || !answer.said;
    again.hidden = !opened;
    room.hidden = !options.length || (!asked && !counted());
    then.innerHTML = asked ? "" : answer.then ?? "";
    // filled when it is shown already, so that it is announced, once
    const words = options[chosen]?.words ?? field.value;
    said.innerHTML = opened && answer.said ? verdict(chosen, words, answer) + answer.said : "";
    chart.innerHTML = opened ? answer.chart?.svg ?? "" : "";
    for (const mark of chart.querySelectorAll("[data-choice]"))
      mark.toggleAttribute("hidden", Number(mark.dataset.choice) !== (chosen ?? -1));
    why.innerHTML = opened ? answer.why ?? "" : "";
    root.dataset.begun = "yes";
    if (asked) complaint.textContent = "";
    const next = asked ? options[0]?.button ?? field : opened ? again : open;
    if (held) next.focus();
  }

  const showNote = () => { note.textContent = model.get("note"); };
  count.addEventListener("change", showHands);
  for (const { count: typed } of options) {
    typed.addEventListener("input", () => {
      model.set("hands", options.map((option) => Math.max(0, Math.trunc(option.count.value || 0))));
      model.save_changes();
    });
  }
  root.addEventListener("keydown", (event) => {
    hushed(event);
    const asked = model.get("state") === "asked" && isOurs(event);
    const { type } = event.target;
    if (asked && event.key === "Enter" && ["radio", "text"].includes(type)) commitNow();
    else if (asked && type !== "text" && type !== "number" && options[event.key - 1])
      choose(event.key - 1);
    else return;
    event.preventDefault();
  });
  keepKeys(".rnnlib-choices", signal);
  withKernel(model, el, signal);
  const heard = [["change:state change:chosen change:answer", show], ["change:hands", showHands],
    ["change:note", showNote]];
  for (const [names, act] of heard) model.on(names, act);
  show();
  showHands();
  showNote();
  el.replaceChildren(root);
  return () => {
    end.abort();
    for (const [names, act] of heard) model.off(names, act);
  };
}

export default { render };
