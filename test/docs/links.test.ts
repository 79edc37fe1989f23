/** What the pages name is there: pages, headings, files of the code, routes. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROUTES } from '../../lambdas/contract/api/routes.ts';

const ROOT = join(import.meta.dirname, '../..');
const PAGES = ['README.md', 'CONTRIBUTING.md', ...globSync('{docs,test}/**/*.md', { cwd: ROOT })].sort();
/** Pages say `flow/...` and `domain/...` where the folder around it is clear. */
const FOLDERS = ['.', 'lambdas', 'lambdas/domain'];

const read = (page: string): string => readFileSync(join(ROOT, page), 'utf8');
const withoutBlocks = (page: string): string => read(page).replace(/^```.*?^```$/gms, '');

/** As GitHub makes them. */
function anchorsOf(page: string): readonly string[] {
  return [...withoutBlocks(page).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function brokenLinks(page: string): readonly string[] {
  const links = [...withoutBlocks(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!);
  return links
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && !anchorsOf(target).includes(anchor);
    });
}

function missingFiles(page: string): readonly string[] {
  const named = [...withoutBlocks(page).matchAll(/`([\w.-]+(?:\/[\w.-]+)+\.(?:ts|js|md|json))`/g)];
  return named
    .map(([, file]) => file!)
    .filter((file) => !FOLDERS.some((folder) => existsSync(join(ROOT, folder, file))));
}

describe.each(PAGES)('%s', (page) => {
  test('links to pages and headings that exist', () => {
    expect(brokenLinks(page)).toEqual([]);
  });

  test('names files that exist', () => {
    expect(missingFiles(page)).toEqual([]);
  });
});

/** A row of the table of endpoints begins with the whole path; those after it say `.../pause`. */
function isNamed(path: string, api: string): boolean {
  const action = /^\/v1\/endpoints\/\{id\}(\/\w+)$/.exec(path)?.[1];
  const names = [
    path,
    path.replace('/v1', '$POSTHORN_API'),
    ...(action === undefined ? [] : [`...${action}`]),
  ];
  const ends = /^(?![\w/{])/;
  return names.some((name) =>
    api
      .split(name)
      .slice(1)
      .some((after) => ends.test(after)),
  );
}

test('the page of the API names every route', () => {
  const api = read('docs/api.md');
  const paths = Object.values(ROUTES).map(({ path }) => path);
  expect(paths.filter((path) => !isNamed(path, api))).toEqual([]);
});
