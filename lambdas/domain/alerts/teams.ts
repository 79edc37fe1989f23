/**
 * An alert as the webhook of a Teams workflow takes it: a message with one Adaptive Card
 * (https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using). Text blocks and
 * fact sets read markdown, text runs do not: words from outside stand in text runs only.
 */
import { type AlertText, oneLine } from './words.ts';

/** Teams takes 28 KB a message; a card of this many facts of this length is below that, whatever is in them. */
const MAX_VALUE = 300;

export function teamsMessage({ subject, lead, facts, advice }: AlertText, link: string): object {
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          // The first with text runs.
          version: '1.2',
          msteams: { width: 'Full' },
          body: [
            line(run(subject, { size: 'Medium', weight: 'Bolder' })),
            line(run(lead)),
            ...facts.map(([name, value]) => line(run(`${name}:`, { weight: 'Bolder' }), run(value, {}, ' '))),
            line(run(advice)),
          ],
          actions: [{ type: 'Action.OpenUrl', title: 'Open the endpoint', url: link }],
        },
      },
    ],
  };
}

function line(...inlines: readonly object[]): object {
  return { type: 'RichTextBlock', inlines };
}

function run(text: string, style: object = {}, before = ''): object {
  return { type: 'TextRun', text: before + shown(text), ...style };
}

/** One line, with the brackets of Adaptive Cards' date functions apart: they are read in text runs too. */
function shown(text: string): string {
  const line = oneLine(text).replaceAll('{{', '{ {');
  return line.length <= MAX_VALUE ? line : `${line.slice(0, MAX_VALUE - 3).toWellFormed()}...`;
}
