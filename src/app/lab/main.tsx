/** The page's start: its language, its state, its first picture. */
import { render } from "preact";
import { paletteStyle } from "../../report/palette.ts";
import { chosenLanguage, dictionary } from "./i18n/index.ts";
import "./styles/base.css";
import "./styles/parts.css";
import "./styles/page.css";
import "./styles/race.css";
import "./styles/stage.css";
import { App } from "./page/app.tsx";
import { LabContext } from "./page/context.ts";
import { syncAddress } from "./page/address.ts";
import { pauseWhenSettled } from "./page/settle.ts";
import { watchTab } from "./page/tab.ts";
import { Lab } from "./page/lab.ts";

const palette = new CSSStyleSheet();
palette.replaceSync(paletteStyle);
document.adoptedStyleSheets.push(palette);

const language = chosenLanguage(location.search, navigator.languages);
const words = await dictionary(language);
document.documentElement.lang = language;
document.title = words.title;
const theme = localStorage.getItem("theme");
if (theme === "light" || theme === "dark") document.documentElement.dataset["theme"] = theme;

const lab = new Lab(words);
syncAddress(lab);
watchTab(lab);
pauseWhenSettled(lab);
render(
  <LabContext.Provider value={lab}>
    <App />
  </LabContext.Provider>,
  document.getElementById("lab")!,
);
