// Bundles the pages' scripts and styles into the folder given as the first argument, and says in manifest.json what
// each entry became. An entry is src/<page>/index.ts; a new page is a new folder.
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";

const out = process.argv[2];
if (!out) {
  console.error("usage: node build.mjs FOLDER");
  process.exit(2);
}

const pages = readdirSync("src").filter((page) => existsSync(join("src", page, "index.ts")));

const { metafile } = await build({
  entryPoints: Object.fromEntries(pages.map((page) => [page, join("src", page, "index.ts")])),
  outdir: out,
  bundle: true,
  splitting: true,
  format: "esm",
  minify: true,
  sourcemap: false,
  target: ["es2022"],
  entryNames: "[name]-[hash]",
  chunkNames: "part-[hash]",
  assetNames: "[name]-[hash]",
  legalComments: "linked",
  metafile: true,
  logLevel: "warning",
});

// page -> { script, style }: names below the folder.
const manifest = {};
for (const [path, output] of Object.entries(metafile.outputs)) {
  // What is imported when it is first needed has an entry point too, and is no page.
  const page = /^src\/([^/]+)\/index\.ts$/.exec(output.entryPoint ?? "")?.[1];
  if (!page) continue;
  manifest[page] = {
    script: basename(path),
    style: output.cssBundle ? basename(output.cssBundle) : null,
  };
}
writeFileSync(join(out, "manifest.json"), JSON.stringify(manifest, null, 1) + "\n");
