import { createApp, h, ref } from 'vue';
import { ProoflineVerify } from '@proofline/vue';

window.heard = [];
const hear = (name) => (detail) => window.heard.push({ name, detail: { ...detail } });

const App = () => {
  const settings = ref(window.settings);
  window.change = (changes) => (settings.value = { ...settings.value, ...changes });
  return () =>
    h(
      ProoflineVerify,
      {
        ...settings.value,
        class: 'mine',
        onVerified: hear(`verified ${settings.value.reference ?? ''}`.trim()),
        onError: hear('error'),
        onStep: hear('step'),
      },
      { default: () => h('p', { slot: 'number-hint' }, 'Mine') },
    );
};

createApp({ setup: App }).mount('#root');
