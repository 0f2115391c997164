// Speaks to screen readers through one live region that outlives dialogs, so that the last word of a closing one is heard.
const LASTS = 8000;
/** A region is listened to only once it stands in the page. */
const SETTLE = 60;

function region(): HTMLElement {
  const known = document.querySelector<HTMLElement>("[data-testid=spoken]");
  if (known) return known;
  const made = document.createElement("div");
  made.dataset.testid = "spoken";
  made.className = "sr-only";
  made.setAttribute("role", "log");
  made.setAttribute("aria-live", "polite");
  made.setAttribute("aria-label", "Messages");
  document.body.append(made);
  return made;
}

/** Each message is a line of its own: an equal one is spoken again, and none cuts off the one before. */
export function say(text: string): void {
  const place = region();
  const line = document.createElement("p");
  line.textContent = text;
  setTimeout(() => place.append(line), SETTLE);
  setTimeout(() => line.remove(), LASTS);
}
