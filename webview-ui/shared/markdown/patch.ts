/**
 * Makes the children of `target` equal to those of `source`, keeping every node that can stay. While an
 * answer streams this keeps text selections, the focus and scroll positions inside a growing block.
 */
export function patchChildren(target: Node, source: Node): void {
  const wanted = [...source.childNodes];
  wanted.forEach((node, index) => {
    const current = target.childNodes[index];
    if (!current) {
      target.appendChild(node);
    } else if (!patchNode(current, node)) {
      target.replaceChild(node, current);
    }
  });
  while (target.childNodes.length > wanted.length) {
    target.lastChild?.remove();
  }
}

/** False when the two are of different kinds, so that one has to replace the other. */
function patchNode(current: Node, wanted: Node): boolean {
  if (current.nodeName !== wanted.nodeName) {
    return false;
  }
  if (current instanceof Element && wanted instanceof Element) {
    patchAttributes(current, wanted);
    patchChildren(current, wanted);
  } else if (current instanceof Text && wanted instanceof Text) {
    patchText(current, wanted.data);
  }
  return true;
}

function patchText(current: Text, wanted: string): void {
  if (wanted.startsWith(current.data)) {
    // Appending leaves a selection in the earlier part alone.
    current.appendData(wanted.slice(current.length));
  } else {
    current.data = wanted;
  }
}

function patchAttributes(current: Element, wanted: Element): void {
  for (const { name } of [...current.attributes]) {
    if (!wanted.hasAttribute(name)) {
      current.removeAttribute(name);
    }
  }
  for (const { name, value } of wanted.attributes) {
    if (current.getAttribute(name) !== value) {
      current.setAttribute(name, value);
    }
  }
}
