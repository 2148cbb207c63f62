import { readFileSync, readdirSync } from "node:fs";
import ts from "typescript";
import { defineScript } from "./support/script.ts";

const words = /\p{L}{2,}\s+\p{L}{1,}/u;
/** WGSL, styles, markup: nobody reads these as prose. A semicolon within a line is prose. */
const code = /[{}]|;\s*$|=>|\bvar<|^\s*(fn|let|var|struct)\s|\bvec4|::/;

const files = ["src", "bench"].flatMap((root) =>
  readdirSync(root, { recursive: true, encoding: "utf8" }).map((name) => `${root}/${name}`),
);
export const script = defineScript({
  name: "strings",
  summary:
    "Prints every text of src and bench that a person may meet: string and template literals of two words or more, and, after /**, the docstrings of what is exported.",
  options: {},
  run() {
    for (const file of files.filter((name) => /\.tsx?$/.test(name)).toSorted()) {
      const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
      const tell = (node: ts.Node, text: string): void => {
        const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
        const shown = text.replaceAll(/\s+/g, " ").trim();
        if (words.test(shown) && !code.test(shown)) console.log(`${file}:${line}: ${shown}`);
      };
      const visit = (node: ts.Node): void => {
        if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
        if (
          ts.canHaveModifiers(node) &&
          node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
        )
          for (const doc of ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc))
            tell(node, `/** ${ts.getTextOfJSDocComment(doc.comment) ?? ""}`);
        if (ts.isStringLiteralLike(node) || ts.isJsxText(node)) tell(node, node.text);
        else if (ts.isTemplateExpression(node))
          tell(node, node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join(""));
        ts.forEachChild(node, visit);
      };
      visit(source);
    }
  },
});
