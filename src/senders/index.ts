// What `holdfast/senders` gives to those who bring a sender of their own, or use one of ours.

export { HttpSender, type HttpSenderOptions } from './http-sender.ts';
export { LogSender, type MessageLog } from './log-sender.ts';
export { openSmtp, type SmtpOptions } from './open-smtp.ts';
export * from './sender.ts';
export type { SmtpSender } from './smtp-sender.ts';
