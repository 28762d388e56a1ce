// What the server puts into the page as JSON.
const read = (id) => JSON.parse(document.getElementById(id).textContent);

/** Limits and choices of the domain. */
export const facts = read("facts");

/** Every text of the page by its key: { zh, en }. */
export const words = read("words");
