/** JSON schemas (2020-12) of TypeScript types, as the compiler sees them. */
import ts from "typescript";

export const FOLDER = "docs/schema";
const SOURCE = "src/app/cli/json-files.ts";

/** A number as actigrad writes it, see docs/json.md. */
const NUMBER = { anyOf: [{ type: "number" }, { enum: ["NaN", "Infinity", "-Infinity"] }] };

/**
 * The files of docs/schema with their texts, one per property of the interface JsonFiles.
 * @returns {Map<string, string>}
 */
export function schemas() {
  const { config } = ts.readConfigFile("tsconfig.json", ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [SOURCE] }, ts.sys, ".");
  const program = ts.createProgram([SOURCE, "node_modules/vite/client.d.ts"], options);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(SOURCE);
  const declaration = source?.statements.find(
    (s) => ts.isInterfaceDeclaration(s) && s.name.text === "JsonFiles",
  );
  if (declaration === undefined) throw new Error(`${SOURCE} has no interface JsonFiles`);
  const files = checker.getPropertiesOfType(checker.getTypeAtLocation(declaration));
  return new Map(
    files.map((file) => {
      const { schema, definitions } = describe(checker, checker.getTypeOfSymbol(file));
      const whole = {
        $schema: "https://json-schema.org/draft/2020-12/schema",
        title: `actigrad ${file.name} --json`,
        ...schema,
        $defs: Object.fromEntries(
          [...definitions, ["number", NUMBER]].toSorted(([a], [b]) => (a < b ? -1 : 1)),
        ),
      };
      return [`${file.name}.json`, `${JSON.stringify(whole, undefined, 2)}\n`];
    }),
  );
}

/**
 * @param {ts.TypeChecker} checker
 * @param {ts.Type} root
 */
function describe(checker, root) {
  /** @type {Map<string, object>} */
  const definitions = new Map();
  /** @type {Map<ts.Type, string>} */
  const names = new Map();

  /** @param {ts.Symbol | undefined} symbol */
  const doc = (symbol) => {
    const text = ts
      .displayPartsToString(symbol?.getDocumentationComment(checker))
      .replaceAll(/\s+/g, " ")
      .trim();
    return text === "" ? {} : { description: text };
  };

  /** A named type becomes a separate definition, because it may contain itself. @param {ts.Type} type @returns {object} */
  const schemaOf = (type) => {
    const symbol = type.aliasSymbol ?? type.symbol;
    const isNamed =
      type !== root &&
      type.aliasTypeArguments === undefined &&
      (type.aliasSymbol !== undefined || type.isClassOrInterface()) &&
      !checker.isArrayType(type) &&
      !checker.isTupleType(type) &&
      !isRecord(type);
    if (!isNamed || !isObjectOrUnion(type)) return inline(type);
    let name = names.get(type);
    if (name === undefined) {
      name = symbol.name;
      for (let i = 2; definitions.has(name); i++) name = `${symbol.name}${i}`;
      names.set(type, name);
      definitions.set(name, {});
      definitions.set(name, { ...doc(symbol), ...inline(type) });
    }
    return { $ref: `#/$defs/${name}` };
  };

  /** @param {ts.Type} type @returns {object} */
  const inline = (type) => {
    if (type.flags & (ts.TypeFlags.Unknown | ts.TypeFlags.Any)) return {};
    if (type.flags & ts.TypeFlags.BooleanLike && !type.isLiteral() && !isBooleanLiteral(type))
      return { type: "boolean" };
    if (isBooleanLiteral(type)) return { const: checker.typeToString(type) === "true" };
    if (type.flags & ts.TypeFlags.Null) return { type: "null" };
    if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value };
    if (type.flags & ts.TypeFlags.StringLike) return { type: "string" };
    if (type.flags & ts.TypeFlags.NumberLike) return { $ref: "#/$defs/number" };
    if (type.isUnion()) return unionOf(type);
    if (checker.isTupleType(type)) {
      const items = checker.getTypeArguments(/** @type {ts.TypeReference} */ (type)).map(schemaOf);
      return { type: "array", prefixItems: items, minItems: items.length, items: false };
    }
    if (checker.isArrayType(type)) {
      const [element] = checker.getTypeArguments(/** @type {ts.TypeReference} */ (type));
      return { type: "array", items: element === undefined ? {} : schemaOf(element) };
    }
    return objectOf(type);
  };

  /** @param {ts.UnionType} type */
  const unionOf = (type) => {
    const members = type.types.filter((member) => !(member.flags & ts.TypeFlags.Undefined));
    const literals = members.filter((member) => member.isStringLiteral() || member.isNumberLiteral());
    // The compiler's order depends on what it happened to see first.
    const values = literals.map((literal) => /** @type {{ value?: unknown }} */ (literal).value).toSorted();
    const booleans = members.filter(isBooleanLiteral);
    const rest = members.filter(
      (member) => !literals.some((l) => l === member) && !booleans.includes(member),
    );
    const choices = [
      ...(literals.length === 0 ? [] : [{ enum: values }]),
      ...(booleans.length === 2 ? [{ type: "boolean" }] : booleans.map(inline)),
      ...rest.map(schemaOf),
    ];
    return choices.length === 1 ? /** @type {object} */ (choices[0]) : { anyOf: choices };
  };

  /** @param {ts.Type} type */
  const objectOf = (type) => {
    const properties = checker.getPropertiesOfType(type);
    const index = checker.getIndexInfosOfType(type)[0];
    const schema = properties.map((property) => {
      const own = schemaOf(checker.getTypeOfSymbol(property));
      return [property.name, { ...doc(property), ...own }];
    });
    const required = properties.filter((p) => !(p.flags & ts.SymbolFlags.Optional)).map(({ name }) => name);
    return {
      type: "object",
      ...(properties.length > 0 && { properties: Object.fromEntries(schema) }),
      ...(required.length > 0 && { required }),
      ...(index !== undefined && { additionalProperties: schemaOf(index.type) }),
    };
  };

  const schema = schemaOf(root);
  return { schema: { ...doc(root.symbol), ...schema }, definitions };
}

/** @param {ts.Type} type */
const isBooleanLiteral = (type) => (type.flags & ts.TypeFlags.BooleanLiteral) !== 0;
/** @param {ts.Type} type */
const isObjectOrUnion = (type) => (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Union)) !== 0;
/** @param {ts.Type} type */
const isRecord = (type) => type.aliasSymbol?.name === "Record" || type.aliasSymbol?.name === "Readonly";
