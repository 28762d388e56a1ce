// Elements of the page, and making new ones.

export const byId = (id) => document.getElementById(id);

/** A new element. Children are elements or text, never markup; null and false are left out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...present(children));
  return node;
}

/** Shows a part of the page with this content alone. */
export function show(node, ...children) {
  node.replaceChildren(...present(children));
  node.hidden = false;
}

/** Hides a part of the page and empties it. */
export function clear(node) {
  node.replaceChildren();
  node.hidden = true;
}

const present = (children) => children.flat(Infinity).filter((child) => child || child === 0);
