/** Amazon's validator of SNS messages, which has no types of its own. */
declare module 'sns-validator' {
  export default class MessageValidator {
    validate(message: string, done: (fault: Error | null) => void): void;
  }
}
