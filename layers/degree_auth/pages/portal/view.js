// Moving between the views of the institutions' page.
import { byId, el, show } from "../shared/dom.js";

let listener = () => {};

/** Has `draw` called to show the view that the address names. */
export function onTurn(draw) {
  listener = draw;
}

/** Shows the view that the address names, anew. */
export const turn = () => listener();

/** The address of a view, with what it is to show. */
export const address = (view, more = {}) => `#${new URLSearchParams({ view, ...more })}`;

/** Goes to a view. */
export function go(view, more) {
  history.pushState(null, "", address(view, more));
  return turn();
}

/** Says at the top what has been done. */
export function announce(words) {
  show(byId("done"), words);
  byId("done").scrollIntoView({ block: "center" });
}

/** The title of a view, which the focus moves to. */
export const title = (words) => el("h2", { tabindex: "-1" }, words);
