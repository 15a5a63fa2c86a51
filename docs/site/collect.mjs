// Collects the documents for VitePress in a folder with the repository's layout: collect.mjs FOLDER. README.md becomes index.md. A link to a
// file that is not a page is replaced by its text, also to a picture: VitePress has only those that a page shows.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const target = process.argv[2];
if (!target) throw new Error('the folder is missing');

// Only documents for readers of the site are pages. README files of tests and frameworks are not.
const PAGES = /^(?:[A-Z]+\.md|docs\/.*\.md|examples\/(?:[^/]+\/)?README\.md|benchmark\/README\.md)$/;
const PICTURES = /^docs\/.*\.svg$/;

const files = execFileSync(join(root, 'check/list-files'), { encoding: 'utf8', maxBuffer: 1 << 26 })
  .split('\0')
  .filter((name) => name)
  .map((name) => name.replace(/^\.\//, ''));
const pages = new Set(files.filter((name) => PAGES.test(name)));

function link(page, whole, text, address) {
  if (/^[a-z]+:/.test(address) || address.startsWith('#')) return whole;
  const [path, heading] = address.split('#');
  const file = normalize(join(dirname(page), path));
  if (pages.has(file)) {
    const place = path.replace(/(^|\/)README\.md$/, '$1index.md');
    return `[${text}](${heading ? `${place}#${heading}` : place})`;
  }
  if (!existsSync(join(root, file))) throw new Error(`${page}: no file "${file}"`);
  return text;
}

// Texts in code that look like links stay unchanged.
function convert(page, text) {
  return text
    .split(/(^ *```[^]*?^ *```|`[^`\n]*`)/m)
    .map((part, i) => (i % 2 ? part : part.replace(/(?<!!)\[([^\]]*)\]\(([^)\s]+)\)/g, (...match) => link(page, ...match))))
    .join('');
}

function put(name, content) {
  const place = join(target, name);
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, content);
}

for (const page of pages) {
  put(page.replace(/(^|\/)README\.md$/, '$1index.md'), convert(page, readFileSync(join(root, page), 'utf8')));
}
for (const picture of files.filter((name) => PICTURES.test(name))) {
  mkdirSync(dirname(join(target, picture)), { recursive: true });
  cpSync(join(root, picture), join(target, picture));
}
console.log(`site: ${pages.size} pages collected`);
