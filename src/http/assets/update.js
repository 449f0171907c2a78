// Reads the page again while something on it may still change. Everything works without this script; people reload the
// page instead.
const pauses = [3, 5, 10, 20, 30, 60];
const notice = document.querySelector("#updating");
let turn = 0;
let timer = 0;

const region = () => document.querySelector("#state[data-waiting]");

async function look() {
  const old = region();
  if (old === null) return;
  try {
    const response = await fetch(location.href, { headers: { accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector("#state");
    // The script does not interrupt somebody who is typing a search.
    const typing = old.contains(document.activeElement) && document.activeElement.matches("input");
    // What is being read again shows less than what is known.
    const news =
      fresh !== null && !("reading" in fresh.dataset) && fresh.dataset.digest !== old.dataset.digest;
    if (response.ok && news && !typing) {
      for (const { id } of old.querySelectorAll("details[open][id]"))
        fresh.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", "");
      const focused = old.contains(document.activeElement)
        ? document.activeElement.getAttribute("href")
        : null;
      old.replaceWith(document.adoptNode(fresh));
      if (focused !== null) fresh.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
      document.title = page.title;
      document.querySelector("h1").replaceWith(document.adoptNode(page.querySelector("h1")));
      document.querySelector("#news").textContent = fresh.querySelector("h2")?.textContent ?? "";
      turn = 0;
    }
  } catch {
    // The site or the network is briefly unavailable; the next request may succeed.
  }
  plan();
}

function plan() {
  clearTimeout(timer);
  const waiting = region() !== null;
  notice.hidden = !waiting;
  if (!waiting || document.hidden) return;
  timer = setTimeout(() => void look(), pauses[Math.min(turn, pauses.length - 1)] * 1000);
  turn += 1;
}

document.addEventListener("visibilitychange", () => {
  turn = 0;
  plan();
});
plan();
