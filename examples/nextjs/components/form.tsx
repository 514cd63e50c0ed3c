'use client';

import {
  createContext,
  useActionState,
  useContext,
  useEffect,
  useId,
  useRef,
  type ReactNode,
} from 'react';
import { unstable_rethrow } from 'next/navigation';
import { useIsHydrated } from './use-is-hydrated';
import { useLatestForm } from './submissions';

interface State {
  message?: string;
  field?: string;
  notice?: string;
  loginAgain?: boolean;
  isTemporary?: boolean;
  values?: Record<string, string>;
}

interface FormProps<Result extends State> {
  action: (state: Result, form: FormData) => Promise<Result>;
  children: ReactNode;
  className?: string;
  /** What takes the place of the form after the action. */
  result?: (state: Result) => ReactNode;
}

const Context = createContext<{ state: State; pending: boolean }>({ state: {}, pending: false });

const OFFLINE = 'No connection. Nothing was lost: check your network, then try again.';

/** The submitted values to show again; never passwords. */
function typed(form: FormData): Record<string, string> {
  const texts = [...form].filter(([name]) => !/password/i.test(name));
  return Object.fromEntries(texts.map(([name, value]) => [name, String(value)]));
}

export async function attempt<Result extends State>(
  work: () => Promise<Result>,
  form = new FormData(),
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    unstable_rethrow(error);
    return { message: OFFLINE, isTemporary: true, values: typed(form) } as Result;
  }
}

/**
 * A form with a Server Action. Shows an error at its field or above the form, and moves the focus
 * there. Works without scripts, because the server renders the action itself.
 */
export function Form<Result extends State>(props: FormProps<Result>) {
  const { action, children, className = 'form', result } = props;
  const isHydrated = useIsHydrated();
  const withOffline = (before: Result, form: FormData) => attempt(() => action(before, form), form);
  const [state, submit, pending] = useActionState<Result, FormData>(
    isHydrated ? withOffline : action,
    {} as Awaited<Result>,
  );
  const [isLatest, markSubmitted] = useLatestForm();
  const element = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (!state.message) return;
    const input = state.field ? element.current?.elements.namedItem(state.field) : null;
    if (input instanceof HTMLInputElement) input.focus();
    else element.current?.querySelector<HTMLElement>('.alert')?.focus();
  }, [state]);
  const shown = isLatest ? state : { ...(state.values && { values: state.values }) };
  return (
    <Context value={{ state: shown, pending }}>
      {result?.(state) ?? (
        <form
          ref={element}
          action={submit}
          onSubmit={markSubmitted}
          className={className}
          noValidate
          aria-busy={pending}
        >
          <FormAlert />
          {children}
        </form>
      )}
    </Context>
  );
}

function FormAlert() {
  const { state } = useContext(Context);
  const text = state.field ? undefined : state.message;
  return (
    <>
      <div role="alert" className="alert-region">
        {text && (
          <p className="alert" tabIndex={-1}>
            {text}
          </p>
        )}
      </div>
      <div role="status">{state.notice && <p className="notice">{state.notice}</p>}</div>
    </>
  );
}

interface FieldProps {
  name: string;
  label: string;
  hint?: string;
  type?: 'text' | 'password' | 'tel';
  autoComplete: string;
  defaultValue?: string | undefined;
  isCode?: boolean;
  inputMode?: 'numeric' | 'tel';
  autoFocus?: boolean;
}

export function Field({ name, label, hint, type = 'text', isCode, ...rest }: FieldProps) {
  const { state } = useContext(Context);
  const id = useId();
  const fault = state.field === name ? state.message : undefined;
  // A wrong code is typed anew.
  const typed = isCode && fault ? undefined : state.values?.[name];
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {hint && (
        <p id={`${id}-hint`} className="hint">
          {hint}
        </p>
      )}
      <input
        id={id}
        name={name}
        type={type}
        className={isCode ? 'code' : undefined}
        aria-invalid={fault ? true : undefined}
        aria-describedby={[hint && `${id}-hint`, `${id}-fault`].filter(Boolean).join(' ')}
        key={typed ?? ''}
        {...rest}
        defaultValue={typed ?? rest.defaultValue}
      />
      <p id={`${id}-fault`} className="fault" role="alert">
        {fault}
      </p>
    </div>
  );
}

interface SubmitProps {
  children: ReactNode;
  busy?: string;
  kind?: 'primary' | 'secondary' | 'link' | 'danger';
  disabled?: boolean;
}

/** Ignores further clicks while the action runs. */
export function Submit({ children, busy, kind = 'primary', disabled = false }: SubmitProps) {
  const { pending } = useContext(Context);
  return (
    <button
      type="submit"
      className={kind}
      disabled={disabled}
      aria-disabled={pending}
      onClick={(event) => pending && event.preventDefault()}
    >
      {pending && busy ? busy : children}
    </button>
  );
}

export function IfLoginAgain({ children }: { children: ReactNode }) {
  return useContext(Context).state.loginAgain ? children : null;
}
