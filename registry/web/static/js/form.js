/* The applicant's form with script: questions come and go with their conditions, codes are offered
   while one types, and a file that is too large is told before it is sent.

   data-asked="a b c"       in the live score: the fields that stand; the others get data-off
   data-codes="URL"         on an input with a datalist: filled from the URL's JSON [{code, name}]
   data-limit="octets"      around a file input: the most that one file may have */
"use strict";

(() => {
  const chinese = document.documentElement.lang.startsWith("zh");
  const say = (zh, en) => (chinese ? zh : en);

  function showAsked() {
    const list = document.querySelector("[data-asked]");
    if (!list) return;
    const asked = new Set(list.dataset.asked.split(" "));
    for (const question of document.querySelectorAll("[data-question]")) {
      question.toggleAttribute("data-off", !asked.has(question.dataset.question));
    }
  }

  function offerCodes(input) {
    const list = document.getElementById(input.getAttribute("list"));
    let timer = 0;
    let latest = 0;
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        const mine = ++latest;
        const url = new URL(input.dataset.codes, location.href);
        url.searchParams.set("q", input.value);
        const edition = input.form?.elements.catalogue_edition?.value;
        if (edition) url.searchParams.set("edition", edition);
        const answer = await fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" } }).catch(() => null);
        if (!answer?.ok || mine !== latest) return;
        const found = await answer.json();
        list.replaceChildren(...found.map(({ code, name }) => new Option(`${code} ${name}`, code)));
      }, 250);
    });
  }

  function checkSizes(place) {
    const input = place.querySelector("input[type=file]");
    const limit = Number(place.dataset.limit);
    input?.addEventListener("change", () => {
      const large = [...input.files].find((file) => file.size > limit);
      input.setCustomValidity(large ? say("文件太大：", "Too large: ") + large.name : "");
      if (large) input.reportValidity();
    });
    input?.form?.addEventListener("submit", (event) => {
      if (!input.checkValidity()) {
        event.preventDefault();
        input.reportValidity();
      }
    });
  }

  for (const place of document.querySelectorAll("[data-live]")) {
    new MutationObserver(showAsked).observe(place, { childList: true });
  }
  for (const input of document.querySelectorAll("input[data-codes]")) offerCodes(input);
  for (const place of document.querySelectorAll("[data-limit]")) checkSizes(place);
})();
