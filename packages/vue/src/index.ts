import type { ProoflineError, VerifyOtpResponse } from '@proofline/client';
import type {
  ProoflineStep,
  ProoflineVerify as ProoflineVerifyElement,
  ProoflineVerifyEvents,
  ProoflineVerifyOptions,
} from '@proofline/client/element';
import { defineComponent, h, onMounted, type PropType } from 'vue';

export type { ProoflineError, ProoflineStep, ProoflineVerifyElement, VerifyOtpResponse };

/**
 * `<proofline-verify>` as a component. Renders an empty element on a server and loads the element in the
 * browser. Other settings than `lang` begin a new screen, because the element reads them once.
 */
export const ProoflineVerify = defineComponent({
  name: 'ProoflineVerify',
  props: {
    baseUrl: String,
    publishableKey: String,
    channels: Array as PropType<ProoflineVerifyOptions['channels']>,
    purpose: String,
    reference: String,
    lang: String,
    locale: String,
    country: String,
    repeatable: Boolean,
  },
  emits: {
    /** Give the proof to your backend, which checks it. */
    verified: (_answer: VerifyOtpResponse) => true,
    /** The error that the person sees. */
    error: (_error: ProoflineError) => true,
    step: (_step: ProoflineStep) => true,
  },
  setup(props, { emit, slots }) {
    onMounted(() => void import('@proofline/client/element'));
    const listeners = {
      onProoflineVerified: ({ detail }: ProoflineVerifyEvents['proofline-verified']) =>
        emit('verified', detail),
      onProoflineError: ({ detail }: ProoflineVerifyEvents['proofline-error']) =>
        emit('error', detail),
      onProoflineStep: ({ detail }: ProoflineVerifyEvents['proofline-step']) =>
        emit('step', detail),
    };
    return () => {
      const settings = {
        'base-url': props.baseUrl,
        'publishable-key': props.publishableKey,
        channels: props.channels?.join(' '),
        purpose: props.purpose,
        reference: props.reference,
        locale: props.locale,
        country: props.country,
        repeatable: props.repeatable ? '' : undefined,
      };
      const { lang } = props;
      const key = JSON.stringify(settings);
      return h('proofline-verify', { ...settings, ...listeners, key, lang }, slots['default']?.());
    };
  },
});
