/** Decides when a message that was handed out is shown again. */
export interface MessageVisibility {
  /** Failing is harmless: the message is shown again after the queue's own visibility timeout. */
  hide(messages: readonly HiddenMessage[]): Promise<void>;
}

export interface HiddenMessage {
  readonly receiptHandle: string;
  /** From now, 0 to 43,200 (SQS counts its twelve hours from the first receive). */
  readonly seconds: number;
}
