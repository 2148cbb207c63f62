// oxlint-disable-next-line import/default -- Vite gives the address
import address from "../worker/worker.ts?worker&url";

/**
 * Starts the worker from a blob that imports it. On a static site, a worker loaded by its address has no content policy; one from
 * a blob inherits the page's, so it cannot send anything elsewhere either. The worker's name is the
 * page's address, which a blob's own address does not contain.
 */
export function openWorker(): Worker {
  const source = `import ${JSON.stringify(new URL(address, import.meta.url).href)};`;
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const worker = new Worker(url, { type: "module", name: document.baseURI });
  worker.addEventListener("message", () => URL.revokeObjectURL(url), { once: true });
  return worker;
}
