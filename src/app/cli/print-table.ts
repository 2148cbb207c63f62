/** A report's table on a terminal. */
import type { Cell, Table } from "../../report/table.ts";
import type { Terminal } from "./terminal.ts";

export function printTable(terminal: Terminal, table: Table): void {
  terminal.print();
  terminal.print(terminal.style("bold", table.title));
  terminal.table(textOf(terminal, table));
  for (const note of table.notes) terminal.tell(note, "dim");
}

/** The best are marked with a star; other cells of such a column get a blank, so that digits stay aligned. */
function textOf(terminal: Terminal, { heading, rows }: Table): string[][] {
  const starred = heading.map((_, i) => rows.some((row) => row[i]?.tone === "best"));
  const styled = ({ text, tone }: Cell, i: number): string => {
    const whole = starred[i] !== true ? text : tone === "best" ? `${text}*` : `${text} `;
    return tone === undefined ? whole : terminal.style(tone === "bad" ? "red" : "green", whole);
  };
  return [
    heading.map((name, i) => terminal.style("dim", starred[i] === true ? `${name} ` : name)),
    ...rows.map((row) => row.map(styled)),
  ];
}
