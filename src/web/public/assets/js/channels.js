/**
 * What people read about each way to reach them. `told` and `stillGood` are for after a send, `again` and `instead` are
 * buttons that send once more: the same way, and from another one.
 */
const WORDS = {
  sms: {
    name: 'Text message',
    promise: 'We send a code by text message.',
    send: 'Send the code',
    step: 'Code',
    title: 'Enter the code',
    sentTo: 'Sent to',
    how: '',
    label: 'Verification code',
    check: 'Verify',
    missing: 'No code yet?',
    again: 'Send a new code',
    instead: 'Text me instead',
    told: (number) => `A code was sent to ${number}.`,
    resent: 'A new code is on its way. Use the newest one.',
    stillGood: 'We sent a code to this number a moment ago. It still works.',
  },
  voice: {
    name: 'Voice call',
    promise: 'We call you and read the code out.',
    send: 'Call me',
    step: 'Code',
    title: 'Enter the code',
    sentTo: 'Calling',
    how: 'We are calling you with the code. Answer, and type what you hear.',
    label: 'Verification code',
    check: 'Verify',
    missing: 'No call yet?',
    again: 'Call me again',
    instead: 'Call me instead',
    told: (number) => `We are calling ${number} with the code.`,
    resent: 'We are calling you with a new code. Use the newest one.',
    stillGood: 'We called this number a moment ago. That code still works.',
  },
  flashcall: {
    name: 'Missed call',
    promise: 'We ring you once. The code is the number of the caller.',
    send: 'Ring me',
    step: 'Call',
    title: 'Who called?',
    sentTo: 'Calling',
    how: 'We are calling you: the code is the number of the caller.',
    label: 'Number of the caller',
    check: 'Verify',
    missing: 'No call yet?',
    again: 'Ring me again',
    instead: 'Ring me once instead',
    told: (number) => `We are calling ${number}. The code is the number of the caller.`,
    resent: 'We are calling you from a new number. Use the newest one.',
    stillGood: 'We called this number a moment ago. That call still counts.',
  },
  whatsapp: {
    name: 'WhatsApp',
    promise: 'We send a code in WhatsApp.',
    send: 'Send the code',
    step: 'Code',
    title: 'Enter the code',
    sentTo: 'Sent in WhatsApp to',
    how: '',
    label: 'Verification code',
    check: 'Verify',
    missing: 'No code yet?',
    again: 'Send a new code',
    instead: 'WhatsApp instead',
    told: (number) => `A code was sent in WhatsApp to ${number}.`,
    resent: 'A new code is on its way in WhatsApp. Use the newest one.',
    stillGood: 'We sent a code to this number a moment ago. It still works.',
  },
  seamless: {
    name: 'Mobile data',
    promise: 'No code: your phone opens an address over its mobile data.',
    send: 'Continue',
    step: 'Phone',
    title: 'Open on your phone',
    sentTo: 'For',
    how: 'Your phone opens an address over its mobile data, and its operator confirms the number. There is no code to type.',
    label: '',
    check: 'I have opened it',
    missing: 'Does it not open?',
    again: 'Get a new address',
    instead: 'Mobile data instead',
    told: (number) => `Open the address on the phone with ${number}.`,
    resent: 'Your phone gets a new address. Open the newest one.',
    stillGood: 'Your phone got an address a moment ago. It still works.',
  },
};

/** What is given in place of a code once the phone has opened its address. */
export const SEAMLESS_CODE = 'seamless';

export const wordsOf = (channel) => WORDS[channel] ?? WORDS.sms;

/** The ways that the service offers, as the page was told; those this page has words for. */
export const offeredChannels = (list) =>
  list.split(' ').filter((channel) => Object.hasOwn(WORDS, channel));
