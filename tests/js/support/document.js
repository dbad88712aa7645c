/** Just enough of a page for the modules that speak to one: sentences, cookies, a few elements. */

/** @typedef {Record<string, any>} Node */

export class FakePage {
  cookies = new Map();
  /** @type {Record<string, Node[]>} elements by the selector they are asked for with */
  found = {};
  metas = { messages: {} };
  listeners = {};
  documentElement = element();
  main = element();
  body = { dataset: {} };
  visibilityState = "visible";
  readyState = "complete";
  activeElement = null;

  /** Take the place of the browser's globals. */
  install() {
    globalThis.document = this;
    globalThis.location = {
      pathname: "/app",
      protocol: "https:",
      href: "https://x/app",
      assign() {},
      replace() {},
    };
    globalThis.localStorage = storage();
  }

  get cookie() {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  set cookie(text) {
    const [name, value] = text.split(";")[0].split("=");
    this.cookies.set(name, value);
    this.lastCookie = text;
  }

  querySelector(selector) {
    const meta = /^meta\[name="sanshi-(\w+)"\]$/.exec(selector);
    if (meta) return this.metas[meta[1]] ? { content: JSON.stringify(this.metas[meta[1]]) } : null;
    if (selector === "main") return this.main;
    const notice = /^\[data-notice="(\w+)"\]$/.exec(selector);
    if (notice) return this.main.children.find((node) => node.dataset.notice === notice[1]) || null;
    return (this.found[selector] || [])[0] || null;
  }

  querySelectorAll(selector) {
    return this.found[selector] || [];
  }

  getElementById(id) {
    return id === "notice-part" ? { content: { firstElementChild: element() } } : null;
  }

  createElement(name) {
    return element(name);
  }

  addEventListener(name, work) {
    this.listeners[name] = work;
  }
}

/** An element that remembers what was done to it. */
export function element(localName = "div") {
  const classes = new Set();
  const node = {
    localName,
    dataset: {},
    attributes: {},
    children: [],
    hidden: false,
    text: "",
    classList: {
      toggle: (name, on) => (on ? classes.add(name) : classes.delete(name)),
      contains: (name) => classes.has(name),
    },
    get textContent() {
      return node.text + node.children.map((child) => child.textContent).join("");
    },
    set textContent(text) {
      node.text = text;
      node.changes = (node.changes || 0) + 1;
    },
    setAttribute: (name, value) => (node.attributes[name] = value),
    removeAttribute: (name) => delete node.attributes[name],
    getAttribute: (name) => node.attributes[name] ?? null,
    querySelector: () => {
      node.part ??= element("p");
      return node.part;
    },
    cloneNode: () => element(localName),
    addEventListener: (name, work) => (node[`on${name}`] = work),
    append: (child) => adopt(node, child, node.children.length),
    prepend: (child) => adopt(node, child, 0),
  };
  return node;
}

function adopt(parent, child, at) {
  parent.children.splice(at, 0, child);
  child.remove = () => parent.children.splice(parent.children.indexOf(child), 1);
}

function storage() {
  const kept = new Map();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
}
