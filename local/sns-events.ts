/** How SNS calls a function. The stand-in delivers to queues only, so notifications go through one of ours. */

/** Queue between a topic and the functions that subscribed to it. */
export function queueOfTopic(topic: string): string {
  return `${topic}-sns-to-lambda`;
}

/** A notification as a queue holds it, as a function is handed it. */
export function toSnsEvent(body: string, topicArn: string) {
  const { Type, MessageId, Subject, Message, Timestamp, MessageAttributes = {} } = JSON.parse(body);
  return {
    Records: [
      {
        EventVersion: '1.0',
        EventSubscriptionArn: `${topicArn}:lambda`,
        EventSource: 'aws:sns',
        Sns: {
          Type,
          MessageId,
          TopicArn: topicArn,
          ...(Subject !== undefined && { Subject }),
          Message,
          Timestamp,
          MessageAttributes,
        },
      },
    ],
  };
}
