import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse(
  '{"title":"What is there, and what is not","description":"","frontmatter":{},"headers":[],"relativePath":"features.md","filePath":"docs/features.md"}',
);
const _sfc_main = { name: "features.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(
    `<div${ssrRenderAttrs(_attrs)}><h1 id="what-is-there-and-what-is-not" tabindex="-1">What is there, and what is not <a class="header-anchor" href="#what-is-there-and-what-is-not" aria-label="Permalink to &quot;What is there, and what is not&quot;">​</a></h1><table tabindex="0"><thead><tr><th>area</th><th>there</th><th>not there</th><th>what it would take</th></tr></thead><tbody><tr><td>activations</td><td>every elementwise and gated one of <a href="/activations.html">the table</a>, formulas, learned parameters, a backward pass of one&#39;s own</td><td>units that look at a whole row but softmax and its kind</td><td>an op of one&#39;s own (<a href="/write-your-own/op.html">how</a>)</td></tr><tr><td>layers</td><td>linear, convolutions (also transposed and 1d), pools, norms, embedding, dropout, attention, rnn, gru, lstm, kan</td><td>3d convolutions, bidirectional recurrence, cross attention between two sequences of a model</td><td>layers over ops that are there, but for 3d windows</td></tr><tr><td>numbers</td><td>float32 everywhere, float64 on the CPU as the reference</td><td>half precision (mixed training)</td><td>storage kernels, loss scaling for each replica</td></tr><tr><td>optimizers</td><td>sgd, adam and their kin (9), schedules, clipping, accumulation, moving averages, parameter groups</td><td>second-order methods</td><td>an update rule over several tensors at once</td></tr><tr><td>derivatives</td><td>of any order along the graph, where an op&#39;s gradient has one</td><td>of attention&#39;s and recurrence&#39;s gradients</td><td>their second derivatives, written by hand</td></tr><tr><td>data</td><td>csv, npy, IDX, CIFAR, text; windows and rows picked on the GPU</td><td>data that does not fit the memory, augmentation on the GPU</td><td>batches from an iterable do it on the host today (<code>fitBatches</code>)</td></tr><tr><td>language models</td><td>a small GPT, GPT-2&#39;s and Llama&#39;s weights, characters, bytes, byte pairs</td><td>SentencePiece tokenizers, quantised weights, contexts that share prefixes</td><td>readers; kernels that unpack</td></tr><tr><td>many GPUs</td><td>replicas in one step on one GPU; <a href="/sweeps.html">sweeps</a> spread trainings over machines</td><td>one training over several devices</td><td>a plan that says what each of them computes, and a transport</td></tr><tr><td>GPUs</td><td>kernels through workgroup memory, tiles that are tuned; <a href="/performance.html">estimated</a> for one card</td><td>figures from real cards</td><td>runs of <code>bench/gpu.sh</code> sent in</td></tr><tr><td>other frameworks</td><td>PyTorch&#39;s names and layouts in safetensors, both ways</td><td>ONNX, Keras, pickled checkpoints</td><td>a reader that maps ops; pickles will not be read, since they run code</td></tr><tr><td>browsers</td><td>Chrome and Chromium, with a GPU or without; tests run there</td><td>Firefox and Safari are not tested</td><td>their WebDriver in the tests</td></tr></tbody></table></div>`,
  );
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("docs/features.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const features = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export { __pageData, features as default };
