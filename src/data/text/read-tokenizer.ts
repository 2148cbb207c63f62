/** Tokenizers from files: those of the engine's models, and Hugging Face's tokenizer.json. Files are untrusted. */
import { ActigradError } from "../../core/errors.ts";
import { bpeTokenizer } from "./bpe.ts";
import { type Tokenizer, byteTokenizer, charactersOf } from "./tokenizer.ts";

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const areTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === "string");

/** Limit on the number of tokens. */
const MOST = 1_000_000;

/** A tokenizer from its record. @throws ActigradError "format" for an invalid record */
export function tokenizerOf(record: unknown): Tokenizer {
  const fault = (message: string): ActigradError => new ActigradError("format", `tokenizer: ${message}`);
  if (!isObject(record)) throw fault("expected an object");
  const { type, characters, tokens, merges } = record;
  if (type === "bytes") return byteTokenizer();
  if (type === "characters") {
    if (typeof characters !== "string" || characters === "") throw fault("expected its characters as text");
    const list = [...characters];
    if (new Set(list).size !== list.length) throw fault("a character appears twice");
    return charactersOf(list);
  }
  if (type !== "bpe")
    throw fault(`type: expected characters, bytes or bpe, got ${JSON.stringify(type)?.slice(0, 40)}`);
  if (!areTexts(tokens) || !areTexts(merges) || tokens.length > MOST)
    throw fault("bpe: expected lists of tokens and merges");
  return bpeTokenizer(tokens, merges);
}

/**
 * A tokenizer from the text of Hugging Face's tokenizer.json, with byte-pair encoding over bytes as in GPT-2.
 * @throws ActigradError "format" for an invalid file, "option" for another kind of tokenizer
 */
export function readTokenizerJson(text: string, name: string): Tokenizer {
  const fault = (message: string, hint?: string): ActigradError =>
    new ActigradError("format", `${name}: ${message}`, { ...(hint !== undefined && { hint }) });
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    throw fault("expected JSON, as tokenizer.json is");
  }
  if (isObject(file) && "type" in file && !("model" in file)) return tokenizerOf(file);
  if (!isObject(file) || !isObject(file["model"]))
    throw fault("expected a tokenizer.json, which has a model", "give the tokenizer.json of a model");
  const { model } = file as { model: Readonly<Record<string, unknown>> };
  const levels = JSON.stringify([file["pre_tokenizer"], file["decoder"]]);
  if (model["type"] !== "BPE" || !levels.includes("ByteLevel")) {
    throw new ActigradError("option", `${name}: its tokenizer is ${String(model["type"])}, not byte-level`, {
      hint: "only byte-level BPE can be read, such as GPT-2's",
    });
  }
  const { vocab, merges } = model;
  if (!isObject(vocab) || !Array.isArray(merges)) throw fault("expected a vocab and merges in its model");
  const tokens: string[] = [];
  const place = (token: string, id: unknown): void => {
    if (typeof id !== "number" || !Number.isSafeInteger(id) || id < 0 || id > MOST)
      throw fault(`the token ${JSON.stringify(token.slice(0, 40))} has no number`);
    tokens[id] = token;
  };
  for (const [token, id] of Object.entries(vocab)) place(token, id);
  const added = Array.isArray(file["added_tokens"]) ? (file["added_tokens"] as unknown[]) : [];
  for (const special of added) if (isObject(special)) place(String(special["content"]), special["id"]);
  const gap = Array.from(tokens).findIndex((token) => token === undefined);
  if (gap >= 0) throw fault(`there is no token ${gap}`);
  // Merges are "a b", or [a, b] in newer files.
  const pairs = merges.map((merge) => (Array.isArray(merge) ? merge.join(" ") : String(merge)));
  return bpeTokenizer(tokens, pairs);
}
