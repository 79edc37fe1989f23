/** An alert as a mail. Whatever comes from outside is escaped in HTML and kept to one line in the subject. */
import type { Alert } from './record.ts';
import { type AlertContext, alertText, oneLine } from './words.ts';

export interface MailText {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export function alertMail(alert: Alert, context: AlertContext): MailText {
  const { subject, lead, facts, advice } = alertText(alert, context);
  const lines = facts.map(([name, value]) => `${name}: ${oneLine(value)}`);
  return {
    subject: oneLine(subject),
    text: [lead, '', ...lines, '', advice, context.link, ''].join('\n'),
    html: page(subject, [
      `<p>${escapeHtml(lead)}</p>`,
      `<table>${facts.map(row).join('')}</table>`,
      `<p>${escapeHtml(advice)}</p>`,
      `<p><a href="${escapeHtml(context.link)}">Open the endpoint</a></p>`,
    ]),
  };
}

function row([name, value]: readonly [string, string]): string {
  return `<tr><th align="left" valign="top">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`;
}

/** Plain tags only: mail programs agree on little else. */
function page(title: string, parts: readonly string[]): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head><body>${parts.join('')}</body></html>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
