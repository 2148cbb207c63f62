/** The command line of the installed package: everything built, and the job page served from beside this file. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { main } from "./main.ts";
import { staticPages } from "../../host/pages.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));
const pages = staticPages(folder, "/page.js");
process.exitCode = await main(process.argv.slice(2), pages, join(folder, "lab"));
