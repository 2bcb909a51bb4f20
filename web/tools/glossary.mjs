// The glossary of docs/glossary.md as data for the page that explains words: one source for both.

import { mkdir, readFile, writeFile } from "node:fs/promises";

const source = new URL("../../docs/glossary.md", import.meta.url);
const folder = new URL("../src/api/generated/", import.meta.url);

// Rows of the table: word, its Chinese name, what it means, and that in Chinese where it is written ("" where not).
export function termsOf(markdown) {
  return markdown
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| word |"))
    .map((line) => {
      const [word = "", zh = "", en = "", meansZh = ""] = line
        .slice(1)
        .split("|")
        .map((cell) => plain(cell.trim()));
      return { word, zh, en, meansZh };
    });
}

// Links and code of Markdown as their words.
const plain = (text) => text.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replaceAll("`", "");

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const terms = termsOf(await readFile(source, "utf-8"));
  await mkdir(folder, { recursive: true });
  await writeFile(
    new URL("glossary.ts", folder),
    `// Made by tools/glossary.mjs.\nexport interface Term {\n  word: string;\n  zh: string;\n  en: string;\n  meansZh: string;\n}\nexport const TERMS: readonly Term[] = ${JSON.stringify(terms, null, 2)};\n`,
  );
}
