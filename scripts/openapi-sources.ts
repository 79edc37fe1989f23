/** Words and schemas of the routes of sources. */
import { noFields } from '../lambdas/contract/api/endpoints.ts';
import * as sources from '../lambdas/contract/api/sources.ts';
import type { Operation } from './openapi-operation.ts';

const answers = { status: 200, answers: 'The source.', answer: sources.source } as const;

export const SOURCE_OPERATIONS = {
  createSource: {
    tag: 'Sources',
    summary: 'Create a source',
    description: 'An address for a third party’s webhooks. Give `url` to the sender, and its secret to us.',
    body: sources.createSource,
    status: 201,
    answers: 'Created.',
    answer: sources.source,
  },
  listSources: {
    tag: 'Sources',
    summary: 'List sources',
    query: sources.listSources,
    status: 200,
    answers: 'A page, newest first.',
    answer: sources.sourceList,
  },
  getSource: { tag: 'Sources', summary: 'Get a source', ...answers },
  updateSource: {
    tag: 'Sources',
    summary: 'Change a source',
    body: sources.updateSource,
    ...answers,
  },
  deleteSource: {
    tag: 'Sources',
    summary: 'Delete a source',
    description: 'Its address answers 404 from then on; its events stay.',
    status: 204,
    answers: 'Deleted.',
  },
  enableSource: {
    tag: 'Sources',
    summary: 'Enable a source',
    body: noFields,
    bodyMayBeEmpty: true,
    ...answers,
  },
  disableSource: {
    tag: 'Sources',
    summary: 'Disable a source',
    description: 'Its calls are answered 404 and kept as rejected requests.',
    body: noFields,
    bodyMayBeEmpty: true,
    ...answers,
  },
  rotateSourceSecret: {
    tag: 'Sources',
    summary: 'Put a new secret before the others',
    description: 'The old ones are believed beside it for a while.',
    body: sources.rotateSourceSecret,
    ...answers,
  },
} as const satisfies Readonly<Record<string, Operation>>;
