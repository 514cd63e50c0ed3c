// Compiled only: what the types of the packages must allow and refuse.
import { createProofline, type ProoflineError } from '@proofline/client';
import type { ProoflineVerify as ProoflineElement } from '@proofline/client/element';
import { ProoflineVerify as ReactVerify } from '@proofline/react';
import { createProoflineServer, verifyProof, verifyWebhook } from '@proofline/server';
import { ProoflineVerify as VueVerify } from '@proofline/vue';
import { createElement, createRef } from 'react';
import { h } from 'vue';

export const proofline = createProofline({ publishableKey: 'pl_pk_1_2' });

export const react = createElement(ReactVerify, {
  purpose: 'login',
  channels: ['sms', 'voice'],
  onVerified: ({ proof, phoneNumber }) => [proof.length, phoneNumber.length],
  onError: (error: ProoflineError) => error.code === 'cooldown',
  ref: createRef<ProoflineElement>(),
});
// @ts-expect-error: no such channel
createElement(ReactVerify, { channels: ['pigeon'] });

export const vue = h(VueVerify, {
  purpose: 'login',
  channels: ['sms'],
  onVerified: ({ proof }) => proof.length,
});
// @ts-expect-error: a number is no purpose
h(VueVerify, { purpose: 7 });

document.querySelector('proofline-verify')?.addEventListener('proofline-verified', ({ detail }) => {
  const proof: string = detail.proof;
  return proof;
});

export async function onServer(request: Request, token: string): Promise<string> {
  const { sub } = await verifyProof(token, { baseUrl: '/', purpose: 'login', audience: 'shop' });
  const event = await verifyWebhook(request, { secret: ['whsec_1', 'whsec_2'] });
  if (event.type === 'verification.verified') return event.data.verificationId;
  // @ts-expect-error: no such event
  if (event.type === 'verification.vanished') return '';
  const api = createProoflineServer({ baseUrl: '/', secretKey: 'pl_sk_1_2' });
  // @ts-expect-error: the API needs a number
  await api.requestOtp({});
  return (await api.getVerification({ id: sub })).status;
}
