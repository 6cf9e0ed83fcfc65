/**
 * While it loads, the toolkit finds out whether `:focus-visible` exists by putting an empty `<style>` into
 * the page. The page's content security policy forbids that, which would cost an error in the console and
 * focus rings on every mouse click. So, until `endStyleProbe`, a `<style>` made by script is an inert
 * element with a constructed style sheet, which answers the same question. Import this before the toolkit.
 */
Object.defineProperty(document, "createElement", {
  configurable: true,
  value: (tag: string) =>
    tag === "style" ? inertStyle() : document.createElementNS("http://www.w3.org/1999/xhtml", tag),
});

function inertStyle(): Element {
  return Object.assign(document.createElementNS("http://www.w3.org/1999/xhtml", "template"), {
    sheet: new CSSStyleSheet(),
  });
}

/** Gives the document its own method back. */
export function endStyleProbe(): void {
  Reflect.deleteProperty(document, "createElement");
}
