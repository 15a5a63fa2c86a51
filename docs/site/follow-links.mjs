// Follows every link of the built site: follow-links.mjs FOLDER. Each page, picture, script and style sheet has to be there, and each heading
// that a link names. Addresses of the web are left out.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const site = resolve(process.argv[2] ?? '.');
const texts = new Map();

function read(file) {
  if (!texts.has(file)) texts.set(file, readFileSync(file, 'utf8'));
  return texts.get(file);
}

function list(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? list(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

function find(page, path) {
  const place = path.startsWith('/') ? join(site, path) : path ? resolve(dirname(page), path) : page;
  const candidates = [place, `${place}.html`, join(place, 'index.html')];
  return candidates.find((file) => file.startsWith(site) && existsSync(file) && statSync(file).isFile());
}

const pages = list(site).filter((file) => file.endsWith('.html'));
let links = 0;
let faults = 0;
for (const page of pages) {
  const report = (what) => {
    console.error(`${relative(site, page)}: ${what}`);
    faults += 1;
  };
  for (const [, address] of read(page).matchAll(/\s(?:href|src)="([^"]*)"/g)) {
    if (/^(?:[a-z]+:|\/\/)/i.test(address)) continue;
    links += 1;
    const [path, heading] = decodeURIComponent(address.replaceAll('&amp;', '&')).split('#');
    const file = find(page, path.split('?')[0]);
    if (!file) report(`nothing is at "${address}"`);
    else if (heading && file.endsWith('.html') && !read(file).includes(` id="${heading}"`)) report(`no heading is at "${address}"`);
  }
}
if (faults || pages.length < 2) {
  console.error(`crjvm: docs/site/follow-links.mjs failed: ${faults} links lead nowhere (above)`);
  process.exit(1);
}
console.log(`site: ${links} links on ${pages.length} pages, all lead somewhere`);
