import { type SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import type { Mailer } from '../../ports/mailer.ts';

/** Mail by SES, from one verified identity. */
export function sesMailer({ client, from }: { readonly client: SESv2Client; readonly from: string }): Mailer {
  return {
    async send({ to, subject, text, html }) {
      const body = { Text: utf8(text), Html: utf8(html) };
      try {
        await client.send(
          new SendEmailCommand({
            FromEmailAddress: from,
            Destination: { ToAddresses: [to] },
            Content: { Simple: { Subject: utf8(subject), Body: body } },
          }),
        );
        return { sent: true };
      } catch (error) {
        return { sent: false, problem: inWords(error) };
      }
    },
  };
}

function utf8(text: string) {
  return { Data: text, Charset: 'UTF-8' };
}

/** Without any address: anyone may read what `GET /v1/health` says. */
function inWords(error: unknown): string {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  switch (name) {
    case 'MessageRejected':
      return /not verified/i.test(message)
        ? 'SES refuses: this address or the sender is not verified. While the account is in the SES sandbox, recipients have to be verified too; ask for production access.'
        : 'SES refuses the message.';
    case 'MailFromDomainNotVerifiedException':
      return 'SES refuses: the domain of the sender (setting mailFrom) is not verified in this region.';
    case 'NotFoundException':
    case 'BadRequestException':
      return `SES refuses the sender (setting mailFrom) or a recipient: ${name}.`;
    case 'AccountSuspendedException':
      return 'SES has suspended sending for this account.';
    case 'SendingPausedException':
      return 'Sending is paused in the SES account.';
    case 'LimitExceededException':
    case 'TooManyRequestsException':
      return 'The SES sending quota is used up.';
    case 'AccessDeniedException':
      return 'The gateway may not send as the sender (setting mailFrom): create that identity in SES, in this account and region.';
    default:
      return `SES can't be reached or failed: ${name}.`;
  }
}
