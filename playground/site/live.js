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
  if (piece === null || !patch(piece, fresh)) return;
  const card = piece.closest("article");
  if (card !== null) card.className = fresh.closest("article").className;
  // A field with another example is no event.
  if (piece.tagName !== "TEXTAREA") highlight(card ?? piece);
}

/**
 * Changes an element until it equals another one. What stays keeps its focus and its scroll position, and what a person
 * opened stays open; children with an id are matched by it. Returns whether there was a difference.
 */
function patch(old, fresh) {
  // The button of a form that is being sent shows that.
  if (old.disabled === true) return false;
  let changed = patchAttributes(old, fresh);
  const ids = new Set([...fresh.children].map(({ id }) => id).filter(Boolean));
  for (const [at, child] of Array.from(fresh.childNodes).entries()) {
    const stays = (node) => ids.has(node.id) && node.id !== child.id;
    while (ids.has(child.id) && hasLater(old, at, child.id)) {
      old.childNodes[at].remove();
      changed = true;
    }
    const before = old.childNodes[at];
    if (before === undefined || stays(before)) {
      old.insertBefore(document.importNode(child, true), before ?? null);
      changed = true;
    } else if (before.nodeName !== child.nodeName || before.id !== child.id) {
      before.replaceWith(document.importNode(child, true));
      changed = true;
    } else if (child.nodeType === Node.ELEMENT_NODE) changed = patch(before, child) || changed;
    else if (before.data !== child.data) {
      before.data = child.data;
      changed = true;
    }
  }
  while (old.childNodes.length > fresh.childNodes.length) {
    old.lastChild.remove();
    changed = true;
  }
  return changed;
}

/** Whether a later child has this id; the children up to it are gone from the new page. */
function hasLater(old, at, id) {
  return [...old.children].some((child) => child.id === id && child !== old.childNodes[at]);
}

/** The attributes that the server's page does not decide alone: what is open, and the mark of a change. */
const SHARED = new Set(["open", "class"]);

function patchAttributes(old, fresh) {
  let changed = classesOf(old) !== classesOf(fresh);
  if (changed) old.className = fresh.className;
  for (const { name, value } of fresh.attributes)
    if (!SHARED.has(name) && old.getAttribute(name) !== value) {
      old.setAttribute(name, value);
      changed = true;
    }
  for (const { name } of Array.from(old.attributes))
    if (!SHARED.has(name) && !fresh.hasAttribute(name)) {
      old.removeAttribute(name);
      changed = true;
    }
  return changed;
}

function classesOf(element) {
  return [...element.classList].filter((name) => name !== "changed").join(" ");
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
  if (action === "/language") return;
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
