import type { Table } from "./text-table.ts";
import { html, type Markup } from "./markup.ts";

export function tableHtml({ title, heading, rows, notes }: Table): Markup {
  return html` <div class="wide" tabindex="0" role="region" aria-label="${title}">
      <table>
        <thead>
          <tr>
            ${heading.map((name) => html`<th scope="col">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (cells) =>
              html` <tr>
                ${cells.map(({ text, best }, i) => {
                  if (i === 0) return html`<th scope="row">${text}</th>`;
                  return best === true ? html`<td class="best">${text}</td>` : html`<td>${text}</td>`;
                })}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="notes">${notes.join(" ")}</p>`;
}
