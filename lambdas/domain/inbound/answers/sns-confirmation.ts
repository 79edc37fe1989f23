/** SNS sends nothing until the link in its first message was called. */
import { snsConfirmationUrl, snsMessageOf } from '../schemes/sns-message.ts';
import { type Answerer, NO_ANSWER } from './answer.ts';

/** Only for a message that Amazon signed for a topic the source believes, and only to Amazon for that topic. */
export const answerSns: Answerer = ({ request, verdict }) => {
  const message = verdict.ok ? snsMessageOf(request.body) : undefined;
  if (message?.Type !== 'SubscriptionConfirmation') return NO_ANSWER;
  const url = snsConfirmationUrl(message.SubscribeURL ?? '', message.TopicArn);
  return url === undefined ? NO_ANSWER : { kind: 'confirm', url };
};
