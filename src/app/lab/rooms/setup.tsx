import { type Setup as Values, checkSetup, readSetupOption, setupOptions } from "../setup.ts";
import { useLab, useLabState, useWords } from "../page/context.ts";
import { mayBeImages } from "../data/drop.ts";
import { Activations } from "./activations.tsx";
import { DatasetFields } from "./dataset-fields.tsx";
import { Choice, ParsedInput } from "./field.tsx";

/** The value of an option from a text; undefined for an invalid one. */
const reader =
  <K extends keyof Values>(name: K) =>
  (text: string): Values[K] | undefined => {
    try {
      return readSetupOption(name, text);
    } catch {
      return undefined;
    }
  };

/** Reads a list, whose values may also be separated by spaces and semicolons. */
const listReader = <K extends "hidden" | "lr">(name: K): ((text: string) => Values[K] | undefined) => {
  const read = reader(name);
  return (text) =>
    read(
      text
        .split(/[\s,;]+/)
        .filter(Boolean)
        .join(),
    );
};

const read = {
  hidden: listReader("hidden"),
  lr: listReader("lr"),
  batch: reader("batch"),
  epochs: reader("epochs"),
  replicas: reader("replicas"),
  seed: reader("seed"),
  target: reader("target"),
};

/** What is wrong with a set-up; undefined if nothing is. */
function faultOf(setup: Values): string | undefined {
  try {
    checkSetup(setup);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What races: dataset, network, activations, optimizer, seeds. */
export function Setup() {
  const lab = useLab();
  const words = useWords().setup;
  const setup = useLabState((state) => state.setup);
  const fault = faultOf(setup);
  const sets = useLabState(({ catalogue }) => catalogue?.datasets) ?? [];
  const images = mayBeImages(
    setup.dataset,
    sets.map(({ name }) => name),
  );
  const values = useLabState(
    ({ results, setup: now }) => results?.setup.dataset === now.dataset && results.facts.kind === "values",
  );
  return (
    <form id="setup" aria-label={words.title} onSubmit={(event) => event.preventDefault()}>
      <DatasetFields />
      <Activations />
      <fieldset>
        <legend>{words.groups.network}</legend>
        <div class="fields">
          <Choice
            label={words.model}
            name="model"
            value={setup.model}
            options={setupOptions.model.choices.map((name) => [name, words.models[name]] as const)}
            unfit={(model) => model !== "mlp" && !images}
            onValue={(model) => lab.edit({ model, norm: model === "resnet" ? "batch" : "none" })}
          />
          <ParsedInput
            label={words.layers}
            hint={words.layersHint}
            name="hidden"
            disabled={setup.model !== "mlp"}
            value={setup.hidden}
            show={(list) => list.join(",")}
            read={read.hidden}
            onValue={(hidden) => lab.edit({ hidden })}
          />
          <Choice
            label={words.norm}
            name="norm"
            value={setup.norm}
            options={setupOptions.norm.choices.map((name) => [name, words.norms[name]] as const)}
            onValue={(norm) => lab.edit({ norm })}
          />
          <Choice
            label={words.init}
            name="init"
            value={setup.init}
            options={setupOptions.init.choices.map((name) => [name, words.inits[name]] as const)}
            onValue={(init) => lab.edit({ init })}
          />
        </div>
      </fieldset>
      <fieldset>
        <legend>{words.groups.training}</legend>
        <div class="fields">
          <Choice
            label={words.optimizer}
            name="optimizer"
            value={setup.optimizer}
            options={setupOptions.optimizer.choices.map((name) => [name, name] as const)}
            onValue={(optimizer) => lab.edit({ optimizer })}
          />
          <ParsedInput
            label={words.lr}
            hint={words.lrHint}
            name="lr"
            value={setup.lr}
            show={(list) => list.join(", ")}
            read={read.lr}
            onValue={(lr) => lab.edit({ lr })}
          />
          {(["batch", "epochs", "replicas", "seed"] as const).map((key) => (
            <ParsedInput
              key={key}
              numeric
              label={words[key === "replicas" ? "seeds" : key]}
              name={key}
              value={setup[key]}
              show={String}
              read={read[key]}
              onValue={(value) => lab.edit({ [key]: value })}
            />
          ))}
          <ParsedInput
            numeric
            label={words.target}
            hint={words.targetHint}
            name="target"
            disabled={values}
            value={setup.target}
            show={String}
            read={read.target}
            onValue={(target) => lab.edit({ target })}
          />
        </div>
      </fieldset>
      {fault !== undefined && <p class="warning">{words.wrong(fault)}</p>}
    </form>
  );
}
