import { ssrRenderAttrs, ssrRenderAttr } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const _imports_0 = "/assets/race.DLoPXgLw.png";
const __pageData = JSON.parse(
  `{"title":"","description":"","frontmatter":{"layout":"home","hero":{"name":"actigrad","text":"What does this activation do to this network?","tagline":"Train neural networks on WebGPU, in a browser tab or in Node, and get an answer with error bars.","actions":[{"theme":"brand","text":"First steps","link":"/first-steps"},{"theme":"alt","text":"The contest","link":"/contest"},{"theme":"alt","text":"API","link":"/api/index.html","target":"_self"}]},"features":[{"title":"A fair answer","details":"Each activation at its own learning rate, with equal parameters and ten paired seeds. \\"Not told apart\\" is said when that is so.","link":"/contest"},{"title":"Exact","details":"Every activation has its own stable kernel and a float64 twin, certified on your adapter. Your formulas are derived and checked.","link":"/activations"},{"title":"Fast","details":"Forward, backward and update are one recorded plan of fused kernels. Seeds and learning rates train side by side in one step.","link":"/performance"},{"title":"The same bits every time","details":"The same seed on the same adapter gives the same bits, also after the GPU process was killed.","link":"/reliability"},{"title":"Open","details":"Write your own activation, layer, loss, op, optimizer or probe in one file, as the engine's own are written.","link":"/write-your-own/activation"},{"title":"43 statements, tried","details":"What teaching material says about activation functions, as experiments that can fail.","link":"/statements"}]},"headers":[],"relativePath":"index.md","filePath":"docs/index.md"}`,
);
const _sfc_main = { name: "index.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(
    `<div${ssrRenderAttrs(_attrs)}><div class="language-sh vp-adaptive-theme"><button title="Copy Code" class="copy"></button><span class="lang">sh</span><pre class="shiki shiki-themes github-light github-dark vp-code" tabindex="0"><code><span class="line"><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;">npm</span><span style="--shiki-light:#032F62;--shiki-dark:#9ECBFF;"> ci</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;"> &amp;&amp; </span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;">npm</span><span style="--shiki-light:#032F62;--shiki-dark:#9ECBFF;"> run</span><span style="--shiki-light:#032F62;--shiki-dark:#9ECBFF;"> bench</span></span></code></pre></div><p>On a fresh clone this trains six activations on three tasks and answers in a sentence (SwiftShader, a software adapter, 2026-11-30):</p><blockquote><p>Take silu: told apart from the others in 10 seeds on 3 tasks; gelu has an error 0.0272 higher on regression; tanh is 21.1 points behind on deep.</p></blockquote><p><img${ssrRenderAttr("src", _imports_0)} alt="The lab page: the same network trained with several activations side by side"></p></div>`,
  );
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("docs/index.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const index = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export { __pageData, index as default };
