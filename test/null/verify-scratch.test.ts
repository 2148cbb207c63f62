import { readFile } from "node:fs/promises";
import { test } from "vitest";
import { readOracle, verifyCases } from "../../src/verify/index.ts";
const read = async (path: string) => new Uint8Array(await readFile(path)) as Uint8Array<ArrayBuffer>;
test("cpu", async () => {
  for (const name of ["activations", "layers", "losses", "optim", "trajectories", "nets"]) {
    let t = performance.now();
    const file = await readOracle(`test/oracle/${name}.json`, read);
    const t1 = performance.now() - t; t = performance.now();
    const results = await verifyCases(file.cases, { paths: ["cpu"] });
    const count = (s: string) => results.filter((r) => r.status === s).length;
    console.log(name, count("pass"), count("fail"), count("unsupported"), "read ms", t1, "run ms", performance.now() - t);
    for (const r of results.filter((r) => r.status === "fail")) console.log(JSON.stringify(r));
    const reasons = new Map<string, number>();
    for (const r of results.filter((r) => r.status === "unsupported")) reasons.set(`${r.subject}: ${r.reason}`, (reasons.get(`${r.subject}: ${r.reason}`) ?? 0) + 1);
    console.log([...reasons].map(([k, v]) => `${v} ${k}`).join("\n"));
    console.log(results.filter((r) => r.status === "pass").toSorted((a, b) => b.excess! - a.excess!).slice(0, 5).map((r) => JSON.stringify(r)).join("\n"));
  }
}, 300000);
