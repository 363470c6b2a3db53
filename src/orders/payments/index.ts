// What `holdfast/payments` gives to those who bring a payment provider of their own, or use one of ours.

export { openStripe, type StripeOptions } from './open-stripe.ts';
export * from './provider.ts';
export { SimulatedProvider, type SimulatedProviderOptions } from './simulated-provider.ts';
