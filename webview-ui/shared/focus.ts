let awaited: (() => void) | undefined;
let lastFocused: HTMLElement | undefined;

/**
 * Moves the focus within the page, once the page has it: a page that took it by itself would take it from the
 * editor a person types in, or close the quick pick they choose from. Of several moves the last one counts.
 */
export function whenPageHasFocus(moveFocus: () => void): void {
  if (document.hasFocus()) {
    awaited = undefined;
    moveFocus();
  } else {
    awaited = moveFocus;
  }
}

window.addEventListener("focusin", ({ target }) => {
  lastFocused = target instanceof HTMLElement ? target : undefined;
});

window.addEventListener("focusout", () => {
  // Whether it went to nothing on the page or left the page is known only afterwards.
  setTimeout(() => {
    if (document.hasFocus() && document.activeElement === document.body) {
      lastFocused = undefined;
    }
  });
});

// Chromium forgets which element had the focus while it was elsewhere in the window, say in a quick pick.
window.addEventListener("focus", () => {
  const moveFocus = awaited;
  awaited = undefined;
  if (moveFocus) {
    moveFocus();
  } else if (document.activeElement === document.body) {
    lastFocused?.focus({ preventScroll: true });
  }
});
