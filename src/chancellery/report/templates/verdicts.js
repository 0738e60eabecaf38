(() => {
  const bar = document.getElementById("filter"), cards = [...document.querySelectorAll("article.claim")];
  const fields = [...bar.querySelectorAll("select, input")], shown = document.getElementById("shown");
  const empty = document.getElementById("empty");
  const sift = () => {
    const want = Object.fromEntries(fields.map(f => [f.name, f.value.trim().toLowerCase()]));
    const parts = want.words.split(/\s+/).filter(Boolean);
    let count = 0;
    for (const card of cards) {
      const fits = ["essay", "verdict", "kind", "test", "firmness"].every(
        name => !want[name] || card.dataset[name].toLowerCase() === want[name]);
      const keep = fits && parts.every(part => card.dataset.search.includes(part));
      card.hidden = !keep;
      count += keep;
    }
    shown.textContent = `${count} of ${cards.length} claims`;
    empty.hidden = count > 0;
  };
  for (const f of fields) f.addEventListener("input", sift);
  bar.addEventListener("reset", () => setTimeout(sift));
  bar.addEventListener("submit", event => event.preventDefault());
  bar.hidden = false;
  sift();
})();
