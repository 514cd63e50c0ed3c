'use client';

import type { ProoflineError, VerifyOtpResponse } from '@proofline/client';
import type {
  ProoflineStep,
  ProoflineVerify as ProoflineVerifyElement,
  ProoflineVerifyEvents,
  ProoflineVerifyOptions,
} from '@proofline/client/element';
import {
  createElement,
  forwardRef,
  useCallback,
  useEffect,
  useState,
  type CSSProperties,
  type ReactNode,
} from 'react';

export type { ProoflineError, ProoflineStep, ProoflineVerifyElement, VerifyOtpResponse };

export interface ProoflineVerifyProps extends ProoflineVerifyOptions {
  /** Gives the proof to your backend, which checks it. */
  onVerified?: ((answer: VerifyOtpResponse) => void) | undefined;
  /** The error that the person sees. */
  onError?: ((error: ProoflineError) => void) | undefined;
  onStep?: ((step: ProoflineStep) => void) | undefined;
  id?: string | undefined;
  className?: string | undefined;
  style?: CSSProperties | undefined;
  /** Content of the element's slots: `<p slot="verified">`. */
  children?: ReactNode;
}

const HANDLERS = {
  'proofline-verified': 'onVerified',
  'proofline-error': 'onError',
  'proofline-step': 'onStep',
} as const;

/** Calls the handlers of the latest render, so that a new handler needs no new listener. */
const createListener = (props: ProoflineVerifyProps) => ({
  props,
  handleEvent({ type, detail }: ProoflineVerifyEvents[keyof ProoflineVerifyEvents]) {
    const handler = this.props[HANDLERS[type as keyof ProoflineVerifyEvents]];
    (handler as ((detail: unknown) => void) | undefined)?.(detail);
  },
});

/**
 * `<proofline-verify>` as a component. Renders an empty element on a server and loads the element in the
 * browser. Other settings than `lang` begin a new screen, because the element reads them once.
 */
export const ProoflineVerify = forwardRef<ProoflineVerifyElement, ProoflineVerifyProps>(
  function ProoflineVerify(props, ref) {
    const [listener] = useState(() => createListener(props));
    useEffect(() => {
      listener.props = props;
    });
    useEffect(() => void import('@proofline/client/element'), []);
    const attach = useCallback(
      (element: ProoflineVerifyElement | null) => {
        for (const type of Object.keys(HANDLERS))
          element?.addEventListener(type, listener as unknown as EventListenerObject);
        if (typeof ref === 'function') ref(element);
        else if (ref) ref.current = element;
      },
      [listener, ref],
    );
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
    const { id, lang, className, style, children } = props;
    return createElement(
      'proofline-verify',
      // React 18 knows no className on custom elements.
      {
        ...settings,
        key: JSON.stringify(settings),
        id,
        lang,
        class: className,
        style,
        ref: attach,
      },
      children,
    );
  },
);
