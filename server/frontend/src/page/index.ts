// What every page can do a little better with a script: a button that copies the text of an element.
// <button type="button" hidden data-copies="id" data-done="Copied">Copy</button> is shown only where this runs.

async function copied(button: HTMLButtonElement): Promise<void> {
  const source = document.getElementById(button.dataset.copies ?? "");
  if (!source) return;
  await navigator.clipboard.writeText(source.textContent ?? "");
  const before = button.textContent;
  button.textContent = button.dataset.done ?? before;
  setTimeout(() => (button.textContent = before), 2000);
}

for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-copies]")) {
  button.hidden = false;
  button.addEventListener("click", () => void copied(button));
}
