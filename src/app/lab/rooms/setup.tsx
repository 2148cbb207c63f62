import * as v from "valibot";
import { type Experiment, choices, experimentSchema } from "../experiment.ts";
import { complaint } from "../link.ts";
import { useLab, useLabState, useWords } from "../page/context.ts";
import { Activations } from "./activations.tsx";
import { DatasetFields } from "./dataset-fields.tsx";
import { Choice, ParsedInput } from "./field.tsx";

/** A number that the experiment may have in that place. */
function reader<K extends keyof Experiment>(key: K): (text: string) => Experiment[K] | undefined {
  const schema = experimentSchema.entries[key];
  return (text) => {
    const number = text.trim() === "" ? NaN : Number(text);
    const parsed = v.safeParse(schema, number);
    return parsed.success ? (parsed.output as Experiment[K]) : undefined;
  };
}

function listReader<K extends "hidden" | "lr">(key: K): (text: string) => Experiment[K] | undefined {
  const schema = experimentSchema.entries[key];
  return (text) => {
    const numbers = text
      .split(/[\s,;]+/)
      .filter(Boolean)
      .map(Number);
    const parsed = v.safeParse(schema, numbers);
    return parsed.success ? (parsed.output as Experiment[K]) : undefined;
  };
}

const read = {
  hidden: listReader("hidden"),
  lr: listReader("lr"),
  batch: reader("batch"),
  epochs: reader("epochs"),
  replicas: reader("replicas"),
  seed: reader("seed"),
  target: reader("target"),
};

/** What races: dataset, network, activations, optimizer, seeds. */
export function Setup() {
  const lab = useLab();
  const words = useWords().setup;
  const experiment = useLabState((state) => state.experiment);
  const checked = v.safeParse(experimentSchema, experiment);
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
            value={experiment.model}
            options={choices.model.map((name) => [name, words.models[name]] as const)}
            onValue={(model) => lab.edit({ model, norm: model === "resnet" ? "batch" : "none" })}
          />
          <ParsedInput
            label={words.layers}
            hint={words.layersHint}
            name="hidden"
            disabled={experiment.model !== "mlp"}
            value={experiment.hidden}
            show={(list) => list.join(",")}
            read={read.hidden}
            onValue={(hidden) => lab.edit({ hidden })}
          />
          <Choice
            label={words.norm}
            name="norm"
            value={experiment.norm}
            options={choices.norm.map((name) => [name, words.norms[name]] as const)}
            onValue={(norm) => lab.edit({ norm })}
          />
          <Choice
            label={words.init}
            name="init"
            value={experiment.init}
            options={choices.init.map((name) => [name, words.inits[name]] as const)}
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
            value={experiment.optimizer}
            options={choices.optimizer.map((name) => [name, name] as const)}
            onValue={(optimizer) => lab.edit({ optimizer })}
          />
          <ParsedInput
            label={words.lr}
            hint={words.lrHint}
            name="lr"
            value={experiment.lr}
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
              value={experiment[key]}
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
            value={experiment.target}
            show={String}
            read={read.target}
            onValue={(target) => lab.edit({ target })}
          />
        </div>
      </fieldset>
      {!checked.success && <p class="warning">{words.wrong(complaint(checked.issues[0]))}</p>}
    </form>
  );
}
