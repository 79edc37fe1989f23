/** Writes docs/openapi.json from the schemas and the route table. */
import { writeFileSync } from 'node:fs';
import { openApiText } from './openapi-document.ts';

const FILE = new URL('../docs/openapi.json', import.meta.url);

writeFileSync(FILE, openApiText());
console.log('wrote docs/openapi.json');
