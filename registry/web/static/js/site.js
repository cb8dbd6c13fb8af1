/* What makes pages quicker to use; every page works without it.

   data-autosave="URL"      on a form: saved there after typing stops and every 30 s while changed.
                            The answer may be JSON {"message": "…", "version": "…"}; the version goes
                            into the form's own hidden field of that name, so that two tabs do not overwrite each other.
   data-live="URL"          on an element inside or named for a form (data-live-form="ID"): filled with
                            the HTML that the URL answers to the form's values, after each change.
   data-guard               on a form: leaving with unsaved changes asks first.
   data-copy="TEXT"         on a hidden button: shown, copies.
   data-focus               takes the focus when the page opens (error summary). */
"use strict";

(() => {
  const AUTOSAVE_AFTER = 1500;
  const AUTOSAVE_EVERY = 30000;
  const LIVE_AFTER = 500;
  const chinese = document.documentElement.lang.startsWith("zh");
  const say = (zh, en) => (chinese ? zh : en);
  const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";
  const clock = () =>
    new Date().toLocaleTimeString(chinese ? "zh-CN" : "en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai" });

  document.documentElement.classList.add("with-script");

  function valuesOf(form) {
    const values = new FormData(form);
    for (const [name, value] of [...values]) {
      if (value instanceof File) values.delete(name); // files go with the button, not with the timer
    }
    return values;
  }

  async function send(url, form) {
    const answer = await fetch(url, {
      method: "POST",
      body: new URLSearchParams(valuesOf(form)),
      headers: { "X-CSRFToken": token(), "X-Requested-With": "fetch", Accept: "application/json, text/html" },
      credentials: "same-origin",
      redirect: "manual", // a redirect means that the session ended
    });
    if (!answer.ok) throw Object.assign(new Error(String(answer.status)), { answer });
    return answer;
  }

  function autosave(form) {
    const line = document.querySelector("[data-saved]");
    let timer = 0;
    let changed = false;
    let busy = false;

    const tell = (text, failed) => {
      if (!line) return;
      line.textContent = text;
      line.toggleAttribute("data-failed", failed);
    };

    async function save() {
      clearTimeout(timer);
      if (!changed || busy) return;
      busy = true;
      changed = false;
      try {
        const answer = await send(form.dataset.autosave, form);
        const type = answer.headers.get("Content-Type") ?? "";
        const told = type.includes("json") ? await answer.json() : {};
        if (told.version !== undefined && form.elements.version) form.elements.version.value = told.version;
        tell(told.message ?? `${say("草稿已保存：", "Draft saved: ")}${clock()}`, false);
        if (!changed) form.removeAttribute("data-changed");
      } catch (problem) {
        changed = true;
        const ended = problem.answer?.type === "opaqueredirect" || problem.answer?.status === 401;
        const stale = problem.answer?.status === 409 ? await problem.answer.json().catch(() => null) : null;
        tell(
          stale?.message
            ? stale.message
            : ended
            ? say("未保存：登录已失效。请在新标签页登录，再回到这里。", "Not saved: you are signed out. Sign in in another tab, then come back here.")
            : say("未保存：连接中断，将自动重试。", "Not saved: no connection. It will be tried again."),
          true,
        );
      } finally {
        busy = false;
      }
    }

    form.addEventListener("input", () => {
      changed = true;
      form.setAttribute("data-changed", "");
      clearTimeout(timer);
      timer = setTimeout(save, AUTOSAVE_AFTER);
    });
    setInterval(save, AUTOSAVE_EVERY);
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && save());
  }

  function guard(form) {
    let leaving = false;
    form.addEventListener("input", () => form.setAttribute("data-changed", ""));
    form.addEventListener("submit", () => { leaving = true; });
    window.addEventListener("beforeunload", (event) => {
      if (!leaving && form.hasAttribute("data-changed")) event.preventDefault();
    });
  }

  function live(place) {
    const form = place.dataset.liveForm ? document.getElementById(place.dataset.liveForm) : place.closest("form");
    if (!form) return;
    let timer = 0;
    let latest = 0;
    async function refresh() {
      const mine = ++latest;
      place.setAttribute("aria-busy", "true");
      try {
        const answer = await send(place.dataset.live, form);
        const html = await answer.text();
        if (mine !== latest) return; // a later change has asked already
        const open = [...place.querySelectorAll("details[open]")].map((each) => each.closest("[id]")?.id);
        place.innerHTML = html;
        for (const id of open) if (id) document.getElementById(id)?.querySelector("details")?.setAttribute("open", "");
        prepare(place);
      } catch {
        /* the score shown stays; the saved line tells about the connection */
      } finally {
        if (mine === latest) place.setAttribute("aria-busy", "false");
      }
    }
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(refresh, LIVE_AFTER);
    });
  }

  function prepare(root) {
    for (const button of root.querySelectorAll("button[data-copy]")) button.hidden = false;
  }

  async function copy(button) {
    await navigator.clipboard.writeText(button.dataset.copy);
    const words = [...button.childNodes];
    button.textContent = button.dataset.copied;
    setTimeout(() => button.replaceChildren(...words), 1500);
  }

  for (const form of document.querySelectorAll("form[data-autosave]")) autosave(form);
  for (const form of document.querySelectorAll("form[data-guard], form[data-autosave]")) guard(form);
  for (const place of document.querySelectorAll("[data-live]")) live(place);
  prepare(document);
  document.querySelector("[data-focus]")?.focus();
  document.addEventListener("htmx:after:process", () => prepare(document));
  document.addEventListener("htmx:config:request", (event) => {
    event.detail.ctx.request.headers["X-CSRFToken"] = token();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-copy]");
    if (button) copy(button);
    for (const menu of document.querySelectorAll("details[data-menu][open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });
})();
