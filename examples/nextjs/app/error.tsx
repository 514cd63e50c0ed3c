'use client';

export default function Failed({ reset }: { reset: () => void }) {
  return (
    <div className="narrow">
      <header className="page-head">
        <h1>This did not work</h1>
        <p className="lede">
          We could not reach our own service. Nothing was changed: try again in a moment.
        </p>
      </header>
      <button type="button" className="primary" onClick={reset}>
        Try again
      </button>
    </div>
  );
}
