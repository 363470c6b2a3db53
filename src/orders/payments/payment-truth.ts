// What a provider knows of a payment, for those who write providers. The rule is the kernel's.

export { mergeTruth, type PaymentTruth } from '../../kernel/payment-truth.ts';
