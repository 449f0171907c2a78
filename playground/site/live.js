// Keeps the page up to date: the server reports changes, and the script replaces only the differences.
const live = document.getElementById("live");
let asking = false;
let again = false;

/** Replaces the differences from the current `/`; open details and unfinished forms stay. */
async function refresh() {
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  try {
    const response = await fetch("/", { headers: { "x-live": "1" } });
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const list of fresh.querySelectorAll("[data-live-list]")) updateList(list);
    for (const piece of fresh.querySelectorAll("[data-live]")) updatePiece(piece);
  } finally {
    asking = false;
    if (again) {
      again = false;
      void refresh();
    }
  }
}

/** Adds new entries to a list and removes old ones, in the order of the new list. */
function updateList(fresh) {
  const list = document.getElementById(fresh.id);
  if (list === null) return;
  const wanted = new Set([...fresh.children].map(({ id }) => id));
  for (const child of Array.from(list.children)) if (!wanted.has(child.id)) child.remove();
  let before = list.firstElementChild;
  for (const child of fresh.children) {
    if (before !== null && before.id === child.id) before = before.nextElementSibling;
    else {
      const added = document.getElementById(child.id) ?? document.importNode(child, true);
      list.insertBefore(added, before);
      highlight(added);
    }
  }
}

function updatePiece(fresh) {
  const piece = document.getElementById(fresh.id);
  if (piece === null || piece.contains(document.activeElement)) return;
  const open = new Set([...piece.querySelectorAll("details[open]")].map(({ id }) => id));
  if (textOf(piece) === textOf(fresh)) return;
  piece.innerHTML = fresh.innerHTML;
  piece.className = fresh.className;
  for (const details of piece.querySelectorAll("details")) details.open = open.has(details.id);
  const card = piece.closest("article");
  if (card !== null) {
    const match = /** @type {Element} */ (fresh.closest("article"));
    card.className = match.className;
  }
  highlight(card ?? piece);
}

function textOf(piece) {
  return piece.innerHTML.replaceAll(/ open=""/g, "").replaceAll(/\s+/g, " ");
}

function highlight(element) {
  element.classList.remove("changed");
  void element.offsetWidth;
  element.classList.add("changed");
}

// Forms are sent without leaving the page.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const action = event.submitter?.getAttribute("formaction") ?? form.getAttribute("action");
  if (action === "/language" || action === "/reset") return;
  event.preventDefault();
  const button = event.submitter;
  const body = new URLSearchParams(new FormData(form, button));
  const text = button?.textContent;
  if (button !== null && form.dataset.busy !== undefined) {
    button.disabled = true;
    button.textContent = form.dataset.busy;
  }
  void send(action, body).finally(() => {
    if (button !== null) {
      button.disabled = false;
      button.textContent = text;
      button.blur();
    }
    void refresh();
  });
});

/** Sends a form; the answer is a sentence to show, or empty. */
async function send(action, body) {
  const response = await fetch(action, { method: "POST", body, headers: { "x-live": "1" } });
  const message = await response.text();
  const notice = document.getElementById("notice");
  notice.replaceChildren();
  if (message === "") return;
  const line = document.createElement("p");
  line.className = "notice";
  line.textContent = message;
  notice.append(line);
}

const events = new EventSource("/events");
events.addEventListener("open", () => {
  live.textContent = `● ${live.dataset.liveText}`;
});
events.addEventListener("changed", () => void refresh());
events.addEventListener("error", () => {
  live.textContent = "";
});
