import { useState } from "preact/hooks";
import { type Language, dictionary, languages } from "../i18n/index.ts";
import { rooms } from "../link.ts";
import { Field } from "../rooms/field.tsx";
import { useLab, useLabState, useWords } from "./context.ts";
import type { Lab } from "./lab.ts";

type Theme = "auto" | "light" | "dark";

/** Name, rooms, adapter, colours, language. */
export function Header({ onHelp, onTour }: { onHelp: () => void; onTour: () => void }) {
  const lab = useLab();
  const words = useWords();
  const room = useLabState((state) => state.room);
  return (
    <header>
      <div class="brand">
        <h1>{words.title}</h1>
        <p>{words.tagline}</p>
      </div>
      <nav aria-label={words.title}>
        {rooms.map((name) => (
          <button
            key={name}
            type="button"
            id={`room-${name}`}
            aria-current={name === room ? "page" : undefined}
            onClick={() => lab.go(name)}
          >
            {words.rooms[name]}
          </button>
        ))}
      </nav>
      <div class="manners">
        <ThemeField />
        <LanguageField />
        <button type="button" id="start-tour" onClick={onTour}>
          {words.tour.start}
        </button>
        <button type="button" id="help" onClick={onHelp} aria-label={words.help}>
          ?
        </button>
      </div>
      <Adapter />
    </header>
  );
}

function Adapter() {
  const words = useWords().gpu;
  const gpu = useLabState((state) => state.gpu);
  if (gpu.kind === "none") return null;
  return (
    <p id="adapter" role="status">
      {gpu.kind === "looking" ? words.looking : nameOf()}
    </p>
  );

  function nameOf(): string {
    if (gpu.kind !== "ready") return "";
    const { vendor, architecture, description, software } = gpu.adapter;
    const name = [...new Set([vendor, architecture, description].filter(Boolean))].join(" ");
    return software ? words.software(name) : name;
  }
}

function ThemeField() {
  const lab = useLab();
  const words = useWords();
  const [theme, setTheme] = useState<Theme>((document.documentElement.dataset["theme"] as Theme) ?? "auto");
  const choose = (next: Theme): void => {
    setTheme(next);
    if (next === "auto") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = next;
    localStorage.setItem("theme", next);
    lab.state.patch({}); // charts read their colours again
  };
  return (
    <Field label={words.theme}>
      {(id) => (
        <select
          id={id}
          name="theme"
          value={theme}
          onChange={({ currentTarget }) => choose(currentTarget.value as Theme)}
        >
          {(["auto", "light", "dark"] as const).map((name) => (
            <option key={name} value={name} selected={name === theme}>
              {words.themes[name]}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function LanguageField() {
  const lab = useLab();
  const words = useWords();
  const current = document.documentElement.lang;
  return (
    <Field label={words.languageLabel}>
      {(id) => (
        <select
          id={id}
          name="language"
          value={current}
          onChange={({ currentTarget }) => void speak(lab, currentTarget.value as Language)}
        >
          {Object.entries(languages).map(([code, name]) => (
            <option key={code} value={code} lang={code} selected={code === current}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** The address contains the language too, so that links keep it. */
async function speak(lab: Lab, language: Language): Promise<void> {
  const words = await dictionary(language);
  const url = new URL(location.href);
  url.searchParams.set("lang", language);
  history.replaceState(history.state, "", url);
  document.documentElement.lang = language;
  lab.state.patch({ words });
}
