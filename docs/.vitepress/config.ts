/** The documentation site: README's sister pages in docs/, with search. `npm run docs` builds it, and the API beside it, into results/docs. */
import { cpSync, existsSync } from "node:fs";
import { dirname, join, posix, relative } from "node:path";
import { type DefaultTheme, defineConfig } from "vitepress";

const root = join(import.meta.dirname, "../..");

/** Pages that lie outside docs/, by their place on the site. */
const outside: Readonly<Record<string, string>> = {
  "ARCHITECTURE.md": "architecture.md",
  "CHANGELOG.md": "changelog.md",
  "SECURITY.md": "security-policy.md",
};

/** Where a page of the repository stands on the site; undefined for what is no page of it. */
function placeOf(file: string): string | undefined {
  if (file === "README.md") return "/";
  const place = outside[file] ?? (file.startsWith("docs/") ? file.slice("docs/".length) : undefined);
  if (place === undefined || !existsSync(join(root, file))) return undefined;
  if (place.endsWith(".md")) return `/${place.slice(0, -".md".length)}`;
  return /\.(json|html)$/.test(place) ? `/${place}` : undefined;
}

type Items = DefaultTheme.SidebarItem[];
const page = (text: string, name: string): Items[number] => ({ text, link: `/${name}` });

const sidebar: Items = [
  {
    text: "Start",
    items: [
      page("First steps", "first-steps"),
      page("Commands", "commands"),
      page("The library", "library"),
      page("Data", "data"),
      page("Features", "features"),
    ],
  },
  {
    text: "Choose an activation",
    items: [
      page("Activations", "activations"),
      page("The contest", "contest"),
      page("Compare on your data", "compare"),
      page("Search for a formula", "search"),
      page("Sweeps", "sweeps"),
      page("Statements", "statements"),
      page("A survey's functions", "survey"),
    ],
  },
  { text: "Networks", items: [page("Language models", "language"), page("KANs", "kan")] },
  {
    text: "Write your own",
    items: [
      page("Activation", "write-your-own/activation"),
      page("Spline", "write-your-own/spline"),
      page("Layer", "write-your-own/layer"),
      page("Loss", "write-your-own/loss"),
      page("Op", "write-your-own/op"),
      page("Optimizer", "write-your-own/optimizer"),
      page("Metric", "write-your-own/metric"),
      page("Probe", "write-your-own/probe"),
      page("Training loop", "write-your-own/loop"),
      page("Loss of derivatives", "write-your-own/derivatives"),
    ],
  },
  {
    text: "Trust",
    items: [
      page("Performance", "performance"),
      page("Reliability", "reliability"),
      page("Limits of untrusted input", "security"),
      page("GPU tests", "testing"),
    ],
  },
  {
    text: "Reference",
    items: [
      { text: "API", link: "/api/index.html", target: "_self" },
      page("Calls of a trainer", "trainer-calls"),
      page("Model file", "model-file"),
      page("JSON and schemas", "json"),
      page("Architecture", "architecture"),
      page("Changelog", "changelog"),
    ],
  },
];

export default defineConfig({
  vite: { configFile: false }, // not the repository's, whose plugins are the lab page's
  title: "actigrad",
  description: "Train neural networks on WebGPU and find out what an activation function does to them",
  srcDir: root,
  srcExclude: ["{node_modules,dist,results,src,test,bench,shaders}/**", "README.md"],
  outDir: join(root, "results/docs"),
  cacheDir: join(root, "results/.docs-cache"),
  rewrites: { ...outside, "docs/:rest*": ":rest*" },
  cleanUrls: false,
  lastUpdated: false,
  head: [["link", { rel: "icon", href: "data:," }]], // none, and none is asked for
  ignoreDeadLinks: [/^\/api\//, /^\/schema\//, /^\/measured\//],
  markdown: {
    config(md) {
      // Links are written for the repository. Here they lead to the page's place on the site; a link to a source file keeps its text alone.
      md.core.ruler.push("places", ({ tokens, env }) => {
        const { path, realPath = path } = env as { path: string; realPath?: string };
        const from = relative(root, dirname(realPath));
        for (const block of tokens) {
          let open = true;
          block.children &&= block.children.filter((token) => {
            if (token.type === "link_close") return open || !(open = true);
            const href = token.type === "link_open" ? token.attrGet("href") : null;
            if (href === null || /^([a-z]+:|#|\/)/.test(href)) return true;
            const [file = "", anchor] = decodeURI(href).split("#");
            const place = placeOf(posix.normalize(posix.join(from, file)));
            if (place !== undefined)
              token.attrSet("href", anchor === undefined ? place : `${place}#${anchor}`);
            // A report is no page of the site's.
            if (place?.endsWith(".html") === true) token.attrSet("target", "_self");
            return (open = place !== undefined);
          });
        }
      });
    },
  },
  themeConfig: {
    sidebar,
    nav: [
      page("First steps", "first-steps"),
      page("Contest", "contest"),
      { text: "API", link: "/api/index.html", target: "_self" },
    ],
    search: { provider: "local" },
    outline: [2, 3],
    externalLinkIcon: true,
  },
  locales: {
    root: { label: "English", lang: "en" },
    ko: {
      label: "한국어",
      lang: "ko",
      link: "/ko/first-steps",
      themeConfig: {
        nav: [page("첫걸음", "ko/first-steps"), page("진술", "ko/statements")],
        sidebar: [
          { text: "한국어", items: [page("첫걸음", "ko/first-steps"), page("진술", "ko/statements")] },
        ],
        outline: { label: "이 페이지" },
        docFooter: { prev: "이전", next: "다음" },
        darkModeSwitchLabel: "테마",
        sidebarMenuLabel: "메뉴",
        returnToTopLabel: "맨 위로",
        langMenuLabel: "언어",
      },
    },
  },
  buildEnd({ outDir }) {
    for (const name of ["schema", "measured", "race.png"])
      cpSync(join(root, "docs", name), join(outDir, name), { recursive: true });
  },
});
