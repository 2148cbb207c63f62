import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse(
  '{"title":"Security","description":"","frontmatter":{},"headers":[],"relativePath":"security-policy.md","filePath":"SECURITY.md"}',
);
const _sfc_main = { name: "security-policy.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(
    `<div${ssrRenderAttrs(_attrs)}><h1 id="security" tabindex="-1">Security <a class="header-anchor" href="#security" aria-label="Permalink to &quot;Security&quot;">​</a></h1><p>What actigrad promises, and what it does not. Each promise has a test; <a href="/security.html">docs/security.md</a> has the limits of everything that comes from outside, and where they are tested.</p><h2 id="promised" tabindex="-1">Promised <a class="header-anchor" href="#promised" aria-label="Permalink to &quot;Promised&quot;">​</a></h2><ul><li><strong>Files and links may come from anybody.</strong> Models, checkpoints, datasets, races, results and links are parsed, never run. What is damaged, too large, or of another version is refused with a typed error that says where.</li><li><strong>Formulas are no code.</strong> They have a parser of their own with limits; nothing is ever given to <code>eval</code>. The WGSL made of them holds numbers, names of the prelude and operators alone.</li><li><strong>The page sends nothing anywhere else.</strong> It has a content security policy without <code>unsafe</code>, its worker has the same one. What you drop on it stays in your browser: it trains there.</li><li><strong>The command line opens no door.</strong> Its browser is driven through a pipe, not a port. The server that the browser&#39;s page comes from listens on 127.0.0.1, answers only to that name, and only who knows a random token; through it a job reaches the files that its command names, and no others.</li><li><strong>No dependency at run time.</strong> The package has none of its own (peers are optional), so <code>npm audit --omit=dev</code> has nothing to find.</li></ul><h2 id="not-promised" tabindex="-1">Not promised <a class="header-anchor" href="#not-promised" aria-label="Permalink to &quot;Not promised&quot;">​</a></h2><ul><li>Chrome runs without its sandbox on Linux, since containers have none to offer: it opens pages of this package alone.</li><li>WebGPU has no limit of time: WGSL of your own (<code>customKernel</code>, <code>defineActivation</code>) may occupy the GPU, and is code that you run.</li><li>Other users of the machine can see the arguments of your commands, as of any program.</li><li>Records of layers and activations that you give to <code>load</code> are your code, and run.</li></ul><h2 id="reporting" tabindex="-1">Reporting <a class="header-anchor" href="#reporting" aria-label="Permalink to &quot;Reporting&quot;">​</a></h2><p>Open an issue; if it must not be public yet, use the private reporting of the repository&#39;s Security tab. Please say which version, which input, and what happened. There is support for the newest version.</p></div>`,
  );
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("SECURITY.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const SECURITY = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export { __pageData, SECURITY as default };
