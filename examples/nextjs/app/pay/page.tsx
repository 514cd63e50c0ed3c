import type { Metadata } from 'next';
import { askForPaymentCode, confirmPayment, payAnother, resendPaymentCode } from '@/actions/pay';
import { Field, Form, Submit } from '@/components/form';
import { PageHead } from '@/components/page-head';
import { Expiry, Resend } from '@/components/resend';
import { maskNumber, formatTime } from '@/lib/format';
import { orderOf } from '@/lib/orders';
import type { Payment } from '@/lib/payment';
import { requireSession } from '@/lib/session';
import { secondsUntil } from '@/lib/visit';

const titleOf = ({ payment, paidAt }: Payment): string =>
  paidAt ? 'Paid' : payment ? 'Enter the code' : 'Confirm the payment';

export async function generateMetadata(): Promise<Metadata> {
  return { title: titleOf(await requireSession('/pay')) };
}

export default async function Pay() {
  const session = await requireSession('/pay');
  const { payment, paidAt, phoneNumber, notice } = session;
  const { title, binding } = orderOf(session);
  const amount = `${binding.amount} ${binding.currency}`;
  return (
    <div className="narrow">
      <PageHead title={titleOf(session)} notice={paidAt ? undefined : notice} />
      <div className="card">
        <dl className="receipt">
          <div className="amount">
            <dt>{paidAt ? 'You have paid' : 'To pay'}</dt>
            <dd>{amount}</dd>
          </div>
          <div>
            <dt>To</dt>
            <dd>{binding.payee}</dd>
          </div>
          <div>
            <dt>For</dt>
            <dd>{title}</dd>
          </div>
          {paidAt && (
            <div>
              <dt>Confirmed</dt>
              <dd>{formatTime(paidAt)}</dd>
            </div>
          )}
        </dl>
        {paidAt ? (
          <form action={payAnother}>
            <button type="submit" className="secondary">
              Pay another one
            </button>
          </form>
        ) : payment ? (
          <>
            <Form action={confirmPayment} key={payment.verificationId}>
              <Field
                name="code"
                label="Code from the message"
                hint={`Sent to ${maskNumber(phoneNumber)}. Enter it only if the message names this amount and payee.`}
                isCode
                inputMode="numeric"
                autoComplete="one-time-code"
                autoFocus
              />
              <Expiry seconds={secondsUntil(payment.expiresAt)} />
              <Submit busy="Paying…">Pay {amount}</Submit>
            </Form>
            <Resend action={resendPaymentCode} wait={secondsUntil(payment.resendAt)} />
          </>
        ) : (
          <Form action={askForPaymentCode}>
            <p>We send a code to {maskNumber(phoneNumber)}. The message says what it pays for.</p>
            <Submit busy="Sending…">Send me the code</Submit>
          </Form>
        )}
      </div>
    </div>
  );
}
